"""What happened to a file, as facts of the house (contracts, evenements): outbox rows of the same transaction."""

from services.attachment.domain.piece_jointe import PieceJointe
from shared.contracts import evenements
from shared.plumbing.database import AsyncSession
from shared.plumbing.outbox import record_fact

SOURCE = "attachment"


async def record_facts(session: AsyncSession, piece: PieceJointe, *, causation: str = "") -> None:
    """Tell each event of the file once, in order, and forget them."""
    for evenement in piece.evenements:
        fait = evenements.FaitPieceJointe(
            piece_jointe_id=str(piece.id),
            caisse_code=piece.caisse_code,
            structure_id="" if piece.structure_id is None else str(piece.structure_id),
            numero=piece.numero,
            survenue_le=evenement.survenue_le,
            raison=None if evenement.raison is None else evenement.raison.value,
        )
        sujet = evenements.event_subject("piece_jointe", evenement.fait.value)
        await record_fact(session, sujet, fait, source=SOURCE, about=str(piece.id), causation=causation)
    piece.evenements.clear()
