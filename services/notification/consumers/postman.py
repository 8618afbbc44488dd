"""The postman: sends what is due, caisse by caisse, woken when something is planned and by itself every few seconds."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from services.notification.domain.textes import Adresses
from services.notification.operations.list_caisses import list_caisses
from services.notification.operations.send_due import BATCH, send_due
from services.notification.ports.courrier import Courrier
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyError
from shared.plumbing.database import Database

log = structlog.get_logger(__name__)
_POLL_S: Final = 5.0


class Postman:
    """A component of the process. A relay or a database that is down pauses it; nothing is lost meanwhile."""

    name = "postman"

    def __init__(self, database: Database, courrier: Courrier, adresses: Adresses, clock: Clock, *, poll_s: float = _POLL_S) -> None:
        self._database, self._courrier, self._adresses, self._clock = database, courrier, adresses, clock
        self._poll_s = poll_s
        self._hint = asyncio.Event()

    def wake(self) -> None:
        """Something is planned: do not wait for the next round."""
        self._hint.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Rounds until stopped."""
        while not stop.is_set():
            self._hint.clear()
            try:
                if await self._round(stop):
                    continue
            except DependencyError as error:
                log.warning("sending_delayed", dependency=error.dependency, act=error.act)
                self._hint.clear()
            await self._wait(stop)

    async def _round(self, stop: asyncio.Event) -> bool:
        """Serve every caisse once. Returns: whether one of them has more waiting."""
        async with self._database.technical_transaction() as session:
            caisses = await list_caisses(session)
        more = False
        for caisse_code in caisses:
            if stop.is_set():
                return False
            taken = await send_due(self._database, self._courrier, self._adresses, perimetre=systeme(caisse_code), clock=self._clock)
            more = more or taken == BATCH
        return more

    async def _wait(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(self._hint.wait()), asyncio.create_task(stop.wait())]
        await asyncio.wait(waits, timeout=self._poll_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
            with suppress(asyncio.CancelledError):
                await wait
