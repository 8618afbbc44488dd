"""A file of the caisse becomes downloadable by a structure, until an instant that case has fixed (house §9.5)."""

from datetime import datetime

from services.attachment.store.pieces_jointes import get_piece_jointe, save_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, PieceJointeId, StructureId
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession


async def publish_piece_jointe(
    session: AsyncSession,
    piece_jointe_id: PieceJointeId,
    structure_id: StructureId,
    numero: NumeroDemande,
    *,
    echeance: datetime,
    mise_a_disposition_le: datetime,
    perimetre: Perimetre,
) -> None:
    """Raises: PieceJointeNotFoundError, VerdictPendingError, PieceJointeBlockedError, PieceJointeExpiredError."""
    piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
    piece.publish(structure_id, numero, echeance=echeance, mise_a_disposition_le=mise_a_disposition_le)
    await save_piece_jointe(session, piece)
    await record_act(session, perimetre, "publish_piece_jointe", objet="piece_jointe", objet_id=str(piece.id), now=mise_a_disposition_le)
