"""The sweep as a component of the process: goes through the known caisses, one transaction each."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from services.case.operations.remind_process import remind_process
from services.case.operations.tools import Tools
from shared.contracts.perimetre import systeme
from shared.kernel.errors import DependencyError
from shared.plumbing.database import Database

log = structlog.get_logger(__name__)
_PERIOD_S: Final = 10.0


class Sweep:
    """Reminds processes that lag behind their record, until stopped."""

    name = "remind-process"

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database, self._tools = database, tools

    async def run(self, stop: asyncio.Event) -> None:
        """Every ten seconds; a database that is down is tried again at the next turn."""
        while not stop.is_set():
            try:
                await self._turn()
            except DependencyError as error:
                log.warning("sweep_delayed", dependency=error.dependency)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PERIOD_S)

    async def _turn(self) -> None:
        async with self._database.technical_transaction() as session:
            caisses = await self._tools.reference.caisses(session)
        for caisse_code in caisses:
            perimetre = systeme(caisse_code)
            async with self._database.transaction(perimetre) as session:
                if told := await remind_process(session, perimetre=perimetre, tools=self._tools):
                    log.info("process_reminded", caisse_code=caisse_code, count=told)
