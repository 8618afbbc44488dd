"""A process that sleeps until it is told to stop, and dates its answers."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from shared.plumbing.process import PatientServer, build_app
from tests.integration.support import wait_for

DEADLINE_S = 10


@pytest.fixture
def told() -> Iterator[list[int]]:
    """The signals that reach the process once its server has ended: it hands them on."""
    received: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    yield received
    signal.signal(signal.SIGTERM, before)


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[PatientServer, asyncio.Task[None], str]]:
    """A server that answers, its task and its address."""
    server = PatientServer(build_app("essai", checks={}), host="127.0.0.1", port=0)
    task = asyncio.create_task(server.serve())
    await wait_for(lambda: server.started or None)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield server, task, f"http://127.0.0.1:{port}"
    server.stop()
    await task


async def test_a_signal_wakes_the_server_which_ends(told: list[int]) -> None:
    async with serving() as (_, task, _):
        signal.raise_signal(signal.SIGTERM)

        await asyncio.wait_for(asyncio.shield(task), DEADLINE_S)

    assert told == [signal.SIGTERM], "handed on when all is closed"


async def test_each_answer_bears_the_date_it_is_made_at() -> None:
    async with serving() as (_, _, url), httpx2.AsyncClient() as client:
        answer = await client.get(f"{url}/livez")

    assert parsedate_to_datetime(answer.headers["date"]).tzinfo is not None
    assert answer.headers.get_list("date") == [answer.headers["date"]], "one date"
