"""Rows of who is concerned by each demande."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.notification.domain.suivi import Suivi
from services.notification.store.tables import SuiviRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CompteId, NumeroDemande, StructureId
from shared.plumbing.database import AsyncSession, within


async def find_suivi(session: AsyncSession, perimetre: Perimetre, numero: NumeroDemande) -> Suivi | None:
    """The two ends of the demande, or None when no fact named them yet."""
    row = await session.scalar(within(perimetre, select(SuiviRow).where(SuiviRow.numero == numero), table=SuiviRow))
    if row is None:
        return None
    return Suivi(
        numero=NumeroDemande(row.numero),
        structure_id=StructureId(row.structure_id),
        demandeur_id=CompteId(row.demandeur_id),
        agent_id=CompteId(row.agent_id) if row.agent_id else None,
    )


async def remember_suivi(session: AsyncSession, perimetre: Perimetre, suivi: Suivi, *, version: int) -> None:
    """Keep what the newest fact says; an agent once known is forgotten only for another one."""
    statement = insert(SuiviRow).values(
        numero=suivi.numero,
        caisse_code=perimetre.caisse_code,
        structure_id=suivi.structure_id,
        demandeur_id=suivi.demandeur_id,
        agent_id=suivi.agent_id,
        version=version,
    )
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["numero"],
            set_={"version": new.version, "agent_id": func.coalesce(new.agent_id, SuiviRow.agent_id)},
            where=SuiviRow.version <= new.version,
        )
    )
