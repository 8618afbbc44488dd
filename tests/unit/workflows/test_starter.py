"""The starter reads the number and nothing else, and tells what cannot be told now from what never will be (temporal §4.1)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from deploy.local.nats import declaration
from shared.contracts.evenements import FACTS, Enveloppe, event_subject, fact_of
from shared.contracts.workflows import DemandeInput
from shared.kernel.errors import ContractError, DependencyUnavailableError
from workflows.starter import DURABLE, EngineRefusedError, Starter

NUMERO = "2606100012"
WAKING = declaration().durables[DURABLE].subjects


@dataclass
class FakeEngine:
    """Takes signals, or fails in one way."""

    failure: Exception | None = None
    signals: list[tuple[str, str, object]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)

    async def start_workflow(self, type_: str, entree: object, **options: Any) -> None:
        if self.failure is not None:
            raise self.failure
        self.signals.append((type_, options["start_signal"], entree))
        self.options = options


def a_fact(fait: str = "ouverte", **data: object) -> Enveloppe:
    subject = event_subject("demande", fait)
    contenu = {"numero": NUMERO, "caisse_code": "061", "structure_id": "s", "motif": "saisine_mas"} | data
    return Enveloppe(id="1", source="/services/case", type=subject, subject=NUMERO, time=datetime(2026, 11, 24, tzinfo=UTC), data=contenu)


def starter(engine: FakeEngine) -> Starter:
    return Starter(cast(Client, engine))


def test_every_subject_that_wakes_a_process_is_a_known_fact() -> None:
    assert set(WAKING) <= set(FACTS)


@pytest.mark.parametrize("fait", [fact_of(subject) for subject in WAKING])
async def test_a_fact_of_case_is_a_signal_of_that_name_without_content(fait: str) -> None:
    engine = FakeEngine()

    await starter(engine).handle(a_fact(fait))

    assert engine.signals == [("TraitementDemande", fait, DemandeInput(numero=NUMERO))]
    assert engine.options["id"] == f"traitement-demande:{NUMERO}"
    assert "start_signal_args" not in engine.options


@pytest.mark.parametrize(
    "failure",
    [
        RPCError("down", RPCStatusCode.UNAVAILABLE, b""),
        RPCError("slow", RPCStatusCode.DEADLINE_EXCEEDED, b""),
        RPCError("busy", RPCStatusCode.RESOURCE_EXHAUSTED, b""),
        RuntimeError("Failed client connect"),
        WorkflowAlreadyStartedError("id", "TraitementDemande"),
    ],
    ids=["down", "slow", "busy", "not connected", "started at the same instant"],
)
async def test_an_engine_that_is_away_delays_the_fact(failure: Exception) -> None:
    with pytest.raises(DependencyUnavailableError):
        await starter(FakeEngine(failure)).handle(a_fact())


async def test_an_engine_that_refuses_sends_the_fact_to_the_dead_letters() -> None:
    with pytest.raises(EngineRefusedError):
        await starter(FakeEngine(RPCError("no", RPCStatusCode.INVALID_ARGUMENT, b""))).handle(a_fact())


async def test_a_fact_without_a_number_goes_to_the_dead_letters() -> None:
    with pytest.raises(ContractError):
        await starter(FakeEngine()).handle(a_fact(numero=None))
