"""What is done again and again beside the rest: a turn, a pause, the next turn, until stopped.

A turn looks by itself for what is due: one that is missed, doubled or played by two processes at once does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, Final, TypeVar

import structlog

from shared.kernel.errors import DependencyError

log = structlog.get_logger(__name__)
_LONGEST_RETRY: Final = timedelta(minutes=5)
_AT_ONCE: Final = timedelta(0)

Act = Callable[[], Awaitable[bool | None]]
T = TypeVar("T")


class Rounds:
    """A component of a process: `act` at once, then again after each period.

    `act` returns True when more is waiting: the next turn follows without a pause. `hint`: set by whoever knows that something is
    due, it ends the pause. `delayed`: the log event of a turn that a dependency cut short; such a turn is played again after a
    period, or five minutes where periods are longer. A bug goes up to the supervisor, which starts the component again.
    """

    def __init__(
        self, name: str, period: timedelta, act: Act, *, hint: asyncio.Event | None = None, delayed: str = "round_delayed"
    ) -> None:
        self.name = name
        self._period, self._act, self._delayed = period, act, delayed
        self._hint = hint or asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Turn after turn, until told to stop."""
        while not stop.is_set():
            self._hint.clear()
            rest = await self._turn()
            await pause(stop, rest.total_seconds(), self._hint)

    async def _turn(self) -> timedelta:
        """One turn. Returns: how long to rest after it."""
        try:
            more = await self._act()
        except DependencyError as error:
            log.warning(self._delayed, component=self.name, dependency=error.dependency, act=error.act)
            self._hint.clear()  # what was hinted during this turn meets the same dependency
            return min(self._period, _LONGEST_RETRY)
        return _AT_ONCE if more else self._period


async def pause(stop: asyncio.Event, seconds: float | None, hint: asyncio.Event | None = None) -> None:
    """Rest that long (None: without end), or until told to stop, or until the hint."""
    waits = [asyncio.create_task(event.wait()) for event in (stop, hint) if event is not None]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def unless(work: Coroutine[Any, Any, T], *events: asyncio.Event) -> T | None:
    """What the work gives; None when one of the events comes before: it is then cut short, and has ended."""
    working, waits = asyncio.create_task(work), [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait({working, *waits}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        working.cancel()
        await asyncio.wait({working})
        return None
    finally:
        for task in (working, *waits):
            task.cancel()
