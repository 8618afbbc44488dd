"""What this run has started, by business key: nothing is started twice, and no background task is left unwatched."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import NamedTuple

from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError, FailureError

from shared.contracts.situation import Situation


class Suite(NamedTuple):
    """What a step that ended brings: the situation it left, or the wish to look again, or nothing.

    `repeatable`: the record may ask for the same key again in this run.
    """

    situation: Situation | None = None
    look_again: bool = False
    repeatable: bool = False


class Fin(NamedTuple):
    """A step that ended well."""

    cle: str
    suite: Suite


class Suivi:
    """The steps of this run: running, ended, failed, given up. Ordered dicts, never sets: a set's order breaks replay."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Suite]] = {}
        self._ended: dict[str, tuple[str, ...]] = {}
        self._given_up: dict[str, None] = {}
        self._ids: dict[str, tuple[str, ...]] = {}
        self.failures: dict[str, str] = {}

    @property
    def running(self) -> list[str]:
        """The keys of the steps under way, in the order they were started."""
        return list(self._running)

    @property
    def busy(self) -> frozenset[str]:
        """Keys under way or failed: only membership is asked of it."""
        return frozenset([*self._running, *self.failures])

    def is_startable(self, cle: str, ids: Sequence[str] = ()) -> bool:
        """Whether this run has not done the step yet: one that ended is done again only for files it was not given."""
        if cle in self._running or cle in self.failures:
            return False
        done = self._ended.get(cle)
        return done is None or any(id_ not in done for id_ in ids)

    def start(self, cle: str, etape: Coroutine[object, object, Suite], ids: Sequence[str] = ()) -> None:
        """Run the step beside the loop, which watches it."""
        self._ids[cle] = tuple(ids)
        self._running[cle] = asyncio.create_task(etape)

    def has_finished(self) -> bool:
        """Whether some step is to be collected."""
        return any(task.done() for task in self._running.values())

    def collect(self) -> list[Fin]:
        """Take out what ended. A failure is kept under its key until an operator resumes or gives the step up."""
        fins: list[Fin] = []
        for cle in [cle for cle, task in self._running.items() if task.done()]:
            task = self._running.pop(cle)
            if cle in self._given_up:
                _ = None if task.cancelled() else task.exception()  # however it ended, nothing follows
                self.note_ended(cle)
                continue
            try:
                fins.append(Fin(cle, task.result()))
            except FailureError as error:
                self.failures[cle] = reason_of(error)
        return fins

    def note_ended(self, cle: str) -> None:
        """Never start this key again in this run, unless for other files."""
        self._ended[cle] = (*self._ended.get(cle, ()), *self._ids.get(cle, ()))

    def give_up(self, cle: str) -> None:
        """Stop the step if it runs, forget it if it failed."""
        self.failures.pop(cle, None)
        if cle in self._running:
            self._given_up[cle] = None
            self._running[cle].cancel()

    def retry_failures(self) -> None:
        """Let every failed step be started again at the next look."""
        self.failures.clear()

    def keep_failures(self, asked: frozenset[str]) -> None:
        """Forget failures of what the record asks for no longer."""
        self.failures = {cle: raison for cle, raison in self.failures.items() if cle in asked}


def reason_of(error: FailureError) -> str:
    """A code for operators: the failure's type, never its message, which a person may have caused."""
    cause = error.cause if isinstance(error, ActivityError | ChildWorkflowError) and error.cause else error
    if isinstance(cause, ApplicationError) and cause.type:
        return cause.type
    return type(cause).__name__
