"""A fact of case on the bus starts the process of its demande, on the running stack."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from shared.contracts import workflow_ids
from shared.contracts.evenements import DemandeEvolution, Enveloppe, event_subject
from shared.kernel.identifiers import NumeroDemande, new_id
from tests.integration.conftest import ConnectBus, ConnectEngine
from tests.integration.support import wait_for

NUMERO = NumeroDemande(f"99061{new_id().int % 100_000:05}")  # no caisse gives it: case answers that it is not opened yet


@pytest.fixture
async def engine_client(connect_engine: ConnectEngine) -> AsyncIterator[Client]:
    """The stack's engine; the process of the test is ended with it."""
    client = await connect_engine(pydantic_data_converter)
    yield client
    with contextlib.suppress(RPCError):
        await client.get_workflow_handle(workflow_ids.traitement_demande(NUMERO)).terminate("end of the test")


async def test_a_fact_told_three_times_starts_one_process(connect_bus: ConnectBus, engine_client: Client) -> None:
    """C3: doubled and reordered on the bus, one process."""
    bus = await connect_bus("ops")

    for fait in ("prise_en_charge", "ouverte", "ouverte"):
        enveloppe = a_fact(fait)
        await bus.jetstream().publish(enveloppe.type, enveloppe.model_dump_json().encode())

    handle = engine_client.get_workflow_handle(workflow_ids.traitement_demande(NUMERO))

    async def signals() -> bool:
        try:
            history = await handle.fetch_history()
        except RPCError:
            return False
        return sum(event.HasField("workflow_execution_signaled_event_attributes") for event in history.events) == 3

    await wait_for(signals)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING


def a_fact(fait: str) -> Enveloppe:
    now = datetime.now(UTC)
    contenu = DemandeEvolution(numero=NUMERO, caisse_code="061", structure_id=str(new_id()), demandeur_id=str(new_id()), survenue_le=now)
    return Enveloppe(
        id=str(new_id()),
        source="/services/case",
        type=event_subject("demande", fait),
        subject=NUMERO,
        time=now,
        data=contenu.model_dump(mode="json"),
    )
