"""Verdicts of files that no demande ever held: drafts given up, uploads without a filing."""

from datetime import timedelta
from typing import Final

from services.case.store import verdicts
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.database import AsyncSession

KEPT: Final = timedelta(days=60)  # attachment has destroyed the file itself before


async def forget_verdicts(session: AsyncSession, *, perimetre: Perimetre, clock: Clock) -> int:
    """Those of this caisse that nobody comes for any more. Returns: how many."""
    return await verdicts.forget_verdicts(session, perimetre, before=clock.now() - KEPT)
