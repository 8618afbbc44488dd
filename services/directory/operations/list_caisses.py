"""Which caisses there are."""

from services.directory.store import caisses
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import AsyncSession


async def list_codes(session: AsyncSession) -> list[CaisseCode]:
    """The code of every caisse, in order."""
    return [code for code, _ in await caisses.list_caisses(session)]
