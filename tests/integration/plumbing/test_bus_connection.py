"""A service whose bus was never there: it waits, and stops at once when told to."""

import asyncio

from shared.plumbing.nats_bus import Bus
from tests.integration.support import RunningStack

DEADLINE_S = 10
NOBODY_LISTENS = "nats://127.0.0.1:1"


async def test_waiting_for_a_bus_that_is_not_there_ends_when_told_to_stop(stack: RunningStack) -> None:
    bus, stop = Bus(NOBODY_LISTENS, stack.nats_seed("ops"), "essai"), asyncio.Event()
    connecting = asyncio.create_task(bus.connect(stop))
    await asyncio.sleep(0)

    stop.set()

    await asyncio.wait_for(connecting, DEADLINE_S)
    assert not bus.is_connected
    await bus.close()
