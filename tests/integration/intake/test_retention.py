"""What machinery lets go of, on the real PostgreSQL: the tables are the same in every service (trust §4)."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select

from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import FixedClock
from shared.kernel.identifiers import new_id
from shared.plumbing.idempotence import LIFE
from shared.plumbing.retention import INBOX_KEEPS, OUTBOX_KEEPS, Retention
from shared.plumbing.tables import idempotence, inbox, outbox
from tests.integration.intake.conftest import Essai
from tests.unit.intake.builders import MARDI

UNE_MINUTE = timedelta(minutes=1)
BACKLOG = 3500  # more than one batch for each of three


def retention(essai: Essai) -> Retention:
    return Retention(essai.database, FixedClock(MARDI), essai.reference)


async def a_fact(essai: Essai, *, created_at: datetime, published_at: datetime | None) -> UUID:
    fact = new_id()
    async with essai.database.technical_transaction() as session:
        await session.execute(
            insert(outbox).values(id=fact, subject="evt.essai", enveloppe={}, created_at=created_at, published_at=published_at)
        )
    return fact


async def a_mark(essai: Essai, *, processed_at: datetime) -> UUID:
    event = uuid4()
    async with essai.database.technical_transaction() as session:
        await session.execute(insert(inbox).values(consumer="essai", event_id=event, processed_at=processed_at))
    return event


async def an_answer(essai: Essai, *, created_at: datetime) -> UUID:
    cle, perimetre = uuid4(), essai.perimetre
    async with essai.database.transaction(perimetre) as session:
        await session.execute(
            insert(idempotence).values(
                compte_id=perimetre.acteur_id,
                cle=cle,
                caisse_code=perimetre.caisse_code,
                structure_id=perimetre.structure_id,
                empreinte="0" * 64,
                statut=201,
                corps={},
                created_at=created_at,
            )
        )
    return cle


async def left(essai: Essai, table: Table, column: str, *asked: UUID, perimetre: Perimetre | None = None) -> list[bool]:
    """Which of these rows are still there."""
    open_ = essai.database.technical_transaction() if perimetre is None else essai.database.transaction(perimetre)
    async with open_ as session:
        rows = set(await session.scalars(select(table.c[column]).where(table.c[column].in_(asked))))
    return [one in rows for one in asked]


async def test_a_published_fact_is_kept_thirty_days_and_one_that_never_left_for_ever(essai: Essai) -> None:
    limit = MARDI - OUTBOX_KEEPS
    old = await a_fact(essai, created_at=limit - UNE_MINUTE, published_at=limit)
    young = await a_fact(essai, created_at=limit + UNE_MINUTE, published_at=limit + UNE_MINUTE)
    waiting = await a_fact(essai, created_at=limit - UNE_MINUTE, published_at=None)

    await retention(essai).apply()

    assert await left(essai, outbox, "id", old, young, waiting) == [False, True, True]


async def test_a_mark_outlives_every_delivery_of_its_fact(essai: Essai) -> None:
    limit = MARDI - INBOX_KEEPS
    old, young = await a_mark(essai, processed_at=limit - UNE_MINUTE), await a_mark(essai, processed_at=limit + UNE_MINUTE)

    await retention(essai).apply()

    assert await left(essai, inbox, "event_id", old, young) == [False, True]


async def test_an_answer_is_forgotten_after_its_day(essai: Essai) -> None:
    """It is a tenant's: seen only in the perimetre of its caisse."""
    old = await an_answer(essai, created_at=MARDI - LIFE - UNE_MINUTE)
    young = await an_answer(essai, created_at=MARDI - LIFE + UNE_MINUTE)

    await retention(essai).apply()

    assert await left(essai, idempotence, "cle", old, young, perimetre=essai.perimetre) == [False, True]


async def test_two_processes_share_a_long_backlog_and_leave_nothing_of_it(essai: Essai) -> None:
    long_ago = MARDI - 2 * OUTBOX_KEEPS
    facts = [new_id() for _ in range(BACKLOG)]
    async with essai.database.technical_transaction() as session:
        rows = [{"id": fact, "subject": "evt.essai", "enveloppe": {}, "created_at": long_ago, "published_at": long_ago} for fact in facts]
        await session.execute(insert(outbox), rows)

    await asyncio.gather(*(retention(essai).apply() for _ in range(3)))

    assert not any(await left(essai, outbox, "id", *facts))
