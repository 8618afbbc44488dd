"""An engine with the definitions and the record in memory behind it, and what a test does with them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.empty_pb2 import Empty
from temporalio.api.enums.v1 import EventType
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker

from shared.contracts import search_attributes, task_queues, workflow_ids
from shared.contracts.workflows import Issue
from shared.kernel.identifiers import NumeroDemande
from tests.integration.workflows.dossier import Dossier, Maison
from workflows.definitions.registre import DEFINITIONS
from workflows.starter import tell_traitement

PATIENCE_S = 20
SETTLED = {
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED: 1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED: -1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED: -1,
    EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: 1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT: -1,
    EventType.EVENT_TYPE_ACTIVITY_TASK_CANCELED: -1,
}


@dataclass
class Engine:
    """A server, the workers, and the record."""

    client: Client
    maison: Maison

    def handle(self, workflow_id: str) -> WorkflowHandle[object, Issue]:
        return self.client.get_workflow_handle(workflow_id, result_type=Issue)

    def process(self, dossier: Dossier) -> WorkflowHandle[object, Issue]:
        return self.handle(workflow_ids.traitement_demande(NumeroDemande(dossier.numero)))

    async def tell(self, dossier: Dossier, fait: str) -> None:
        """Deliver one fact, as the starter does, and wait until the process has nothing more to do at once."""
        await tell_traitement(self.client, NumeroDemande(dossier.numero), fait)
        await self.settle(self.process(dossier))

    async def deliver(self) -> None:
        """Deliver every fact that the record said, until it says none."""
        while self.maison.faits:
            numero, fait = self.maison.faits.pop(0)
            await tell_traitement(self.client, NumeroDemande(numero), fait)
            await self.settle(self.handle(workflow_ids.traitement_demande(NumeroDemande(numero))))

    async def settle(self, handle: WorkflowHandle[object, Issue], *, activities: bool = True) -> None:
        """Wait until no task (nor activity) is under way: what is left is timers and signals to come."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._under_way(handle, activities=activities):  # noqa: ASYNC110 - a level of the server, which tells nobody
                await asyncio.sleep(0.02)

    async def wait_for(self, level: Callable[[], bool]) -> None:
        """Wait until this is true of the record. Raises: TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while not level():  # noqa: ASYNC110 - a level of the record, which tells nobody
                await asyncio.sleep(0.02)

    async def _under_way(self, handle: WorkflowHandle[object, Issue], *, activities: bool) -> int:
        try:
            kinds = [event.event_type async for event in handle.fetch_history_events()]
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:  # a child that its parent is starting
                return 1
            raise
        counted = [kind for kind in kinds if activities or "WORKFLOW_TASK" in EventType.Name(kind)]
        return sum(SETTLED.get(kind, 0) for kind in counted)

    async def pass_time(self, duree: timedelta) -> None:
        """Skip this long, on the time-skipping server; timers in between fire in their order."""
        sleep = SleepRequest()
        sleep.duration.FromTimedelta(duree)
        await self.client.test_service.unlock_time_skipping_with_sleep(sleep)

    async def now(self) -> datetime:
        """The instant of the time-skipping server."""
        answer = await self.client.test_service.get_current_time(Empty())
        return answer.time.ToDatetime(tzinfo=UTC)

    async def count_events(self, dossier: Dossier) -> Counter[str]:
        """The events of the history, by name, with their total."""
        kinds = Counter[str]()
        async for event in self.process(dossier).fetch_history_events():
            kinds[EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")] += 1
        return kinds

    async def attribut(self, workflow_id: str, name: str) -> object:
        """A search attribute of a process, as lists show it."""
        description = await self.handle(workflow_id).describe()
        key = next(key for key in search_attributes.ALL if key.name == name)
        return description.typed_search_attributes.get(key)


@asynccontextmanager
async def run_workers(client: Client, maison: Maison) -> AsyncIterator[None]:
    """The worker of the definitions and those of the record's steps; a bug in a definition fails instead of hanging."""
    async with AsyncExitStack() as stack:
        for worker in (
            Worker(client, task_queue=task_queues.WORKFLOWS, workflows=DEFINITIONS, workflow_failure_exception_types=[Exception]),
            Worker(client, task_queue=task_queues.CASE, activities=maison.case_activities),  # type: ignore[arg-type]  # bound methods, defined as activities
            Worker(client, task_queue=task_queues.ATTACHMENT, activities=maison.attachment_activities),  # type: ignore[arg-type]  # the same
        ):
            await stack.enter_async_context(worker)
        yield
