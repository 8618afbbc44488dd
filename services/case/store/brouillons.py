"""Messages being written: one text an account and a demande (UX-A08). Nobody but its author reads it."""

from datetime import datetime
from typing import Final

from sqlalchemy import Column, CursorResult, DateTime, MetaData, String, Table, Text, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.http.case import BrouillonMessage
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, within

METADATA: Final = MetaData()
brouillon_message: Final = Table(
    "brouillon_message",
    METADATA,
    Column("numero", String(10), primary_key=True),
    Column("compte_id", Uuid, primary_key=True),
    Column("caisse_code", String(3), nullable=False),
    Column("structure_id", Uuid),  # empty for an agent
    Column("genre", String(20), nullable=False),
    Column("texte", Text, nullable=False),
    Column("modifie_le", DateTime(timezone=True), nullable=False, index=True),
)


async def find_brouillon(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> BrouillonMessage | None:
    """What this account is writing."""
    columns = (brouillon_message.c.texte, brouillon_message.c.genre, brouillon_message.c.modifie_le)
    statement = within(perimetre, select(*columns), table=brouillon_message).where(
        brouillon_message.c.numero == numero, brouillon_message.c.compte_id == perimetre.acteur_id
    )
    row = (await session.execute(statement)).mappings().one_or_none()
    return None if row is None else BrouillonMessage.model_validate(dict(row))


async def save_brouillon(
    session: AsyncSession, numero: NumeroDemande, brouillon: BrouillonMessage, perimetre: Perimetre, *, now: datetime
) -> None:
    """The last one wins: it is the same person who writes."""
    values = {"genre": brouillon.genre, "texte": brouillon.texte, "modifie_le": now}
    place = {"caisse_code": perimetre.caisse_code, "structure_id": perimetre.structure_id}
    statement = insert(brouillon_message).values(numero=numero, compte_id=perimetre.acteur_id, **place, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["numero", "compte_id"], set_=values))


async def delete_brouillon(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> None:
    """It was sent, or given up."""
    mine = (brouillon_message.c.numero == numero, brouillon_message.c.compte_id == perimetre.acteur_id)
    await session.execute(delete(brouillon_message).where(*mine))


async def erase_brouillons(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> None:
    """Whatever anybody was writing about this demande."""
    here = (brouillon_message.c.caisse_code == perimetre.caisse_code, brouillon_message.c.numero == numero)
    await session.execute(delete(brouillon_message).where(*here))


async def forget_brouillons(session: AsyncSession, perimetre: Perimetre, *, before: datetime) -> int:
    """Those nobody touched since. Returns: how many."""
    old = (brouillon_message.c.caisse_code == perimetre.caisse_code, brouillon_message.c.modifie_le < before)
    result = await session.execute(delete(brouillon_message).where(*old))
    return result.rowcount if isinstance(result, CursorResult) else 0
