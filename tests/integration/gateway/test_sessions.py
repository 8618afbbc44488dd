"""Sessions of a front on the real PostgreSQL, and their end when directory closes an account (trust B3, B4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.gateway.main import END_SESSIONS
from services.gateway.store.tables import session_ouverte
from shared.contracts.evenements import Enveloppe, event_subject
from shared.kernel.clock import FixedClock
from shared.kernel.errors import UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.plumbing.database import Database
from shared.plumbing.nats_bus import Bus
from shared.webkit.revocation import build_revocation
from shared.webkit.sessions import PROGRAMME, PROGRAMME_KEY, Limits, Sessions
from tests.integration.conftest import ConnectBus
from tests.integration.support import RunningStack, wait_for

PARTENAIRE = Limits(inactivite=timedelta(minutes=30), absolue=timedelta(hours=8))
CONTENU: dict[str, object] = {"nom": "Exemple", "choisi": 0}


@pytest.fixture
async def database(stack: RunningStack) -> AsyncIterator[Database]:
    database = Database(stack.database_url("gateway"), pool_size=2, service="gateway")
    yield database
    await database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def sessions(database: Database, clock: FixedClock) -> Sessions:
    return Sessions(database, session_ouverte, nom="partenaire", limits=PARTENAIRE, clock=clock)


@pytest.fixture
def compte() -> CompteId:
    return CompteId(uuid4())


async def test_b4_only_a_print_of_the_token_is_stored(sessions: Sessions, database: Database, compte: CompteId) -> None:
    token = await sessions.open(compte, CONTENU)

    async with database.technical_transaction() as session:
        row = (await session.execute(select(session_ouverte).where(session_ouverte.c.compte_id == compte))).mappings().one()
    assert len(token) >= 43
    assert len(row["empreinte"]) == 32
    assert token.encode() not in row["empreinte"]


async def test_b4_a_session_is_read_kept_alive_and_over_at_its_limits(sessions: Sessions, clock: FixedClock, compte: CompteId) -> None:
    token = await sessions.open(compte, CONTENU)
    for _ in range(16):
        clock.at += timedelta(minutes=29)
        session = await sessions.read(token)
        assert session is not None
        assert session.contenu == CONTENU

    clock.at += timedelta(minutes=17)

    assert await sessions.read(token) is None


async def test_b4_a_session_unused_for_thirty_minutes_is_over(sessions: Sessions, clock: FixedClock, compte: CompteId) -> None:
    token = await sessions.open(compte, CONTENU)

    clock.at += timedelta(minutes=30)

    assert await sessions.read(token) is None


async def test_b4_a_rotated_token_is_refused_and_the_new_one_keeps_the_absolute_limit(
    sessions: Sessions, clock: FixedClock, compte: CompteId
) -> None:
    old = await sessions.open(compte, CONTENU)
    session = await sessions.read(old)
    assert session is not None

    new = await sessions.rotate(session, {**CONTENU, "choisi": 1})

    assert await sessions.read(old) is None
    kept = await sessions.read(new)
    assert kept is not None
    assert (kept.contenu["choisi"], kept.ouverte_le) == (1, session.ouverte_le)
    assert kept.csrf != session.csrf


async def test_b3_a_session_ended_while_its_token_changes_stays_ended(sessions: Sessions, compte: CompteId) -> None:
    session = await sessions.read(await sessions.open(compte, CONTENU))
    assert session is not None
    await sessions.end_all(compte)

    with pytest.raises(UnauthenticatedError):
        await sessions.rotate(session, CONTENU)


async def test_b4_the_token_of_a_browser_opens_nothing_as_a_bearer(
    sessions: Sessions, database: Database, clock: FixedClock, compte: CompteId
) -> None:
    programs = Sessions(database, session_ouverte, nom="api", limits=PROGRAMME, clock=clock)

    assert await programs.read(await sessions.open(compte, CONTENU)) is None


async def test_somebody_lists_their_own_sessions_and_ends_another_one(
    sessions: Sessions, database: Database, clock: FixedClock, compte: CompteId
) -> None:
    programs = Sessions(database, session_ouverte, nom="api", limits=PROGRAMME, clock=clock)
    mine, other = await sessions.open(compte, CONTENU), await sessions.open(compte, CONTENU)
    await programs.open(compte, {**CONTENU, PROGRAMME_KEY: True})
    await sessions.open(CompteId(uuid4()), CONTENU)
    session = await sessions.read(mine)
    assert session is not None
    listed = await sessions.list_open(session)

    await sessions.end_other(session, next(line.cle for line in listed if not line.actuelle and not line.programme))

    assert sorted((line.actuelle, line.programme) for line in listed) == [(False, False), (False, True), (True, False)]
    assert await sessions.read(other) is None
    assert await sessions.read(mine) is not None


async def test_sessions_over_for_good_are_forgotten(sessions: Sessions, database: Database, clock: FixedClock, compte: CompteId) -> None:
    await sessions.open(compte, CONTENU)
    clock.at += timedelta(hours=9)

    await sessions.purge()

    async with database.technical_transaction() as session:
        rows = (await session.execute(select(session_ouverte).where(session_ouverte.c.compte_id == compte))).all()
    assert rows == []


async def say(connect_bus: ConnectBus, fait: str, compte: CompteId) -> None:
    """A fact of directory, on disk once this returns."""
    fact = Enveloppe(
        id=str(uuid4()),
        source="/services/directory",
        type=event_subject("compte", fait),
        subject=str(compte),
        time=datetime.now(UTC),
        data={"compte_id": str(compte)},
    )
    await (await connect_bus("directory")).jetstream().publish(fact.type, fact.model_dump_json().encode())


@asynccontextmanager
async def listening(stack: RunningStack, sessions: Sessions) -> AsyncIterator[None]:
    """The front's reader, while the block runs."""
    bus, stop = Bus(stack.nats_url, stack.nats_seed("gateway"), "gateway"), asyncio.Event()
    await bus.connect(stop)
    reader = asyncio.create_task(build_revocation(bus, END_SESSIONS, sessions).run(stop))
    try:
        yield
    finally:
        stop.set()
        await reader
        await bus.close()


@pytest.mark.parametrize("fait", ["suspendu", "desactive", "supprime", "mot_de_passe_change"])
async def test_b3_an_account_that_closes_or_changes_its_password_loses_its_sessions_within_a_second(
    stack: RunningStack, sessions: Sessions, connect_bus: ConnectBus, compte: CompteId, fait: str
) -> None:
    token = await sessions.open(compte, CONTENU)

    async def is_over() -> bool:
        return await sessions.read(token) is None

    async with listening(stack, sessions):
        await say(connect_bus, fait, compte)
        assert await wait_for(is_over, timedelta(seconds=1))


async def test_b3_a_front_that_was_down_ends_what_it_was_told_meanwhile_and_nothing_of_who_came_back(
    stack: RunningStack, sessions: Sessions, connect_bus: ConnectBus, compte: CompteId
) -> None:
    autre = CompteId(uuid4())
    token, kept = await sessions.open(compte, CONTENU), await sessions.open(autre, CONTENU)
    await say(connect_bus, "suspendu", compte)
    await say(connect_bus, "reactive", autre)

    async def is_over() -> bool:
        return await sessions.read(token) is None

    async with listening(stack, sessions):
        assert await wait_for(is_over)
    assert await sessions.read(kept) is not None
