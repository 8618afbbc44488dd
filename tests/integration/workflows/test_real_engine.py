"""On the real development server: the starter, a rebuild from the number, continue-as-new, priorities (trust C9)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from deploy.tools.find import tool_path
from shared.contracts import search_attributes, workflow_ids
from shared.contracts import workflows as names
from shared.contracts.situation import Etape, Processus, TypeEtape
from shared.contracts.workflows import OperatorRequest
from shared.kernel.errors import DependencyUnavailableError
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.temporal import build_data_converter
from tests.integration.workflows.conftest import CODEC, data_converter, free_port, save_histories
from tests.integration.workflows.dossier import Dossier, Maison
from tests.integration.workflows.engine import PATIENCE_S, Engine, run_workers
from workflows import operators
from workflows.starter import tell_traitement

START = timedelta(seconds=40)
SOON = timedelta(seconds=4)
SHORT_HISTORY = 60
DYNAMIC = ("matching.enableFairness=true", f"limit.historyCount.suggestContinueAsNew={SHORT_HISTORY}")


@asynccontextmanager
async def dev_server() -> AsyncIterator[Client]:
    """A real server in memory, thrown away at the end."""
    flags = [part for value in DYNAMIC for part in ("--dynamic-config-value", value)]
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(tool_path("temporal")),
        dev_server_extra_args=flags,
        dev_server_startup_timeout=START,
        search_attributes=list(search_attributes.ALL),
        data_converter=data_converter(),
    ) as env:
        yield env.client


@pytest.fixture
async def real_engine() -> AsyncIterator[Engine]:
    """The real server, with the definitions and an empty record behind it."""
    maison = Maison()
    async with dev_server() as client, run_workers(client, maison):
        yield Engine(client, maison)
        await save_histories(client, maison)


@pytest.fixture
def demande(real_engine: Engine) -> Dossier:
    """A demande filed with two files, due soon."""
    return une_demande(real_engine.maison, "2606100001")


async def test_facts_told_at_once_and_twice_start_one_process(real_engine: Engine, demande: Dossier) -> None:
    faits = ["ouverte", "prise_en_charge", "evoluee"] * 2

    await asyncio.gather(*(tell_traitement(real_engine.client, NumeroDemande(demande.numero), fait) for fait in faits))

    process = real_engine.process(demande)
    await real_engine.settle(process)
    events = await real_engine.count_events(demande)
    assert events["WORKFLOW_EXECUTION_SIGNALED"] == len(faits)
    assert real_engine.maison.journal.count("scan:p1,p2") == 1
    assert [ligne.workflow_id async for ligne in operators.list_processus(real_engine.client, f'WorkflowId = "{process.id}"')] == [
        process.id
    ]


async def test_open_demandes_are_built_again_after_the_engine_lost_everything() -> None:
    """C9: same end state, from the numbers alone."""
    maison = Maison()
    demandes = [une_demande(maison, f"26061000{rang:02}") for rang in range(10, 15)]
    async with dev_server() as client, run_workers(client, maison):
        engine = Engine(client, maison)
        for demande in demandes:
            await tell_traitement(client, NumeroDemande(demande.numero), "ouverte")
        await engine.wait_for(lambda: all(len(demande.verdicts) == 2 for demande in demandes))

    async with dev_server() as client, run_workers(client, maison):
        engine = Engine(client, maison)
        for demande in demandes:
            resolve(demande)
        await operators.rebuild_all(client, [NumeroDemande(demande.numero) for demande in demandes], per_second=50)

        for demande in demandes:
            assert (await asyncio.wait_for(engine.process(demande).result(), PATIENCE_S)).issue == "resolue"
    assert {tuple(demande.detruites.items()) for demande in demandes} == {(("p1", "expiration"),)}
    assert maison.journal.count("scan:p1,p2") == len(demandes), "what the record no longer asks for is not done again"


async def test_a_deadline_that_falls_due_while_no_worker_runs_is_met_once_afterwards() -> None:
    maison = Maison()
    demande = une_demande(maison, "2606100020")
    demande.traitement.echeances["prise_en_charge:50"] = datetime.now(UTC) + SOON
    async with dev_server() as client:
        engine = Engine(client, maison)
        async with run_workers(client, maison):
            await engine.tell(demande, "ouverte")
        async with asyncio.timeout(PATIENCE_S):
            while not (await engine.count_events(demande))["TIMER_FIRED"]:  # noqa: ASYNC110 - a level of the server
                await asyncio.sleep(0.1)
        assert demande.met == []

        async with run_workers(client, maison):
            await engine.wait_for(lambda: demande.met == ["prise_en_charge:50"])
            await engine.settle(engine.process(demande))

    assert maison.journal.count("meet:prise_en_charge:50") == 1


async def test_a_rebuild_ends_the_family_and_starts_it_again(real_engine: Engine, demande: Dossier) -> None:
    client, numero = real_engine.client, NumeroDemande(demande.numero)
    demande.ask(Etape(cle="saisine_mas", type=TypeEtape.SAISINE_MAS))
    await real_engine.tell(demande, "ouverte")
    child = real_engine.handle(workflow_ids.saisine_mas(numero))
    before = (await child.describe()).run_id

    await operators.rebuild(client, numero)

    async with asyncio.timeout(PATIENCE_S):
        while (await child.describe()).run_id == before:  # noqa: ASYNC110 - a level of the server
            await asyncio.sleep(0.1)
    assert (await child.describe()).status is WorkflowExecutionStatus.RUNNING
    assert (await real_engine.process(demande).describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_terminated_demande_takes_its_children_along(real_engine: Engine, demande: Dossier) -> None:
    demande.ask(Etape(cle="saisine_mas", type=TypeEtape.SAISINE_MAS))
    await real_engine.tell(demande, "ouverte")
    child = real_engine.handle(workflow_ids.saisine_mas(NumeroDemande(demande.numero)))
    await real_engine.settle(child)

    await real_engine.process(demande).terminate("incident")

    async with asyncio.timeout(PATIENCE_S):
        while (await child.describe()).status is WorkflowExecutionStatus.RUNNING:  # noqa: ASYNC110 - a level of the server
            await asyncio.sleep(0.1)
    assert (await child.describe()).status is WorkflowExecutionStatus.CANCELED


async def test_a_chatty_demande_continues_as_new_and_ends_the_same(real_engine: Engine, demande: Dossier) -> None:
    await real_engine.tell(demande, "ouverte")
    first = (await real_engine.process(demande).describe()).run_id
    for _ in range(SHORT_HISTORY // 8):
        demande.change()
        await real_engine.tell(demande, "evoluee")
    assert (await real_engine.process(demande).describe()).run_id != first

    resolve(demande)
    await real_engine.tell(demande, "resolue")

    assert (await asyncio.wait_for(real_engine.process(demande).result(), PATIENCE_S)).issue == "resolue"


async def test_steps_carry_the_priority_and_the_fairness_of_the_record(real_engine: Engine, demande: Dossier) -> None:
    demande.priorite = 1

    await real_engine.tell(demande, "ouverte")

    scheduled = [
        event.activity_task_scheduled_event_attributes
        async for event in real_engine.process(demande).fetch_history_events()
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    ]
    scan = next(attributes for attributes in scheduled if attributes.activity_type.name == "attachment.scan_pieces_jointes")
    assert scan.priority.priority_key == 1
    assert scan.priority.fairness_key == "0190b0a0-0000-7000-8000-000000000001"


async def test_an_operator_looks_at_a_process_and_acts_on_it(real_engine: Engine, demande: Dossier) -> None:
    await real_engine.tell(demande, "ouverte")
    client, numero = real_engine.client, NumeroDemande(demande.numero)

    fiche = await operators.look_at(client, numero, Processus.TRAITEMENT)
    await operators.act_on(
        client, numero, Processus.TRAITEMENT, names.HOLD, OperatorRequest(operateur="exploitation-1", motif="incident 12")
    )

    await real_engine.settle(real_engine.process(demande))
    held = await operators.look_at(client, numero, Processus.TRAITEMENT)
    assert f"`ep workflow hold {numero}" in fiche.details
    assert "Prochaine échéance : `piece_jointe:p1:j15`" in fiche.details
    assert f"`ep workflow resume {numero}" in held.details
    assert "Prochaine échéance : aucune" in held.details
    assert demande.suspendu
    with pytest.raises(operators.ProcessusNotFoundError):
        await operators.look_at(client, numero, Processus.SAISINE_MAS)


async def test_nothing_of_a_person_nor_of_the_motif_is_in_clear_in_the_history(real_engine: Engine, demande: Dossier) -> None:
    await real_engine.tell(demande, "ouverte")

    history = (await real_engine.process(demande).fetch_history()).to_json()

    assert "situation" not in history.replace("read_situation", ""), "payloads are sealed"
    assert "analyse:depot" not in history, "a key of the record is in payloads only"


async def test_an_engine_that_does_not_answer_delays_the_fact() -> None:
    client = await Client.connect(f"127.0.0.1:{free_port()}", lazy=True, data_converter=build_data_converter(CODEC))

    with pytest.raises(DependencyUnavailableError):
        await tell_traitement(client, NumeroDemande("2606100001"), "ouverte")


def une_demande(maison: Maison, numero: str) -> Dossier:
    demande = maison.dossier(numero)
    demande.analyse("analyse:depot", "p1", "p2")
    demande.traitement.echeances["piece_jointe:p1:j15"] = datetime.now(UTC) + timedelta(days=15)
    demande.change("deposee")
    return demande


def resolve(demande: Dossier) -> None:
    demande.traitement.echeances["piece_jointe:p1:j15"] = datetime.now(UTC) + SOON
    demande.change("resolue", issue="resolue")
