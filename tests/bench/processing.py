"""D2: processes of real demandes completed a second, over the same definition on activities that do nothing, in the same engine."""

import asyncio
import time
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from temporalio import activity
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from deploy.story.contenus import contenu
from deploy.story.programs import AgentProgram, PartnerProgram
from shared.contracts import task_queues, workflow_ids, workflow_types
from shared.contracts.activities.case import ReadSituationInput
from shared.contracts.situation import Situation
from shared.contracts.workflows import DemandeInput
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.bench.frame import Ratio
from tests.e2e.recits import AGENT, TECHNICIEN, Scene, unique_person
from tests.integration.support import DEADLINE, RunningStack, wait_for
from workflows.definitions.registre import DEFINITIONS

_NAMESPACE = "ep-bench"
_OFFRE = "contacter_organisme"
_AT_ONCE = 4
_DAY_S = 86_400


async def measure_processing(stack: RunningStack, *, demandes: int) -> tuple[Ratio, Ratio]:
    """Completed ÷ completed with empty steps, and starts through the bus ÷ raw starts.

    The processes of ours are held back (worker stopped) until every demande is filed, taken and resolved; then they all run.
    """
    codec = _codec(stack)
    ours = await _ours(stack, demandes, codec)
    async with _raw_namespace(stack, codec) as client, _empty_house(client):  # as ours: the engine works while it is told to start
        began = time.perf_counter()
        handles = await asyncio.gather(*(_raw_start(client, rang) for rang in range(demandes)))
        starts = demandes / (time.perf_counter() - began)
        await asyncio.gather(*(handle.result() for handle in handles))
        raw = demandes / (time.perf_counter() - began)
    return (
        Ratio("D2", "processus terminés ÷ même forme, étapes vides", ours[0], raw, "/s", 0.70),
        Ratio("D2", "démarrages par le bus ÷ start_workflow seul", ours[1], starts, "/s", 0.50),
    )


async def _ours(stack: RunningStack, demandes: int, codec: KeyRingCodec) -> tuple[float, float]:
    client = await Client.connect(stack.temporal_address, namespace="ep", data_converter=build_data_converter(codec))
    stack.supervisor.stop_process("workflows")
    async with (
        PartnerProgram.signed_in(stack.url("gateway"), TECHNICIEN) as partenaire,
        AgentProgram.signed_in(stack.url("case"), AGENT) as agent,
    ):
        joue = Scene(stack, partenaire, agent)
        slots = asyncio.Semaphore(_AT_ONCE)
        numeros = await asyncio.gather(*(_resolved(joue, slots) for _ in range(demandes)))
    handles = [client.get_workflow_handle(workflow_ids.traitement_demande(NumeroDemande(numero))) for numero in numeros]
    stack.supervisor.start_process("workflows")
    await wait_for(lambda: _known(client, handles[0].id), deadline=DEADLINE * 2)
    began = time.perf_counter()
    await wait_for(lambda: _all_known(client, [handle.id for handle in handles]), deadline=DEADLINE * 6)
    starts = demandes / max(time.perf_counter() - began, 0.001)
    await asyncio.gather(*(handle.result() for handle in handles))
    return demandes / (time.perf_counter() - began), starts


async def _resolved(joue: Scene, slots: asyncio.Semaphore) -> str:
    async with slots:
        accuse = await joue.partenaire.file_demande(_OFFRE, contenu(_OFFRE, unique_person()))
        await joue.opened(accuse.numero)
        await joue.agent.resolve(accuse.numero, "Réponse faite.")
    return accuse.numero


async def _known(client: Client, workflow_id: str) -> bool:
    try:
        await client.get_workflow_handle(workflow_id).describe()
    except RPCError:
        return False
    return True


async def _all_known(client: Client, ids: list[str]) -> bool:
    return all([await _known(client, workflow_id) for workflow_id in ids])


@asynccontextmanager
async def _raw_namespace(stack: RunningStack, codec: KeyRingCodec) -> AsyncIterator[Client]:
    """A namespace of our own in the same engine: its task queues have the same names and no worker of the house."""
    system = await Client.connect(stack.temporal_address)
    request = RegisterNamespaceRequest(namespace=_NAMESPACE)
    request.workflow_execution_retention_period.FromSeconds(_DAY_S)
    try:
        await system.workflow_service.register_namespace(request)
    except RPCError as error:
        if "already" not in str(error).lower():
            raise
    await wait_for(lambda: _answers(stack), deadline=DEADLINE)
    yield await Client.connect(stack.temporal_address, namespace=_NAMESPACE, data_converter=build_data_converter(codec))


async def _answers(stack: RunningStack) -> bool:
    try:
        client = await Client.connect(stack.temporal_address, namespace=_NAMESPACE)
        await client.count_workflows()
    except RPCError:
        return False
    return True


async def _raw_start(client: Client, rang: int) -> WorkflowHandle[Any, Any]:  # the SDK's own generics, by name
    return await client.start_workflow(
        workflow_types.TRAITEMENT_DEMANDE,
        DemandeInput(numero=f"{rang:010}"),
        id=f"bench:{time.time_ns()}:{rang}",
        task_queue=task_queues.WORKFLOWS,
        start_signal="ouverte",
    )


@activity.defn(name="case.read_situation")
async def _read_nothing(entree: ReadSituationInput) -> Situation:
    return Situation(numero=entree.numero, version=1, sous_etat="resolu", terminee=True, issue="resolue")


@asynccontextmanager
async def _empty_house(client: Client) -> AsyncIterator[None]:
    """The same definitions, with steps that answer at once."""
    async with (
        Worker(client, task_queue=task_queues.WORKFLOWS, workflows=DEFINITIONS),
        Worker(client, task_queue=task_queues.CASE, activities=[_read_nothing]),
    ):
        yield


def _codec(stack: RunningStack) -> KeyRingCodec:
    active = stack.environment("workflows")["WORKFLOWS_CODEC_ACTIVE_KEY"]
    return KeyRingCodec({active: b64decode(stack.secrets.key("codec"))}, active, "ep")
