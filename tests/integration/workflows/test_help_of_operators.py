"""What goes wrong asks for an operator and never fails the process; what an operator does is recorded by case (house §2)."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from shared.contracts import workflows as names
from shared.contracts.base import Contract
from shared.contracts.workflows import ExtendEcheanceRequest, OperatorRequest, SkipEtapeRequest
from shared.kernel.identifiers import NumeroDemande
from tests.integration.workflows.dossier import Dossier
from tests.integration.workflows.engine import PATIENCE_S, Engine
from workflows.starter import tell_traitement

WHO = OperatorRequest(operateur="exploitation-1", motif="incident 12")


async def test_an_infected_piece_jointe_is_shown_and_the_demande_goes_on(engine: Engine, dossier: Dossier) -> None:
    engine.maison.infectees = {"p2"}
    await open_with_files(engine, dossier)

    await engine.deliver()

    process = engine.process(dossier)
    assert await engine.attribut(process.id, "EpAlertes") == ["PIECE_INFECTEE"]
    assert (await process.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_an_antivirus_that_never_answers_asks_for_an_operator_who_resumes(engine: Engine, dossier: Dossier) -> None:
    engine.maison.antivirus_answers = False
    await open_with_files(engine, dossier, settle=False)
    await engine.pass_time(timedelta(hours=25))

    process = engine.process(dossier)
    await engine.settle(process)
    assert await engine.attribut(process.id, "EpIntervention") is True
    assert await engine.attribut(process.id, "EpAlertes") == ["ANTIVIRUS_INDISPONIBLE"]
    assert dossier.verdicts == {}, "no verdict is not a good verdict"

    engine.maison.antivirus_answers = True
    await update(engine, dossier, names.RESUME, WHO)

    await engine.settle(process)
    assert dossier.verdicts == {"p1": "saine", "p2": "saine"}
    assert await engine.attribut(process.id, "EpIntervention") is False


async def test_a_case_that_never_answers_asks_for_an_operator_and_is_asked_again(engine: Engine, dossier: Dossier) -> None:
    await open_with_files(engine, dossier)
    engine.maison.case_answers = False
    await engine.process(dossier).signal("evoluee")
    await engine.pass_time(timedelta(minutes=70))
    process = engine.process(dossier)
    assert await engine.attribut(process.id, "EpIntervention") is True

    engine.maison.case_answers = True
    await engine.pass_time(timedelta(hours=2))

    await engine.settle(process)
    assert await engine.attribut(process.id, "EpIntervention") is False


async def test_a_held_demande_times_nothing_and_starts_nothing_until_resumed(engine: Engine, dossier: Dossier) -> None:
    await open_with_files(engine, dossier)
    dossier.traitement.echeances["resolution:50"] = await engine.now() + timedelta(days=1)
    await update(engine, dossier, names.HOLD, WHO)
    await engine.settle(engine.process(dossier))
    dossier.analyse("analyse:2", "p9")
    dossier.change()
    await engine.tell(dossier, "evoluee")
    await engine.pass_time(timedelta(days=3))
    assert dossier.met == []
    assert "p9" not in dossier.verdicts

    await update(engine, dossier, names.RESUME, WHO)
    await engine.pass_time(timedelta(minutes=1))

    await engine.settle(engine.process(dossier))
    assert dossier.met == ["resolution:50"]
    assert dossier.verdicts["p9"] == "saine"
    assert [operation.type for operation in dossier.operations.values()] == ["hold", "resume"]


async def test_a_skipped_etape_stops_and_is_not_asked_for_again(engine: Engine, dossier: Dossier) -> None:
    engine.maison.antivirus_answers = False
    await open_with_files(engine, dossier, settle=False)

    await update(engine, dossier, names.SKIP_ETAPE, SkipEtapeRequest(**WHO.model_dump(), cle="analyse:depot"))

    await engine.settle(engine.process(dossier), activities=False)
    assert dossier.traitement.etapes == {}
    events = await engine.count_events(dossier)
    assert events["ACTIVITY_TASK_CANCEL_REQUESTED"] == 1
    assert await engine.attribut(engine.process(dossier).id, "EpIntervention") is False


async def test_an_extended_echeance_is_met_at_its_new_instant_only(engine: Engine, dossier: Dossier) -> None:
    await open_with_files(engine, dossier)
    debut = await engine.now()
    dossier.traitement.echeances["resolution:50"] = debut + timedelta(days=1)
    dossier.change()
    await engine.tell(dossier, "evoluee")

    request = ExtendEcheanceRequest(**WHO.model_dump(), cle="resolution:50", echue_le=debut + timedelta(days=4))
    await update(engine, dossier, names.EXTEND_ECHEANCE, request)
    await engine.pass_time(timedelta(days=2))
    assert dossier.met == []
    await engine.pass_time(timedelta(days=3))

    assert dossier.met == ["resolution:50"]
    assert engine.maison.journal.count("meet:resolution:50") == 1


async def test_an_act_under_way_is_recorded_before_the_process_ends(engine: Engine, dossier: Dossier) -> None:
    await open_with_files(engine, dossier)
    engine.maison.may_record.clear()
    held = asyncio.create_task(update(engine, dossier, names.HOLD, WHO))
    await engine.wait_for(lambda: "operation:hold" in engine.maison.journal)
    dossier.change("resolue", issue="resolue")
    await tell_traitement(engine.client, NumeroDemande(dossier.numero), "resolue")
    await engine.wait_for(lambda: engine.maison.journal.count("read:traitement") == 2)

    engine.maison.may_record.set()

    await asyncio.wait_for(held, PATIENCE_S)
    assert (await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)).issue == "resolue"
    assert [operation.type for operation in dossier.operations.values()] == ["hold"]


@pytest.mark.parametrize(
    ("name", "cle", "code"),
    [
        (names.RESUME, "", "not-held"),
        (names.SKIP_ETAPE, "analyse:inconnue", "etape-not-found"),
        (names.EXTEND_ECHEANCE, "resolution:inconnue", "echeance-not-found"),
    ],
)
async def test_an_act_without_object_is_refused_and_leaves_no_trace(
    engine: Engine, dossier: Dossier, name: str, cle: str, code: str
) -> None:
    await open_with_files(engine, dossier)
    before = await engine.count_events(dossier)
    request: Contract = WHO
    if name == names.SKIP_ETAPE:
        request = SkipEtapeRequest(**WHO.model_dump(), cle=cle)
    if name == names.EXTEND_ECHEANCE:
        request = ExtendEcheanceRequest(**WHO.model_dump(), cle=cle, echue_le=await engine.now() + timedelta(days=1))

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await update(engine, dossier, name, request)

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == code
    after = await engine.count_events(dossier)
    assert after["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"] == before["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"] == 0
    assert dossier.operations == {}


async def test_an_act_on_a_number_not_opened_yet_is_refused(engine: Engine, dossier: Dossier) -> None:
    await engine.tell(dossier, "evoluee")

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await update(engine, dossier, names.HOLD, WHO)

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "demande-not-opened"


async def open_with_files(engine: Engine, dossier: Dossier, *, settle: bool = True) -> None:
    dossier.analyse("analyse:depot", "p1", "p2")
    dossier.change("deposee")
    await tell_traitement(engine.client, NumeroDemande(dossier.numero), "ouverte")
    if settle:
        await engine.settle(engine.process(dossier))
    else:
        await engine.wait_for(lambda: "scan:p1,p2" in engine.maison.journal)


async def update(engine: Engine, dossier: Dossier, name: str, request: Contract) -> None:
    await engine.process(dossier).execute_update(name, request, id=str(uuid4()))
