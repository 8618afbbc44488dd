"""What the passing of days changes, looked at every hour: avenants that begin or end, accounts nobody uses, failures to forget."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from services.directory.domain.errors import CaisseNotFoundError
from services.directory.operations.end_unused_comptes import end_unused_comptes
from services.directory.operations.forget_failures import forget_failures
from services.directory.operations.list_caisses import list_codes
from services.directory.operations.save_structure import publish_moved_avenants
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from shared.plumbing.rounds import Rounds

log = structlog.get_logger(__name__)
_PERIOD: Final = timedelta(hours=1)


def build_rounds(database: Database, clock: Clock) -> Rounds:
    """Looks at each caisse in turn. Whatever instant it runs at, it finds what is due and nothing else."""
    return Rounds("rounds", _PERIOD, partial(_go_round, database, clock))


async def _go_round(database: Database, clock: Clock) -> None:
    async with database.technical_transaction() as session:
        await forget_failures(session, clock=clock)
        codes = await list_codes(session)
    for code in codes:
        with suppress(CaisseNotFoundError):  # it has published no rules yet: nothing is due there
            await _look_at(database, code, clock)


async def _look_at(database: Database, code: CaisseCode, clock: Clock) -> None:
    perimetre = systeme(code)
    async with database.transaction(perimetre) as session:
        told = await publish_moved_avenants(session, perimetre=perimetre, clock=clock)
    async with database.transaction(perimetre) as session:
        ended = await end_unused_comptes(session, perimetre=perimetre, clock=clock)
    if told or ended:
        log.info("round_done", caisse_code=code, count=told + ended)
