"""The sessions of agents and of their programs."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import MetaData, select

from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import AsyncSession
from shared.plumbing.tables import session_table

METADATA = MetaData()

session_agent = session_table("session_agent", METADATA)


@dataclass(frozen=True, slots=True)
class Connecte:
    """Somebody signed in on this front, with their roles in one caisse."""

    compte_id: UUID
    nom: str
    roles: frozenset[str]


async def list_connectes(session: AsyncSession, caisse_code: CaisseCode) -> list[Connecte]:
    """Who signed in today and may work in this caisse. No tenant in the table: the places are in what a session keeps."""
    wanted = session_agent.c.contenu.contains({"perimetres": [{"caisse_code": caisse_code}]})
    rows = await session.execute(select(session_agent.c.compte_id, session_agent.c.contenu).where(wanted))
    return [
        Connecte(compte_id, f"{contenu['nom'].upper()} {contenu['prenom']}", _roles(contenu, caisse_code)) for compte_id, contenu in rows
    ]


def _roles(contenu: dict[str, list[dict[str, str]]], caisse_code: CaisseCode) -> frozenset[str]:
    return frozenset(place["role"] for place in contenu["perimetres"] if place["caisse_code"] == caisse_code)
