"""Notices of the one who looks, and marking them displayed."""

from collections.abc import Sequence
from uuid import UUID

from services.notification.domain.avis import Avis
from services.notification.operations.droits import check_may_read_avis
from services.notification.store import avis
from shared.contracts.http.notification import AVIS_MAX
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.database import AsyncSession


async def list_avis(session: AsyncSession, *, perimetre: Perimetre) -> list[Avis]:
    """The last fifty, newest first. Raises: ForbiddenError."""
    check_may_read_avis(perimetre)
    return await avis.list_avis(session, perimetre, limit=AVIS_MAX)


async def mark_read(session: AsyncSession, ids: Sequence[UUID], *, perimetre: Perimetre, clock: Clock) -> None:
    """Note what was displayed (ux A16: once the content was on screen); all of it when nothing is named. Raises: ForbiddenError."""
    check_may_read_avis(perimetre)
    await avis.mark_read(session, perimetre, ids, now=clock.now())
