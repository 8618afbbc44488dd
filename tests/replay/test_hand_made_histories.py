"""What no server tells easily: histories written by hand and replayed, days in milliseconds (temporal §3.4)."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio import workflow
from temporalio.worker import Replayer

from shared.contracts import workflow_types
from shared.contracts.activities.attachment import (
    DestroyPiecesJointesInput,
    DestroyPiecesJointesResult,
    ScanPiecesJointesInput,
    ScanPiecesJointesResult,
)
from shared.contracts.activities.case import MeetEcheanceInput, ReadSituationInput
from shared.contracts.situation import Echeance, Etape, Situation, TypeEtape
from shared.contracts.workflows import DemandeInput, Issue
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.replay.histoire import QUEUE, Histoire, payloads
from workflows.definitions.registre import DEFINITIONS

NUMERO = "2606100012"
DEBUT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CONVERTER = build_data_converter(KeyRingCodec({"essai": b"0" * 32}, "essai", "default"))


def situation(version: int = 1, **champs: object) -> Situation:
    return Situation.model_validate({"numero": NUMERO, "version": version, "sous_etat": "en_cours", **champs})


async def replay(histoire: Histoire) -> None:
    await Replayer(workflows=DEFINITIONS, data_converter=CONVERTER).replay_workflow(histoire.replayable())


def une_histoire() -> Histoire:
    return Histoire(workflow_types.TRAITEMENT_DEMANDE, NUMERO, DEBUT, workflow_id=f"traitement-demande:{NUMERO}")


def look(histoire: Histoire, lue: Situation, *, suggest_continue_as_new: bool = False) -> None:
    """A look from its order to its answer: ends the open task, opens the next one."""
    scheduled = histoire.activity("case.read_situation", ReadSituationInput(numero=NUMERO), task=histoire.end_task())
    histoire.activity_ended(scheduled, lue)
    histoire.start_task(suggest_continue_as_new=suggest_continue_as_new)


async def test_a_file_is_destroyed_fifteen_days_later_then_case_is_told() -> None:
    histoire = une_histoire()
    expiration = DEBUT + timedelta(days=15)
    look(histoire, situation(echeances=[Echeance(cle="piece_jointe:p1:j15", echue_le=expiration)]))
    timer = histoire.timer(timedelta(days=15), task=histoire.end_task())
    histoire.wait(timedelta(days=15))
    histoire.timer_fired(timer)
    histoire.start_task()
    destruction = DestroyPiecesJointesInput(numero=NUMERO, piece_jointe_ids=["p1"], motif="expiration")
    scheduled = histoire.activity("attachment.destroy_pieces_jointes", destruction, task=histoire.end_task(), queue="attachment")
    histoire.activity_ended(scheduled, DestroyPiecesJointesResult(detruites=["p1"]))
    histoire.start_task()
    met = MeetEcheanceInput(numero=NUMERO, cle="piece_jointe:p1:j15")
    scheduled = histoire.activity("case.meet_echeance", met, task=histoire.end_task())
    histoire.activity_ended(scheduled, situation(2, sous_etat="resolue", terminee=True, issue="resolue"))
    histoire.start_task()
    histoire.add("WORKFLOW_EXECUTION_COMPLETED", result=payloads(Issue(issue="resolue")), workflowTaskCompletedEventId=histoire.end_task())

    await replay(histoire)


async def test_a_long_history_continues_as_new_with_the_number_only() -> None:
    histoire = une_histoire()
    look(histoire, situation(), suggest_continue_as_new=True)
    continued(histoire)

    await replay(histoire)


async def test_a_long_history_does_not_continue_as_new_while_a_step_runs() -> None:
    histoire = une_histoire()
    etape = Etape(cle="analyse:depot", type=TypeEtape.ANALYSE, ids=["p1"])
    look(histoire, situation(etapes=[etape]), suggest_continue_as_new=True)
    scan = ScanPiecesJointesInput(numero=NUMERO, piece_jointe_ids=["p1"])
    scheduled = histoire.activity("attachment.scan_pieces_jointes", scan, task=histoire.end_task(), queue="attachment")
    histoire.activity_ended(scheduled, ScanPiecesJointesResult(verdicts=[]))
    histoire.start_task(suggest_continue_as_new=True)
    continued(histoire)

    await replay(histoire)


async def test_a_deadline_already_past_is_timed_a_second_never_zero() -> None:
    histoire = une_histoire()
    look(histoire, situation(echeances=[Echeance(cle="resolution:50", echue_le=DEBUT - timedelta(days=3))]))
    timer = histoire.timer(timedelta(seconds=1), task=histoire.end_task())
    histoire.wait(timedelta(seconds=1))
    histoire.timer_fired(timer)
    histoire.start_task()
    histoire.activity("case.meet_echeance", MeetEcheanceInput(numero=NUMERO, cle="resolution:50"), task=histoire.end_task())

    await replay(histoire)


async def test_a_look_that_changes_nothing_keeps_the_timer() -> None:
    histoire = une_histoire()
    lue = situation(echeances=[Echeance(cle="resolution:50", echue_le=DEBUT + timedelta(days=3))])
    look(histoire, lue)
    timer = histoire.timer(timedelta(days=3), task=histoire.end_task())
    histoire.signal("evoluee")
    histoire.start_task()
    look(histoire, lue)
    histoire.end_task()
    histoire.wait(timedelta(days=3))
    histoire.timer_fired(timer)
    histoire.start_task()
    histoire.activity("case.meet_echeance", MeetEcheanceInput(numero=NUMERO, cle="resolution:50"), task=histoire.end_task())

    await replay(histoire)


async def test_a_held_demande_has_no_timer() -> None:
    histoire = une_histoire()
    timed = [Echeance(cle="resolution:50", echue_le=DEBUT + timedelta(days=3))]
    look(histoire, situation(suspendu=True, echeances=timed))
    histoire.end_task()
    histoire.signal("evoluee")
    histoire.start_task()
    histoire.activity("case.read_situation", ReadSituationInput(numero=NUMERO), task=histoire.end_task())

    await replay(histoire)


async def test_a_history_that_our_code_would_not_have_written_is_refused() -> None:
    histoire = une_histoire()
    look(histoire, situation())
    histoire.timer(timedelta(days=1), task=histoire.end_task())

    with pytest.raises(workflow.NondeterminismError):
        await replay(histoire)


def continued(histoire: Histoire) -> None:
    histoire.add(
        "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
        newExecutionRunId="00000000-0000-0000-0000-000000000002",
        workflowType={"name": workflow_types.TRAITEMENT_DEMANDE},
        taskQueue=QUEUE,
        input=payloads(DemandeInput(numero=NUMERO)),
        workflowTaskCompletedEventId=histoire.end_task(),
    )
