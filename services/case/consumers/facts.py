"""What other services said: a filing to open, a file's verdict or fate."""

from services.case.operations.note_piece_jointe import note_piece_jointe
from services.case.operations.open_demande import is_open, open_demande
from services.case.operations.tools import Tools
from shared.contracts.evenements import DemandeDeposee, Enveloppe, FaitPieceJointe, fact_of
from shared.contracts.perimetre import systeme
from shared.contracts.questions import DEPOT, DepotAsked
from shared.kernel.identifiers import CaisseCode, NumeroDemande
from shared.plumbing.database import Database
from shared.plumbing.inbox import claim
from shared.plumbing.nats_bus import Bus
from shared.plumbing.questions import ask

OPEN_DEMANDE = "case__open_demande"
NOTE_VERDICT = "case__note_verdict"


class FactConsumers:
    """The handlers of case's durables."""

    def __init__(self, database: Database, bus: Bus, tools: Tools) -> None:
        self._database, self._bus, self._tools = database, bus, tools

    async def open_demande(self, enveloppe: Enveloppe) -> None:
        """A filing: its content is asked once, before the transaction. Raises: DependencyError, ContractError."""
        fait = DemandeDeposee.model_validate(enveloppe.data)
        perimetre = systeme(CaisseCode(fait.caisse_code))
        async with self._database.transaction(perimetre) as session:
            if await is_open(session, NumeroDemande(fait.numero), perimetre=perimetre):
                return
        depot = await ask(self._bus, DEPOT, DepotAsked(numero=fait.numero))
        async with self._database.transaction(perimetre) as session:
            if await claim(session, OPEN_DEMANDE, enveloppe.id):
                await open_demande(session, depot, tools=self._tools)

    async def note_piece_jointe(self, enveloppe: Enveloppe) -> None:
        """A verdict, a download, an expiry."""
        fait = FaitPieceJointe.model_validate(enveloppe.data)
        async with self._database.transaction(systeme(CaisseCode(fait.caisse_code))) as session:
            if await claim(session, NOTE_VERDICT, enveloppe.id):
                await note_piece_jointe(session, fact_of(enveloppe.type), fait, tools=self._tools)
