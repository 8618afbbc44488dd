"""The caisses the postman serves."""

from services.notification.store import envois
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import AsyncSession


async def list_caisses(session: AsyncSession) -> list[CaisseCode]:
    """In order; a caisse is here once something was told for it."""
    return await envois.known_caisses(session)
