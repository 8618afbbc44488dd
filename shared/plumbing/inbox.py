"""Exactly-once effect: the mark that a message was processed is committed with its effect."""

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from shared.plumbing.database import AsyncSession
from shared.plumbing.tables import inbox

_MARK: Final = insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)


async def claim(session: AsyncSession, consumer: str, event_id: str) -> bool:
    """Whether this consumer sees the event for the first time; the mark lives or dies with the transaction."""
    return (await session.execute(_MARK, {"consumer": consumer, "event_id": UUID(event_id)})).first() is not None
