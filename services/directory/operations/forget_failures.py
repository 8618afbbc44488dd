"""Failed sign-ins are forgotten once they can slow nothing down any more."""

from services.directory.domain.throttling import FENETRE
from services.directory.store import tentatives
from shared.kernel.clock import Clock
from shared.plumbing.database import AsyncSession


async def forget_failures(session: AsyncSession, *, clock: Clock) -> None:
    """After the longest time that counts. Both tables are keyed by what strangers type: without this they only grow."""
    await tentatives.forget_failures(session, before=clock.now() - FENETRE)
