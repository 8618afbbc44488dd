"""What each agent of the caisse holds, for its superviseur (ux A14, A-08)."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.case.domain.charge import CompteCharge
from services.case.operations.droits import FILES, Acte, check_may, files_of
from services.case.operations.tools import Tools
from services.case.store import charges, sessions
from shared.contracts.perimetre import Perimetre, Role
from shared.plumbing.database import AsyncSession

_SEEN: Final = timedelta(days=180)  # an agent who held nothing for that long is not proposed any more


async def list_charges(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> list[CompteCharge]:
    """Agents by name, with what they hold; those signed in too, even a newcomer who holds nothing yet.

    Raises: ActeForbiddenError for anybody but the superviseur.
    """
    check_may(perimetre, Acte.ASSIGN)
    now = tools.clock.now()
    tenues = await charges.list_charges(session, perimetre, files=files_of(perimetre), since=now - _SEEN, now=now)
    agents = {charge.agent_id: charge for charge in tenues}
    for connecte in await sessions.list_connectes(session, perimetre.caisse_code):
        files = frozenset[str]().union(*(FILES.get(Role(role), frozenset()) for role in connecte.roles))
        if files:
            known = agents.get(connecte.compte_id) or _without_charge(connecte)
            agents[connecte.compte_id] = replace(known, files=known.files | files)
    return sorted(agents.values(), key=lambda charge: charge.nom)


def _without_charge(connecte: sessions.Connecte) -> CompteCharge:
    return CompteCharge(agent_id=connecte.compte_id, nom=connecte.nom, ouvertes=0, en_attente=0, en_retard=0)
