"""How each step asked for by the record is performed: on the queue of the service that owns it, bounded in time.

Retries have no count: infrastructure is retried until `schedule_to_close` passes; then the loop asks for an operator.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

from shared.contracts import task_queues
from shared.contracts.activities import attachment, case
from shared.contracts.situation import Echeance, Etape, Operation, Processus, Situation, TypeEtape
from workflows.definitions.enfants import Enfants, child_of
from workflows.definitions.suivi import Suite

_EFFECT = timedelta(seconds=30)  # one attempt at a database effect
_SCAN = timedelta(minutes=5)
_HEARTBEAT = timedelta(seconds=30)
_LOOK_PATIENCE = timedelta(hours=1)
_STEP_PATIENCE = timedelta(hours=24)
_OPERATOR_PATIENCE = timedelta(minutes=1)
_RETRY = RetryPolicy(maximum_interval=timedelta(minutes=1))


def priority_of(situation: Situation) -> Priority:
    """P1 to P4 before sweeps, one structure's burst never before the others (temporal §1.12)."""
    if not situation.version:
        return Priority.default
    return Priority(priority_key=situation.priorite, fairness_key=situation.structure_id or None)


async def read_situation(situation: Situation, processus: Processus) -> Situation:
    """Ask case how things stand. Raises: ActivityError, when case could not answer for an hour."""
    return await workflow.execute_activity(
        case.read_situation,
        case.ReadSituationInput(numero=situation.numero, processus=processus),
        task_queue=task_queues.CASE,
        start_to_close_timeout=_EFFECT,
        schedule_to_close_timeout=_LOOK_PATIENCE,
        retry_policy=_RETRY,
        priority=priority_of(situation),
    )


async def record_operation(numero: str, operation: Operation, cle_effet: str) -> Situation:
    """Have case record an operator's act; a rebuild keeps it. Raises: ActivityError, refused or not recorded in time."""
    return await workflow.execute_activity(
        case.record_operation,
        case.RecordOperationInput(numero=numero, operation=operation, cle_effet=cle_effet),
        task_queue=task_queues.CASE,
        start_to_close_timeout=_EFFECT,
        schedule_to_close_timeout=_OPERATOR_PATIENCE,
        retry_policy=_RETRY,
        summary=operation.type,
    )


async def meet_echeance(echeance: Echeance, situation: Situation, processus: Processus) -> Suite:
    """Do what a deadline asks. An expired file is destroyed first: case is told only when its bytes are gone.

    Attachment may answer "not yet" by its own clock: then the deadline stays, and comes again.
    """
    if piece_jointe_id := echeance.expired_piece_jointe_id:
        detruites = await _destroy(situation, [piece_jointe_id], "expiration", echeance.cle)
        if piece_jointe_id not in detruites:
            return Suite()
    situation = await workflow.execute_activity(
        case.meet_echeance,
        case.MeetEcheanceInput(numero=situation.numero, cle=echeance.cle, processus=processus),
        task_queue=task_queues.CASE,
        start_to_close_timeout=_EFFECT,
        schedule_to_close_timeout=_STEP_PATIENCE,
        retry_policy=_RETRY,
        summary=echeance.cle,
        priority=priority_of(situation),
    )
    return Suite(situation=situation)


async def perform(etape: Etape, situation: Situation, enfants: Enfants) -> Suite:
    """Perform one step to its end. Raises: FailureError, when it was refused or never succeeded in its time."""
    match etape.type:
        case TypeEtape.ANALYSE:
            return await _scan(etape, situation)
        case TypeEtape.PURGER:
            await _destroy(situation, etape.ids, "purge", etape.cle)
            return Suite(look_again=True)
        case TypeEtape.INTERROGER_AMELI | TypeEtape.ROUTER:
            return await _perform_in_case(etape, situation)
        case TypeEtape.SAISINE_MAS | TypeEtape.DELIVRANCE_ATTESTATION:
            await enfants.run(etape.cle, child_of(etape.type), situation, priority_of(situation))
            # It ended because the record asked for it no more: asked for after that, it is asked for anew.
            return Suite(look_again=True, repeatable=True)


async def _scan(etape: Etape, situation: Situation) -> Suite:
    """Case wakes the process itself when a verdict matters: after a clean one there is nothing to look at."""
    await workflow.execute_activity(
        attachment.scan_pieces_jointes,
        attachment.ScanPiecesJointesInput(numero=situation.numero, piece_jointe_ids=etape.ids),
        task_queue=task_queues.ATTACHMENT,
        start_to_close_timeout=_SCAN,
        schedule_to_close_timeout=_STEP_PATIENCE,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_RETRY,
        summary=etape.cle,
        priority=priority_of(situation),
    )
    return Suite()


async def _destroy(situation: Situation, piece_jointe_ids: list[str], motif: str, summary: str) -> list[str]:
    result = await workflow.execute_activity(
        attachment.destroy_pieces_jointes,
        attachment.DestroyPiecesJointesInput(numero=situation.numero, piece_jointe_ids=piece_jointe_ids, motif=motif),
        task_queue=task_queues.ATTACHMENT,
        start_to_close_timeout=_SCAN,
        schedule_to_close_timeout=_STEP_PATIENCE,
        retry_policy=_RETRY,
        summary=summary,
        priority=priority_of(situation),
    )
    return result.detruites


async def _perform_in_case(etape: Etape, situation: Situation) -> Suite:
    situation = await workflow.execute_activity(
        case.perform_etape,
        case.PerformEtapeInput(numero=situation.numero, cle=etape.cle, type=etape.type),
        task_queue=task_queues.CASE,
        start_to_close_timeout=_EFFECT,
        schedule_to_close_timeout=_STEP_PATIENCE,
        retry_policy=_RETRY,
        summary=etape.cle,
        priority=priority_of(situation),
    )
    return Suite(situation=situation)
