"""A person's act in its transaction; what is refused for lack of a right is journalled in a second one (RG-02, domain LG-01)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.case.operations.tools import Tools
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import ForbiddenError
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession, Database


@asynccontextmanager
async def acting(database: Database, perimetre: Perimetre, acte: str, objet_id: str, *, tools: Tools) -> AsyncIterator[AsyncSession]:
    """The transaction of one act, committed on leaving. `acte` and `objet_id` are what a refusal is journalled under."""
    try:
        async with database.transaction(perimetre) as session:
            yield session
    except ForbiddenError:
        async with database.transaction(perimetre) as session:
            await record_act(session, perimetre, acte, objet="demande", objet_id=objet_id, now=tools.clock.now(), resultat="refuse")
        raise
