"""What each agent of the caisse holds, for its superviseur (ux A14, A-08)."""

from datetime import timedelta
from typing import Final

from services.case.domain.charge import CompteCharge
from services.case.operations.droits import Acte, check_may, files_of
from services.case.operations.tools import Tools
from services.case.store import charges
from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import AsyncSession

_SEEN: Final = timedelta(days=180)  # an agent who held nothing for that long is not proposed any more


async def list_charges(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> list[CompteCharge]:
    """Agents by name, with what they hold. Raises: ActeForbiddenError for anybody but the superviseur."""
    check_may(perimetre, Acte.ASSIGN)
    now = tools.clock.now()
    return await charges.list_charges(session, perimetre, files=files_of(perimetre), since=now - _SEEN, now=now)
