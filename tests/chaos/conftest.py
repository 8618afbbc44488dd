"""Breaking the running stack on purpose: every fault is undone, and the stack is ready again before the next test."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.integration.conftest import stack
from tests.integration.support import DEADLINE, RunningStack, wait_for

__all__ = ["stack"]
HTTP = ("gateway", "case", "directory", "intake", "attachment", "notification", "workflows", "activities")


@pytest.fixture(autouse=True)
async def _whole_again(stack: RunningStack) -> AsyncIterator[None]:
    yield
    for full, info in stack.supervisor.states().items():
        if info["statename"] not in {"RUNNING", "STARTING", "BACKOFF"}:
            stack.supervisor.start_process(full.split(":")[-1])
    await wait_for(lambda: _all_ready(stack), deadline=DEADLINE * 4)


async def _all_ready(stack: RunningStack) -> bool:
    async with httpx2.AsyncClient(timeout=3) as client:
        for name in HTTP:
            try:
                if (await client.get(f"{stack.url(name)}/readyz")).status_code != httpx2.codes.OK:
                    return False
            except httpx2.TransportError:
                return False
    return True
