"""The postman: sends what is due, caisse by caisse, woken when something is planned and by itself every few seconds."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Final

from services.notification.domain.textes import Adresses
from services.notification.operations.send_due import BATCH, list_caisses, send_due
from services.notification.ports.courrier import Courrier
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.rounds import Rounds

_PERIOD: Final = timedelta(seconds=15)


class Postman:
    """A component of the process. A relay or a database that is down pauses it; nothing is lost meanwhile."""

    name = "postman"

    def __init__(self, database: Database, courrier: Courrier, adresses: Adresses, clock: Clock) -> None:
        self._database, self._courrier, self._adresses, self._clock = database, courrier, adresses, clock
        self._hint = asyncio.Event()

    def wake(self) -> None:
        """Something is planned: do not wait for the next round."""
        self._hint.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Rounds until stopped."""
        await Rounds(self.name, _PERIOD, partial(self._round, stop), hint=self._hint, delayed="sending_delayed").run(stop)

    async def _round(self, stop: asyncio.Event) -> bool:
        """Visit every caisse where something may be due. Returns: whether one of them has more waiting."""
        async with self._database.technical_transaction() as session:
            caisses = await list_caisses(session, clock=self._clock)
        more = False
        for caisse_code in caisses:
            if stop.is_set():
                return False
            taken = await send_due(self._database, self._courrier, self._adresses, perimetre=systeme(caisse_code), clock=self._clock)
            more = more or taken == BATCH
        return more
