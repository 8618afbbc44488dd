"""NATS in: what happened to a demande after its filing."""

from typing import Final

from pydantic import ValidationError

from services.intake.operations.note_demande import note_demande
from shared.contracts.evenements import DemandeEvolution, Enveloppe, fact_of
from shared.contracts.perimetre import systeme
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from shared.plumbing.inbox import claim

NOTE_DEMANDE: Final = "intake__note_demande"
KEEP_REFERENCE: Final = "intake__keep_reference"


class NoteDemande:
    """Hands each fact of case to the operation, once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def handle(self, enveloppe: Enveloppe) -> None:
        """One fact. Raises: ContractError when it does not say what it should."""
        try:
            evolution = DemandeEvolution.model_validate(enveloppe.data)
        except ValidationError as error:
            raise ContractError(f"{enveloppe.type}: data does not fit") from error
        perimetre = systeme(CaisseCode(evolution.caisse_code))
        async with self._database.transaction(perimetre) as session:
            if await claim(session, NOTE_DEMANDE, enveloppe.id):
                await note_demande(session, fact_of(enveloppe.type), evolution, perimetre=perimetre)
