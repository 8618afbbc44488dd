"""What machinery lets go of in time: facts that left, marks of what was read, answers of idempotency keys.

They hold ids, or a copy of what a service keeps elsewhere: nothing of it is noted in the journal. What people may read is purged
by the service that owns it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import CursorResult, Delete, delete, select, tuple_

from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.plumbing import idempotence
from shared.plumbing.database import Database
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.rounds import Rounds
from shared.plumbing.tables import inbox, outbox

log = structlog.get_logger(__name__)
OUTBOX_KEEPS: Final = timedelta(days=30)  # a bus that lost its store is told again from here (trust §4)
# Longer than any delivery: published again on its last day (30), read on its last day in the stream (14), refused and kept in the
# dead letters (14), replayed (14). A mark forgotten earlier would let a fact take effect twice.
INBOX_KEEPS: Final = timedelta(days=90)
_PERIOD: Final = timedelta(days=1)
_BATCH: Final = 1000


def build_retention(database: Database, clock: Clock, reference: ReferenceReader | None = None) -> Rounds:
    """A component of the process, once a day. `reference`: where a service that answers to idempotency keys finds its caisses."""
    return Rounds("retention", _PERIOD, Retention(database, clock, reference).apply)


@dataclass(frozen=True, slots=True)
class Retention:
    """The technical tables of one service. Two processes that apply it at once share the rows."""

    database: Database
    clock: Clock
    reference: ReferenceReader | None = None

    async def apply(self) -> None:
        """Delete what is past its time, a thousand rows per transaction. Raises: DependencyError."""
        now = self.clock.now()
        published = (
            select(outbox.c.id)
            .where(outbox.c.published_at.is_not(None), outbox.c.created_at < now - OUTBOX_KEEPS)
            .order_by(outbox.c.id)  # the oldest first: ids are sorted by time, so a batch is found without reading the rest
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        marks = (
            select(inbox.c.consumer, inbox.c.event_id)
            .where(inbox.c.processed_at < now - INBOX_KEEPS)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        )
        gone = await self._delete(delete(outbox).where(outbox.c.id.in_(published)))
        gone += await self._delete(delete(inbox).where(tuple_(inbox.c.consumer, inbox.c.event_id).in_(marks)))
        gone += await self._forget_answers()
        if gone:
            log.info("technical_rows_deleted", count=gone)

    async def _delete(self, statement: Delete) -> int:
        gone = 0
        while True:
            async with self.database.technical_transaction() as session:
                result = await session.execute(statement)
                deleted = result.rowcount if isinstance(result, CursorResult) else 0
            gone += deleted
            if deleted < _BATCH:
                return gone

    async def _forget_answers(self) -> int:
        """Answers are a tenant's: one transaction per caisse."""
        if self.reference is None:
            return 0
        now, gone = self.clock.now(), 0
        async with self.database.technical_transaction() as session:
            caisses = await self.reference.caisses(session, at=now)
        for caisse_code in caisses:
            perimetre = systeme(caisse_code)
            async with self.database.transaction(perimetre) as session:
                gone += await idempotence.forget_answers(session, perimetre, now=now)
        return gone
