"""Forgets sessions that are over, every hour."""

import asyncio
from contextlib import suppress
from typing import Final

from shared.webkit.sessions import Sessions

_EVERY_S: Final = 3600.0


class SessionPurge:
    """A component of the process; a database that is down makes it start again later."""

    name = "session_purge"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            await self._sessions.purge()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY_S)
