"""Steps ordered by the lifecycle: each is one operation of case, idempotent by its business key."""

from temporalio import activity

from services.case.operations import read_situation as engine
from services.case.operations.tools import Tools
from shared.contracts.activities.case import MeetEcheanceInput, PerformEtapeInput, ReadSituationInput, RecordOperationInput
from shared.contracts.perimetre import systeme
from shared.contracts.situation import Processus, Situation
from shared.contracts.workflow_ids import delivrance_attestation, saisine_mas
from shared.kernel.identifiers import NumeroDemande, caisse_of
from shared.plumbing.database import Database


class DemandeActivities:
    """The steps, with what they need."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database, self._tools = database, tools

    @activity.defn(name="case.read_situation")
    async def read_situation(self, entree: ReadSituationInput) -> Situation:
        """The situation now."""
        numero = NumeroDemande(entree.numero)
        async with self._database.transaction(systeme(caisse_of(numero))) as session:
            return await engine.read_situation(session, numero, entree.processus, tools=self._tools)

    @activity.defn(name="case.meet_echeance")
    async def meet_echeance(self, entree: MeetEcheanceInput) -> Situation:
        """What the deadline asks; the new situation."""
        numero = NumeroDemande(entree.numero)
        async with self._database.transaction(systeme(caisse_of(numero))) as session:
            return await engine.meet_echeance(session, numero, entree.cle, entree.processus, tools=self._tools)

    @activity.defn(name="case.perform_etape")
    async def perform_etape(self, entree: PerformEtapeInput) -> Situation:
        """Ask ameli, apply the decision table."""
        return await engine.perform_etape(self._database, NumeroDemande(entree.numero), entree.cle, tools=self._tools)

    @activity.defn(name="case.record_operation")
    async def record_operation(self, entree: RecordOperationInput) -> Situation:
        """An operator's act; which process it is on is read from the update's own id."""
        numero = NumeroDemande(entree.numero)
        async with self._database.transaction(systeme(caisse_of(numero))) as session:
            return await engine.record_operation(
                session,
                numero,
                entree.operation,
                entree.cle_effet,
                processus=_processus_of(numero, entree.cle_effet),
                tools=self._tools,
            )


def _processus_of(numero: NumeroDemande, cle_effet: str) -> Processus:
    """The effect key begins with the id of the workflow that was told."""
    workflow_id = cle_effet.partition("/")[0]
    if workflow_id == saisine_mas(numero):
        return Processus.SAISINE_MAS
    return Processus.DELIVRANCE_ATTESTATION if workflow_id == delivrance_attestation(numero) else Processus.TRAITEMENT
