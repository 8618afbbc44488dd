"""The files of a filing belong to its number from now on."""

from collections.abc import Sequence

import structlog

from services.attachment.domain.errors import PieceJointeAttachedError
from services.attachment.store.pieces_jointes import find_pieces_jointes, save_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, PieceJointeId
from shared.plumbing.database import AsyncSession

log = structlog.get_logger(__name__)


async def attach_depot(session: AsyncSession, ids: Sequence[PieceJointeId], numero: NumeroDemande, *, perimetre: Perimetre) -> None:
    """Attach these files; one that is missing or belongs to another demande is reported and never holds up the others.

    The demande goes on: the analysis of that file tells what became of it.
    """
    pieces = await find_pieces_jointes(session, ids, perimetre)
    for absente in set(ids) - {piece.id for piece in pieces}:
        log.error("piece_jointe_missing", piece_jointe_id=str(absente), numero=numero)
    for piece in pieces:
        try:
            piece.attach(numero)
        except PieceJointeAttachedError:
            log.warning("piece_jointe_attached_elsewhere", piece_jointe_id=str(piece.id), numero=numero)
        await save_piece_jointe(session, piece)
