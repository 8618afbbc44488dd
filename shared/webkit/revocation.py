"""Ends the sessions of an account that is suspended, disabled or deleted: it counts from the next request (trust B3)."""

import asyncio
from typing import Final
from uuid import UUID

import structlog
from nats.aio.msg import Msg
from pydantic import ValidationError

from shared.contracts.evenements import Enveloppe, fact_of
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import CompteId
from shared.plumbing.nats_bus import Bus
from shared.webkit.sessions import Sessions

log = structlog.get_logger(__name__)
_SUBJECT: Final = "evt.compte.>"
_CLOSING: Final = frozenset({"suspendu", "desactive", "supprime"})


class CompteWatch:
    """Hears the facts of accounts as they are published. A front that was down meanwhile relies on its sessions' limits."""

    name = "compte_watch"

    def __init__(self, bus: Bus, sessions: Sessions) -> None:
        self._bus = bus
        self._sessions = sessions

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until told to stop; the connection subscribes again by itself after a cut."""
        subscription = await self._bus.client.subscribe(_SUBJECT, cb=self._hear)
        await stop.wait()
        await subscription.unsubscribe()

    async def _hear(self, message: Msg) -> None:
        try:
            enveloppe = Enveloppe.model_validate_json(message.data)
            if fact_of(enveloppe.type) in _CLOSING:
                await self._sessions.end_all(CompteId(UUID(enveloppe.subject)))
        except (ValidationError, ValueError, DependencyError) as error:
            log.warning("message_refused", subject=message.subject, error_type=type(error).__name__)
