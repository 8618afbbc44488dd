"""Steps performed by case, as the workflows see them. The service registers the same names.

Each stub only raises: nothing runs here. A test compares every stub with its implementation.
"""

from temporalio import activity

from shared.contracts.base import Contract
from shared.contracts.situation import Operation, Processus, Situation


class ReadSituationInput(Contract):
    """Which number, looked at by which process."""

    numero: str
    processus: Processus = Processus.TRAITEMENT


class MeetEcheanceInput(Contract):
    """The deadline that fell due, by its business key: meeting it twice changes nothing."""

    numero: str
    cle: str
    processus: Processus = Processus.TRAITEMENT


class PerformEtapeInput(Contract):
    """A step that case performs itself (ask ameli, apply the decision table), by its business key."""

    numero: str
    cle: str
    type: str = ""  # read by nobody: the key says it. Sent as long as a worker may ask for it


class RecordOperationInput(Contract):
    """An operator's act on the process of this number."""

    numero: str
    operation: Operation
    cle_effet: str  # the update's id: recording it twice changes nothing


@activity.defn(name="case.read_situation")
async def read_situation(entree: ReadSituationInput) -> Situation:
    """The situation now; `version` 0 when the number is not opened yet."""
    raise NotImplementedError


@activity.defn(name="case.meet_echeance")
async def meet_echeance(entree: MeetEcheanceInput) -> Situation:
    """Do what the deadline asks, or nothing when it is no longer due; the new situation either way."""
    raise NotImplementedError


@activity.defn(name="case.perform_etape")
async def perform_etape(entree: PerformEtapeInput) -> Situation:
    """Perform the step, or nothing when it is no longer asked for; the new situation either way."""
    raise NotImplementedError


@activity.defn(name="case.record_operation")
async def record_operation(entree: RecordOperationInput) -> Situation:
    """Record an operator's act; the new situation."""
    raise NotImplementedError
