"""The sweep as a component of the process: goes through the known caisses, one transaction each."""

from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from services.case.operations.remind_process import remind_process
from services.case.operations.tools import Tools
from shared.contracts.perimetre import systeme
from shared.plumbing.database import Database
from shared.plumbing.rounds import Rounds

log = structlog.get_logger(__name__)
PERIOD: Final = timedelta(seconds=15)


def build_sweep(database: Database, tools: Tools) -> Rounds:
    """Reminds processes that lag behind their record, every fifteen seconds."""
    return Rounds("remind-process", PERIOD, partial(_go_round, database, tools), delayed="sweep_delayed")


async def _go_round(database: Database, tools: Tools) -> None:
    async with database.technical_transaction() as session:
        caisses = await tools.reference.caisses(session, at=tools.clock.now())
    for caisse_code in caisses:
        perimetre = systeme(caisse_code)
        async with database.transaction(perimetre) as session:
            if told := await remind_process(session, perimetre=perimetre, tools=tools):
                log.info("process_reminded", caisse_code=caisse_code, count=told)
