"""Who looks at a demande now, on the caisse's side (ux A06). Rows are worth a minute; a partner never sees one."""

from datetime import datetime
from typing import Final

from sqlalchemy import Column, CursorResult, DateTime, MetaData, String, Table, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, within

METADATA: Final = MetaData()
presence: Final = Table(
    "presence",
    METADATA,
    Column("numero", String(10), primary_key=True),
    Column("compte_id", Uuid, primary_key=True),
    Column("caisse_code", String(3), nullable=False),
    Column("structure_id", Uuid),  # always empty: the policy of row-level security asks for the column
    Column("nom", String(200), nullable=False),
    Column("vue_le", DateTime(timezone=True), nullable=False),
)


async def note_presence(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, now: datetime) -> None:
    """This account looks at it now."""
    values = {"nom": perimetre.nom, "vue_le": now}
    statement = insert(presence).values(numero=numero, compte_id=perimetre.acteur_id, caisse_code=perimetre.caisse_code, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["numero", "compte_id"], set_=values))


async def list_others(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, since: datetime) -> list[str]:
    """Names of the others who looked since then, in order."""
    statement = within(perimetre, select(presence.c.nom), table=presence).where(
        presence.c.numero == numero, presence.c.compte_id != perimetre.acteur_id, presence.c.vue_le >= since
    )
    return list(await session.scalars(statement.order_by(presence.c.nom)))


async def forget_presences(session: AsyncSession, perimetre: Perimetre, *, before: datetime) -> int:
    """Rows of the caisse that are worth nothing any more. Returns: how many."""
    old = delete(presence).where(presence.c.caisse_code == perimetre.caisse_code, presence.c.vue_le < before)
    result = await session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0
