"""What the passing of days changes, looked at every hour: avenants that begin or end, accounts nobody uses."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog

from services.directory.domain.errors import CaisseNotFoundError
from services.directory.operations.end_unused_comptes import end_unused_comptes
from services.directory.operations.list_caisses import list_codes
from services.directory.operations.save_structure import publish_moved_avenants
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database

log = structlog.get_logger(__name__)
_PAUSE = timedelta(hours=1)


class Rounds:
    """Looks at each caisse in turn, until stopped. Whatever instant it runs at, it finds what is due and nothing else."""

    name = "rounds"

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def run(self, stop: asyncio.Event) -> None:
        """One round, then an hour's pause; a database that is down is looked at again next time."""
        while not stop.is_set():
            try:
                await self.go_round()
            except DependencyError as error:
                log.warning("round_delayed", dependency=error.dependency)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE.total_seconds())

    async def go_round(self) -> None:
        """Every caisse once."""
        async with self._database.technical_transaction() as session:
            codes = await list_codes(session)
        for code in codes:
            with suppress(CaisseNotFoundError):  # it has published no rules yet: nothing is due there
                await self._look_at(code)

    async def _look_at(self, code: CaisseCode) -> None:
        perimetre = systeme(code)
        async with self._database.transaction(perimetre) as session:
            told = await publish_moved_avenants(session, perimetre=perimetre, clock=self._clock)
        async with self._database.transaction(perimetre) as session:
            ended = await end_unused_comptes(session, perimetre=perimetre, clock=self._clock)
        if told or ended:
            log.info("round_done", caisse_code=code, count=told + ended)
