"""What attachment says of a file, copied into the record that holds it (house §9.4)."""

from uuid import UUID

from services.case.domain.piece_jointe import VERDICTS, EtatPiece, PieceSens
from services.case.domain.publication import find_piece, note_detruite, note_expiree, note_telechargee, note_verdict
from services.case.operations.dossier import Dossier, check_sending, load_dossier, save_dossier
from services.case.operations.tools import Tools
from services.case.store import demandes, verdicts
from shared.contracts.evenements import FaitPieceJointe
from shared.contracts.perimetre import systeme
from shared.kernel.identifiers import CaisseCode, PieceJointeId, StructureId
from shared.plumbing.database import AsyncSession

_VERDICTS = {etat.value for etat in VERDICTS}


async def note_piece_jointe(session: AsyncSession, nom: str, fait: FaitPieceJointe, *, tools: Tools) -> None:
    """`nom`: saine, infectee, refusee, telechargee, expiree or detruite. Told twice, it changes nothing.

    A verdict of a file that no demande holds yet waits for it.
    """
    perimetre = systeme(CaisseCode(fait.caisse_code))
    piece_id = PieceJointeId(UUID(fait.piece_jointe_id))
    numero = await demandes.find_numero_of_piece(session, piece_id, perimetre)
    if numero is None:
        if nom in _VERDICTS:
            structure_id = StructureId(UUID(fait.structure_id)) if fait.structure_id else None
            await verdicts.keep_verdict(
                session, piece_id, nom, fait.raison or "", structure_id=structure_id, perimetre=perimetre, now=fait.survenue_le
            )
        return
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools)
    await _apply(session, dossier, nom, piece_id, fait, tools)
    await save_dossier(session, dossier, perimetre=perimetre, acte=f"note_{nom}")


async def _apply(session: AsyncSession, dossier: Dossier, nom: str, piece_id: PieceJointeId, fait: FaitPieceJointe, tools: Tools) -> None:
    demande = dossier.demande
    if nom in _VERDICTS:
        piece = find_piece(demande, piece_id)
        is_sortante = piece is not None and piece.sens is PieceSens.RECUE and nom == EtatPiece.SAINE
        may_send = await check_sending(session, dossier, tools) if is_sortante else False
        note_verdict(
            demande,
            piece_id,
            EtatPiece(nom),
            fait.raison or "",
            now=dossier.now,
            parametres=dossier.parametres,
            may_send=may_send,
        )
    elif nom == "telechargee":
        note_telechargee(demande, piece_id, fait.survenue_le)
    elif nom == "expiree":
        note_expiree(demande, piece_id)
    elif nom == "detruite":
        note_detruite(demande, piece_id, dossier.now)
