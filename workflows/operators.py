"""What operators do to processes from outside: list them, look at one, act on it, build it again from its number.

`ep workflow` is its command line. Every act is an update that the process checks and case records (house §2).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from shared.contracts import search_attributes as ep
from shared.contracts import workflow_ids
from shared.contracts.situation import Processus
from shared.contracts.workflows import LOOK_AGAIN, Issue, OperatorRequest
from shared.kernel.errors import DependencyUnavailableError, NotFoundError
from shared.kernel.identifiers import NumeroDemande, new_id
from workflows.starter import tell_traitement

ID_OF: Final[dict[Processus, Callable[[NumeroDemande], str]]] = {
    Processus.TRAITEMENT: workflow_ids.traitement_demande,
    Processus.SAISINE_MAS: workflow_ids.saisine_mas,
    Processus.DELIVRANCE_ATTESTATION: workflow_ids.delivrance_attestation,
}
_METADATA: Final = "__temporal_workflow_metadata"


class ProcessusNotFoundError(NotFoundError):
    """No process of this kind was ever started for this number, or it is long forgotten."""

    code = "processus-not-found"

    def __init__(self, numero: NumeroDemande, processus: Processus) -> None:
        super().__init__(f"aucun processus {processus.value} pour {numero}")
        self.numero, self.processus = numero, processus


@dataclass(frozen=True)
class Ligne:
    """A process as lists show it. `en_retard` and `intervention` are False for what does not publish them."""

    workflow_id: str
    type: str
    statut: str
    etape: str
    attente: str
    echeance: datetime | None
    en_retard: bool
    intervention: bool


@dataclass(frozen=True)
class Fiche:
    """One process, with the steps the engine holds and what it says of itself (empty when no worker answers)."""

    ligne: Ligne
    pendantes: list[str] = field(default_factory=list)
    details: str = ""


async def list_processus(client: Client, query: str) -> AsyncIterator[Ligne]:
    """The processes of a visibility query, newest first: eventually consistent, for people only."""
    async for execution in client.list_workflows(query):
        yield _ligne(execution)


async def look_at(client: Client, numero: NumeroDemande, processus: Processus) -> Fiche:
    """One process. Raises: ProcessusNotFoundError."""
    handle = client.get_workflow_handle(ID_OF[processus](numero))
    try:
        description = await handle.describe()
    except RPCError as error:
        raise _told(error, numero, processus) from error
    pendantes = [f"{activity.activity_type.name} (essai {activity.attempt})" for activity in description.raw_description.pending_activities]
    details = await _details(handle) if description.status is WorkflowExecutionStatus.RUNNING else ""
    return Fiche(_ligne(description), pendantes, details)


async def act_on(client: Client, numero: NumeroDemande, processus: Processus, act: str, request: OperatorRequest) -> None:
    """An operator's act, done once recorded by case.

    Raises: ProcessusNotFoundError; WorkflowUpdateFailedError when the process or case refuses it.
    """
    handle = client.get_workflow_handle(ID_OF[processus](numero))
    try:
        await handle.execute_update(act, request, id=str(new_id()))
    except RPCError as error:
        raise _told(error, numero, processus) from error


async def rebuild(client: Client, numero: NumeroDemande) -> None:
    """End the family of a demande and start its process again from the number alone; steps are idempotent.

    Raises: DependencyError.
    """
    for id_of in ID_OF.values():  # the parent first: a new run cannot start a child whose id still runs
        await _end(client.get_workflow_handle(id_of(numero)))
    await tell_traitement(client, numero, LOOK_AGAIN)


async def rebuild_all(client: Client, numeros: Sequence[NumeroDemande], *, per_second: float) -> None:
    """Build every process again, at a rate that leaves room for the day's work."""
    for numero in numeros:
        await rebuild(client, numero)
        await asyncio.sleep(1 / per_second)


async def _end(handle: WorkflowHandle[object, Issue]) -> None:
    try:
        await handle.terminate("rebuild")
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise DependencyUnavailableError("Temporal", "end a process") from error


async def _details(handle: WorkflowHandle[object, Issue]) -> str:
    try:
        metadata = await asyncio.wait_for(handle.query(_METADATA, result_type=WorkflowMetadata), timeout=5)
    except (RPCError, TimeoutError):  # no worker answers: the attributes still tell the essential
        return ""
    return str(metadata.current_details)


def _told(error: RPCError, numero: NumeroDemande, processus: Processus) -> Exception:
    return ProcessusNotFoundError(numero, processus) if error.status is RPCStatusCode.NOT_FOUND else error


def _ligne(execution: WorkflowExecution) -> Ligne:
    attributs: TypedSearchAttributes = execution.typed_search_attributes
    return Ligne(
        workflow_id=execution.id,
        type=execution.workflow_type,
        statut=execution.status.name if execution.status else "",
        etape=attributs.get(ep.ETAPE, ""),
        attente=attributs.get(ep.ATTENTE, ""),
        echeance=attributs.get(ep.ECHEANCE),
        en_retard=attributs.get(ep.EN_RETARD, False),
        intervention=attributs.get(ep.INTERVENTION, False),
    )
