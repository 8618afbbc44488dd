"""Child processes of a demande: the referral to the MAS, the delivery of an attestation.

A child ends when the record says so; when its parent is closed it is asked to cancel, so that a rebuilt family
starts from nothing. It carries two search attributes only: its type already tells the motif (temporal §1.11).
"""

from datetime import timedelta
from typing import NamedTuple

from temporalio import workflow
from temporalio.common import Priority, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

from shared.contracts import search_attributes, task_queues, workflow_ids, workflow_types
from shared.contracts.situation import Situation, TypeEtape
from shared.contracts.workflows import LOOK_AGAIN, DemandeInput, Issue

_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 80, 320))  # for a former run that is still closing


class Enfant(NamedTuple):
    """A child to start: its registered name, its id, and what lists show."""

    type: str
    id: str
    resume: str


def child_of(type_etape: TypeEtape) -> Enfant:
    """The child this process starts for such a step: its id comes from the number behind the parent's own."""
    numero = workflow_ids.numero_of(workflow.info().workflow_id)
    if type_etape is TypeEtape.SAISINE_MAS:
        return Enfant(workflow_types.SAISINE_MAS, workflow_ids.saisine_mas(numero), f"Saisine MAS {numero}")
    return Enfant(
        workflow_types.DELIVRANCE_ATTESTATION,
        workflow_ids.delivrance_attestation(numero),
        f"Délivrance d'attestation {numero}",
    )


class Enfants:
    """The children under way, by the key of their step, with the version of the situation they were last told of."""

    def __init__(self) -> None:
        self._handles: dict[str, ChildWorkflowHandle[object, Issue]] = {}
        self._told: dict[str, int] = {}

    async def run(self, cle: str, enfant: Enfant, situation: Situation, priority: Priority) -> None:
        """Start the child and wait for its end. Raises: FailureError, when it cannot start or did not end well."""
        handle = await _start_patiently(enfant, situation, priority)
        self._handles[cle], self._told[cle] = handle, situation.version
        try:
            await handle
        finally:
            del self._handles[cle]

    async def tell(self, situation: Situation) -> None:
        """Tell each child that the record moved, so that it looks again itself."""
        for cle, handle in list(self._handles.items()):
            if self._told[cle] == situation.version:
                continue
            self._told[cle] = situation.version
            try:
                await handle.signal(LOOK_AGAIN)
            except FailureError:
                workflow.logger.info("child_already_ended", extra={"workflow_id": handle.id})  # its end is on its way


async def _start_patiently(enfant: Enfant, situation: Situation, priority: Priority) -> ChildWorkflowHandle[object, Issue]:
    for delai in _DELAYS:
        try:
            return await _start(enfant, situation, priority)
        except WorkflowAlreadyStartedError:
            await workflow.sleep(delai)
    return await _start(enfant, situation, priority)


async def _start(enfant: Enfant, situation: Situation, priority: Priority) -> ChildWorkflowHandle[object, Issue]:
    attributs = [SearchAttributePair(search_attributes.NUMERO, situation.numero)]
    if situation.attributs is not None:
        attributs.append(SearchAttributePair(search_attributes.CAISSE, situation.attributs.caisse))
    return await workflow.start_child_workflow(
        enfant.type,
        DemandeInput(numero=situation.numero),
        id=enfant.id,
        task_queue=task_queues.WORKFLOWS,
        result_type=Issue,
        parent_close_policy=ParentClosePolicy.REQUEST_CANCEL,
        search_attributes=TypedSearchAttributes(attributs),
        static_summary=enfant.resume,
        priority=priority,
    )
