"""The purge of orphans as a component of the process."""

from datetime import timedelta
from functools import partial

import structlog

from services.attachment.operations.purge_orphans import OrphanPurge
from shared.plumbing.rounds import Rounds

log = structlog.get_logger(__name__)


def build_purge(purge: OrphanPurge, period: timedelta) -> Rounds:
    """Destroys what no demande names, at the start and then once a period. A store that is down is asked again soon."""
    return Rounds("purge", period, partial(_go_round, purge))


async def _go_round(purge: OrphanPurge) -> None:
    report = await purge.purge()
    if report.pieces_jointes:
        log.info("orphans_destroyed", count=report.pieces_jointes)
    if report.objets:
        log.info("objects_without_row_deleted", count=report.objets)
    if report.retenus:
        log.error("objects_without_row_kept", count=report.retenus)
