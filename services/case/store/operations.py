"""Operators' acts on the process, each once."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from services.case.domain.demande import Demande
from services.case.store.tables import OperationRow
from shared.contracts.situation import Operation
from shared.plumbing.database import AsyncSession


async def insert_operation(session: AsyncSession, demande: Demande, operation: Operation, cle_effet: str, *, now: datetime) -> bool:
    """Whether this effect is recorded for the first time."""
    statement = (
        insert(OperationRow)
        .values(
            cle_effet=cle_effet,
            caisse_code=demande.caisse_code,
            structure_id=demande.structure_id,
            numero=demande.numero,
            type=operation.type,
            operateur=operation.operateur,
            motif=operation.motif,
            cle=operation.cle,
            echue_le=operation.echue_le,
            enregistree_le=now,
        )
        .on_conflict_do_nothing(index_elements=["cle_effet"])
        .returning(OperationRow.cle_effet)
    )
    return (await session.execute(statement)).first() is not None
