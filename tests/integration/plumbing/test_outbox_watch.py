"""The watch of an outbox on a real database: told at once, finding what it was not told of, coming back when it was cut off."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import create_engine

from deploy.local import postgres
from shared.kernel.identifiers import new_id
from shared.plumbing import outbox_watch
from shared.plumbing.outbox_watch import watch_outbox
from shared.plumbing.tables import OUTBOX_CHANNEL, outbox
from tests.integration.support import RunningStack

DEADLINE_S = 10
NEVER_S = 3600.0
_DATABASE = "ecoute_d_essai"  # its own: the running services tell nothing there
_WRITE = "INSERT INTO outbox (id, subject, enveloppe) VALUES (%s, 'evt.essai.v1', '{}')"


@pytest.fixture
def database(stack: RunningStack) -> Iterator[str]:
    """The address of a database with an empty outbox, whose trigger is missing: only what a test tells is told."""
    with postgres.admin_connection(stack.layout, stack.secrets) as admin:
        admin.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(_DATABASE)))
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(_DATABASE)))
    url = postgres.url(stack.layout, postgres.ADMIN, stack.secrets.password("postgres_admin"), _DATABASE)
    engine = create_engine(url)
    outbox.create(engine)
    engine.dispose()
    yield url.replace("postgresql+psycopg://", "postgresql://")
    with postgres.admin_connection(stack.layout, stack.secrets) as admin:
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(_DATABASE)))


@asynccontextmanager
async def watched(url: str) -> AsyncIterator[asyncio.Event]:
    """The hint of a watch that has had its first look."""
    hint = asyncio.Event()
    watch = asyncio.create_task(watch_outbox(url, hint))
    try:
        yield hint
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def until_listening(url: str) -> int:
    """The server's process behind the watch."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as own:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                cursor = await own.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT EXISTS%' AND state = 'idle'"
                )
                if row := await cursor.fetchone():
                    return int(row[0])


async def run(url: str, statement: str, *values: object) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as own:
        await own.execute(statement, values)


async def test_a_fact_told_of_is_heard_without_waiting_for_the_next_look(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "_LOOK_EVERY_S", NEVER_S)
    async with watched(database) as hint:
        await until_listening(database)
        assert not hint.is_set(), "the outbox is empty"

        await run(database, f"NOTIFY {OUTBOX_CHANNEL}")

        await asyncio.wait_for(hint.wait(), DEADLINE_S)


async def test_a_fact_that_nobody_told_of_is_found_by_the_next_look(database: str) -> None:
    async with watched(database) as hint:
        await until_listening(database)
        assert not hint.is_set(), "the outbox is empty"

        await run(database, _WRITE, new_id())

        await asyncio.wait_for(hint.wait(), DEADLINE_S)


async def test_a_watch_cut_off_hints_at_once_and_sees_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "_LOOK_EVERY_S", NEVER_S)
    monkeypatch.setattr(outbox_watch, "_RETRY_S", 0.01)
    async with watched(database) as hint:
        cut_off = await until_listening(database)

        await run(database, "SELECT pg_terminate_backend(%s)", cut_off)
        await asyncio.wait_for(hint.wait(), DEADLINE_S)
        assert await until_listening(database) != cut_off
        hint.clear()
        await run(database, f"NOTIFY {OUTBOX_CHANNEL}")

        await asyncio.wait_for(hint.wait(), DEADLINE_S)


async def test_a_look_that_the_database_refuses_is_a_hint_too(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "_LOOK_EVERY_S", 0.01)
    async with watched(database) as hint:
        await until_listening(database)

        await run(database, "DROP TABLE outbox")

        await asyncio.wait_for(hint.wait(), DEADLINE_S)
