"""What goes through the known caisses by itself, one transaction each: the sweep, and what serves nobody any more."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from services.case.operations.brouillons import forget_brouillons
from services.case.operations.forget_verdicts import forget_verdicts
from services.case.operations.remind_process import remind_process
from services.case.operations.tools import Tools
from services.case.operations.watch_demande import forget_presences
from shared.contracts.perimetre import Perimetre, systeme
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.rounds import Rounds

log = structlog.get_logger(__name__)
PERIOD: Final = timedelta(seconds=15)
_FORGETTING_PERIOD: Final = timedelta(days=1)
Turn = Callable[[AsyncSession, Perimetre], Awaitable[int]]


def build_sweep(database: Database, tools: Tools) -> Rounds:
    """Reminds processes that lag behind their record, every fifteen seconds."""

    async def remind(session: AsyncSession, perimetre: Perimetre) -> int:
        return await remind_process(session, perimetre=perimetre, tools=tools)

    return Rounds("remind-process", PERIOD, partial(_go_round, database, tools, remind, "process_reminded"), delayed="sweep_delayed")


def build_forgetting(database: Database, tools: Tools) -> Rounds:
    """Forgets verdicts without a demande, who looked at which, and messages nobody finished, once a day."""

    async def forget(session: AsyncSession, perimetre: Perimetre) -> int:
        lost = await forget_verdicts(session, perimetre=perimetre, clock=tools.clock)
        gone = await forget_presences(session, perimetre=perimetre, clock=tools.clock)
        return lost + gone + await forget_brouillons(session, perimetre=perimetre, clock=tools.clock)

    return Rounds("forgetting", _FORGETTING_PERIOD, partial(_go_round, database, tools, forget, "rows_forgotten"))


async def _go_round(database: Database, tools: Tools, turn: Turn, done: str) -> None:
    async with database.technical_transaction() as session:
        caisses = await tools.reference.caisses(session, at=tools.clock.now())
    for caisse_code in caisses:
        perimetre = systeme(caisse_code)
        async with database.transaction(perimetre) as session:
            if count := await turn(session, perimetre):
                log.info(done, caisse_code=caisse_code, count=count)
