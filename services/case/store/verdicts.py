"""Verdicts of files that no demande holds yet: kept until the file is joined."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.case.store.tables import VerdictRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import StructureId
from shared.plumbing.database import AsyncSession, within


async def keep_verdict(
    session: AsyncSession,
    piece_jointe_id: UUID,
    etat: str,
    raison: str,
    *,
    structure_id: StructureId | None,
    perimetre: Perimetre,
    now: datetime,
) -> None:
    """The last one wins."""
    values = {"etat": etat, "raison": raison, "survenue_le": now}
    await session.execute(
        insert(VerdictRow)
        .values(piece_jointe_id=piece_jointe_id, caisse_code=perimetre.caisse_code, structure_id=structure_id, **values)
        .on_conflict_do_update(index_elements=["piece_jointe_id"], set_=values)
    )


async def take_verdict(session: AsyncSession, piece_jointe_id: UUID, perimetre: Perimetre) -> VerdictRow | None:
    """The verdict, which is then the file's own."""
    statement = within(perimetre, select(VerdictRow), table=VerdictRow).where(VerdictRow.piece_jointe_id == piece_jointe_id)
    row = await session.scalar(statement)
    if row is not None:
        await session.execute(delete(VerdictRow).where(VerdictRow.piece_jointe_id == piece_jointe_id))
    return row


async def forget_verdicts(session: AsyncSession, perimetre: Perimetre, *, before: datetime) -> int:
    """Forget those that nobody came for. Returns: how many."""
    old = delete(VerdictRow).where(VerdictRow.caisse_code == perimetre.caisse_code, VerdictRow.survenue_le < before)
    result = await session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0
