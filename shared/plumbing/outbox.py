"""Facts leave by the outbox: a row committed with the change, published afterwards, as often as needed (trust §4).

The relay is woken by NOTIFY as a hint and by a look each second; SKIP LOCKED lets several relays work side by side.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import insert, select, update

from shared.contracts.base import Contract
from shared.contracts.evenements import Enveloppe
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import new_id
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.outbox_watch import watch_outbox
from shared.plumbing.rounds import pause
from shared.plumbing.tables import outbox

log = structlog.get_logger(__name__)
_BATCH: Final = 100
_RETRY_S: Final = 2.0
_GATHER_S: Final = 0.05  # what is written in these instants leaves together: in a burst, a look for each fact is most of the work
_INSERT: Final = insert(outbox)
_published = Counter("outbox_published_total", "Facts published.")
_oldest = Gauge("outbox_oldest_seconds", "Age of the oldest fact not yet published.")


async def record_fact(session: AsyncSession, subject: str, data: Contract, *, source: str, about: str, causation: str = "") -> None:
    """Write a fact beside the change, in its transaction.

    `subject`: event_subject(…). `about`: the number or id it speaks of. `source`: the service. `causation`: the fact that caused it.
    """
    context = structlog.contextvars.get_contextvars()
    enveloppe = Enveloppe(
        id=str(new_id()),
        source=f"/services/{source}",
        type=subject,
        subject=about,
        time=datetime.now(UTC),
        correlationid=str(context.get("correlation_id", "")),
        causationid=causation,
        data=data.model_dump(mode="json"),
    )
    await session.execute(_INSERT, {"id": enveloppe.id, "subject": subject, "enveloppe": enveloppe.model_dump(mode="json")})


class Publisher(Protocol):
    """Where facts go."""

    async def publish(self, enveloppe: Enveloppe) -> None:
        """Return once the bus has it on disk. Raises: DependencyError."""


class OutboxRelay:
    """Publishes what the outbox holds, until stopped."""

    name = "outbox-relay"

    def __init__(self, database: Database, publisher: Publisher, listen_url: str) -> None:
        self._database, self._publisher = database, publisher
        self._listen_url = listen_url.replace("postgresql+psycopg://", "postgresql://")
        self._hint = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Drain, then wait for a hint; a bus or database that is down pauses the relay."""
        async with asyncio.TaskGroup() as beside:  # without its watch the relay would rest for ever: they fall, and start again, together
            watch = beside.create_task(self._watch())
            while not stop.is_set():
                self._hint.clear()  # before the look: a fact written during it is looked for again at once
                try:
                    if await self._publish_batch() == _BATCH:
                        continue
                except DependencyError as error:
                    log.warning("outbox_delayed", dependency=error.dependency, act=error.act)
                    await pause(stop, _RETRY_S)  # whatever is hinted meanwhile meets the same dependency
                    continue
                await pause(stop, None, self._hint)
                await pause(stop, _GATHER_S)
            watch.cancel()

    async def _watch(self) -> None:
        await watch_outbox(self._listen_url, self._hint)

    async def _publish_batch(self) -> int:
        # The one place with a network call inside a transaction: the lock on the rows is what keeps two relays apart,
        # and a row published twice is recognised by its Nats-Msg-Id.
        async with self._database.technical_transaction() as session:
            rows = (
                await session.execute(
                    select(outbox.c.id, outbox.c.enveloppe, outbox.c.created_at)
                    .where(outbox.c.published_at.is_(None))
                    .order_by(outbox.c.id)
                    .limit(_BATCH)
                    .with_for_update(skip_locked=True)
                )
            ).all()
            _oldest.set((datetime.now(UTC) - rows[0].created_at).total_seconds() if rows else 0)
            if not rows:
                return 0
            done = await self._publish_all([(row.id, Enveloppe.model_validate(row.enveloppe)) for row in rows])
            if done:
                await session.execute(update(outbox).where(outbox.c.id.in_(done)).values(published_at=datetime.now(UTC)))
        _published.inc(len(done))
        if len(done) < len(rows):
            raise _bus_refused()
        _oldest.set(0)
        return len(rows)

    async def _publish_all(self, facts: Sequence[tuple[object, Enveloppe]]) -> list[object]:
        results = await asyncio.gather(*(self._publisher.publish(fact) for _, fact in facts), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, DependencyError):
                raise result
        return [row_id for (row_id, _), result in zip(facts, results, strict=True) if result is None]


def _bus_refused() -> DependencyError:
    return DependencyError("NATS", "acknowledge every fact")
