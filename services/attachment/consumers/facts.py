"""Facts that attachment takes in: a filing names its files, an answer publishes one. The mark and the effect are one transaction."""

from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from services.attachment.operations.attach_depot import attach_depot
from services.attachment.operations.publish_piece_jointe import publish_piece_jointe
from shared.contracts.base import Contract
from shared.contracts.evenements import DemandeDeposee, Enveloppe, PieceJointeMiseADisposition
from shared.contracts.perimetre import systeme
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import CaisseCode, NumeroDemande, PieceJointeId, StructureId
from shared.plumbing.database import Database
from shared.plumbing.inbox import claim

ATTACH_DEPOT = "attachment__attach_depot"
PUBLISH_PIECE = "attachment__publish_piece"

FaitT = TypeVar("FaitT", bound=Contract)


class AttachmentFacts:
    """One method per durable; each does its work once per fact."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def attach_depot(self, enveloppe: Enveloppe) -> None:
        """evt.demande.deposee: its files belong to the number."""
        fait = _read(enveloppe, DemandeDeposee)
        perimetre = systeme(CaisseCode(fait.caisse_code))
        ids = [PieceJointeId(_uuid(texte)) for texte in fait.piece_jointe_ids]
        async with self._database.transaction(perimetre) as session:
            if ids and await claim(session, ATTACH_DEPOT, enveloppe.id):
                await attach_depot(session, ids, NumeroDemande(fait.numero), perimetre=perimetre)

    async def publish_piece(self, enveloppe: Enveloppe) -> None:
        """evt.piece_jointe.mise_a_disposition: the structure may download the file until the instant case has fixed."""
        fait = _read(enveloppe, PieceJointeMiseADisposition)
        if fait.numero is None:
            raise ContractError("a published file belongs to a demande")
        perimetre = systeme(CaisseCode(fait.caisse_code))
        async with self._database.transaction(perimetre) as session:
            if await claim(session, PUBLISH_PIECE, enveloppe.id):
                await publish_piece_jointe(
                    session,
                    PieceJointeId(_uuid(fait.piece_jointe_id)),
                    StructureId(_uuid(fait.structure_id)),
                    NumeroDemande(fait.numero),
                    echeance=fait.echeance_telechargement,
                    mise_a_disposition_le=fait.survenue_le,
                    perimetre=perimetre,
                )


def _read(enveloppe: Enveloppe, modele: type[FaitT]) -> FaitT:
    try:
        return modele.model_validate(enveloppe.data)
    except ValidationError as error:
        raise ContractError(f"{enveloppe.type} does not fit its contract") from error


def _uuid(texte: str) -> UUID:
    try:
        return UUID(texte)
    except ValueError as error:
        raise ContractError("not an id") from error
