"""The purge, caisse by caisse: a component of the process once a day, and what the command does at once."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.intake.operations.purge import purge_caisse
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.rounds import Rounds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRound:
    """Every known caisse once, one transaction each."""

    database: Database
    reference: ReferenceReader
    clock: Clock
    conservation_brouillon: timedelta

    def every(self, period: timedelta) -> Rounds:
        """As a component."""
        return Rounds("purge", period, self.go_round)

    async def go_round(self) -> None:
        """Raises: DependencyError: what is left waits for the next round."""
        now = self.clock.now()
        async with self.database.technical_transaction() as session:
            caisses = await self.reference.caisses(session, at=now)
        for caisse_code in caisses:
            perimetre = systeme(caisse_code)
            async with self.database.transaction(perimetre) as session:
                purge = await purge_caisse(
                    session,
                    perimetre=perimetre,
                    reference=self.reference,
                    conservation_brouillon=self.conservation_brouillon,
                    now=now,
                )
            if purge.total:
                log.info("caisse_purged", caisse_code=caisse_code, count=purge.total)
