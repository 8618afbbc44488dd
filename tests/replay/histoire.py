"""Histories written by hand: what happened, and when; no server needed (temporal §3.4)."""

import base64
import json
from datetime import datetime, timedelta

from temporalio.client import WorkflowHistory

from shared.contracts.base import Contract
from shared.contracts.workflows import DemandeInput

RUN_ID = "00000000-0000-0000-0000-000000000001"
QUEUE = {"name": "workflows"}
PATIENCE_S = {"case.read_situation": 3600, "case.record_operation": 60}


class Histoire:
    """One run of a workflow, told event by event. Payloads are in clear."""

    def __init__(self, type_: str, numero: str, debut: datetime, *, workflow_id: str) -> None:
        self.now, self.workflow_id = debut, workflow_id
        self.events: list[dict[str, object]] = []
        self._activities = self._timers = 0
        self.add(
            "WORKFLOW_EXECUTION_STARTED", workflowType={"name": type_}, taskQueue=QUEUE, input=payloads(DemandeInput(numero=numero)),
            workflowTaskTimeout="10s", attempt=1, workflowId=workflow_id, originalExecutionRunId=RUN_ID, firstExecutionRunId=RUN_ID,
        )  # fmt: skip
        self.start_task()

    def add(self, kind: str, **attributes: object) -> str:
        """One event, in the JSON form of the engine."""
        event_id, words = str(len(self.events) + 1), kind.lower().split("_")
        name = words[0] + "".join(word.title() for word in words[1:]) + "EventAttributes"
        self.events.append({"eventId": event_id, "eventTime": self.now.isoformat(), "eventType": f"EVENT_TYPE_{kind}", name: attributes})
        return event_id

    def wait(self, duree: timedelta) -> None:
        """Let time pass before the next event."""
        self.now += duree

    def start_task(self, *, suggest_continue_as_new: bool = False) -> None:
        """Our code runs here, when the history ends or is followed by `end_task`."""
        self._scheduled = self.add("WORKFLOW_TASK_SCHEDULED", taskQueue=QUEUE, startToCloseTimeout="10s")
        self._started = self.add("WORKFLOW_TASK_STARTED", scheduledEventId=self._scheduled, suggestContinueAsNew=suggest_continue_as_new)

    def end_task(self) -> str:
        """Its commands follow."""
        return self.add("WORKFLOW_TASK_COMPLETED", scheduledEventId=self._scheduled, startedEventId=self._started)

    def signal(self, fait: str) -> None:
        """A fact, without content."""
        self.add("WORKFLOW_EXECUTION_SIGNALED", signalName=fait, input={})

    def activity(self, type_: str, entree: Contract, *, task: str, queue: str = "case") -> str:
        """An activity ordered by the task that ended with `task`."""
        self._activities += 1
        return self.add(
            "ACTIVITY_TASK_SCHEDULED", activityId=str(self._activities), activityType={"name": type_}, taskQueue={"name": queue},
            input=payloads(entree), workflowTaskCompletedEventId=task, startToCloseTimeout="30s",
            scheduleToCloseTimeout=f"{PATIENCE_S.get(type_, 86400)}s",
        )  # fmt: skip

    def activity_ended(self, scheduled: str, resultat: Contract) -> None:
        """The activity's result."""
        started = self.add("ACTIVITY_TASK_STARTED", scheduledEventId=scheduled, requestId="r", attempt=1)
        self.add("ACTIVITY_TASK_COMPLETED", scheduledEventId=scheduled, startedEventId=started, result=payloads(resultat))

    def timer(self, duree: timedelta, *, task: str) -> tuple[str, str]:
        """A timer started by the task that ended with `task`; gives what `timer_fired` wants."""
        self._timers += 1
        started = self.add(
            "TIMER_STARTED",
            timerId=str(self._timers),
            startToFireTimeout=f"{duree.total_seconds():.6f}s",
            workflowTaskCompletedEventId=task,
        )
        return str(self._timers), started

    def timer_fired(self, timer: tuple[str, str]) -> None:
        """The timer's end."""
        timer_id, started = timer
        self.add("TIMER_FIRED", timerId=timer_id, startedEventId=started)

    def replayable(self) -> WorkflowHistory:
        """What the Replayer reads."""
        return WorkflowHistory.from_json(self.workflow_id, {"events": self.events})


def payloads(value: Contract) -> dict[str, object]:
    """One value as the engine's JSON holds it, in clear."""
    raw = base64.b64encode(json.dumps(value.model_dump(mode="json")).encode()).decode()
    kind = base64.b64encode(b"json/plain").decode()
    return {"payloads": [{"metadata": {"encoding": kind}, "data": raw}]}
