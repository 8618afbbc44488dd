"""Failed sign-ins are forgotten when they slow nothing down any more; what still counts stays."""

from datetime import timedelta
from uuid import uuid4

from services.directory.domain.throttling import FENETRE, Seau, Tentatives
from services.directory.operations.forget_failures import forget_failures
from services.directory.store import tentatives
from shared.kernel.clock import Clock
from shared.plumbing.database import AsyncSession, Database


async def _fail(session: AsyncSession, quoi: str, *, ago: timedelta) -> None:
    when = Clock().now() - ago
    await tentatives.lock_tentatives(session, quoi)
    await tentatives.save_tentatives(session, quoi, Tentatives().charged(when).failed(when))
    await tentatives.charge_seau(session, quoi, now=when)


async def test_failures_of_another_month_are_forgotten_and_recent_ones_still_count(database: Database) -> None:
    old, recent = uuid4().hex, uuid4().hex
    async with database.technical_transaction() as session:
        await _fail(session, old, ago=FENETRE + timedelta(hours=1))
        await _fail(session, recent, ago=FENETRE - timedelta(hours=1))

        await forget_failures(session, clock=Clock())

        assert await tentatives.lock_tentatives(session, old) == Tentatives()
        assert await tentatives.get_seau(session, old) == Seau()
        assert (await tentatives.lock_tentatives(session, recent)).echecs == 1
        assert (await tentatives.get_seau(session, recent)).niveau == 1


async def test_an_e_mail_whose_window_began_long_ago_but_failed_yesterday_is_remembered(database: Database) -> None:
    courriel, now = uuid4().hex, Clock().now()
    remembered = Tentatives(echecs=7, dernier_echec_le=now - timedelta(days=1), echecs_fenetre=40, fenetre_debut=now - 2 * FENETRE)
    async with database.technical_transaction() as session:
        await tentatives.lock_tentatives(session, courriel)
        await tentatives.save_tentatives(session, courriel, remembered)

        await forget_failures(session, clock=Clock())

        assert (await tentatives.lock_tentatives(session, courriel)).echecs == 7
