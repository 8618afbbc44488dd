"""When the relay looks into the outbox: at a hint, and not at once where the bus just failed."""

import asyncio
from typing import cast

import pytest

from shared.kernel.errors import DependencyUnavailableError
from shared.plumbing import outbox
from shared.plumbing.database import Database
from shared.plumbing.outbox import OutboxRelay, Publisher

DEADLINE_S = 5


class LookingRelay(OutboxRelay):
    """A relay without a database: each look does what the test says, and is counted."""

    def __init__(self, *looks: str) -> None:
        super().__init__(cast("Database", None), cast("Publisher", None), "")
        self.done, self.first, self.again = 0, asyncio.Event(), asyncio.Event()
        self._looks = looks

    async def _watch(self) -> None:
        await asyncio.Event().wait()

    async def _publish_batch(self) -> int:
        act = self._looks[self.done] if self.done < len(self._looks) else ""
        self.done += 1
        (self.again if self.first.is_set() else self.first).set()
        if "a fact is written" in act:
            self._hint.set()
        if "the bus fails" in act:
            raise DependencyUnavailableError("NATS", "take a fact")
        return 0


async def test_a_fact_written_while_the_relay_looks_does_not_wait_for_another_hint() -> None:
    relay, stop = LookingRelay("a fact is written"), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))

    await asyncio.wait_for(relay.again.wait(), DEADLINE_S)

    stop.set()
    await running
    assert relay.done == 2


async def test_a_bus_that_just_failed_is_not_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_RETRY_S", 3600.0)
    relay, stop = LookingRelay("a fact is written, the bus fails"), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))

    await asyncio.wait_for(relay.first.wait(), DEADLINE_S)
    for _ in range(20):  # turns of the loop: a relay that would look again has done so
        await asyncio.sleep(0)

    stop.set()
    await running
    assert relay.done == 1


async def test_a_relay_whose_watch_fails_fails_with_it() -> None:
    class BlindRelay(LookingRelay):
        async def _watch(self) -> None:
            raise RuntimeError

    with pytest.raises(ExceptionGroup):
        await asyncio.wait_for(BlindRelay().run(asyncio.Event()), DEADLINE_S)
