"""Files: joined to a message, given a verdict, published to the partner, expired (domain §3.5, RG-02; house §9.4, §9.5).

The text of an answer leaves at once; a file waits for its clean verdict, and is published in the transaction that copies it.
"""

from datetime import datetime
from uuid import UUID

from services.case.domain.demande import Demande, ParametresDemande
from services.case.domain.errors import PieceAlreadyJoinedError, PiecesSortantesForbiddenError, PiecesTooManyError
from services.case.domain.evenements import DemandeFait, PieceMiseADisposition
from services.case.domain.orientation import is_routable, withhold_attestation
from services.case.domain.piece_jointe import VERDICTS, EtatPiece, PieceJointe, PieceSens
from shared.kernel.identifiers import PieceJointeId

NON_HABILITEE = "non_habilitee"


def join_pieces(demande: Demande, pieces: list[PieceJointe], *, max_fichiers: int, may_send: bool) -> None:
    """Join the files of one message, in order. Raises: PiecesTooMany, PieceAlreadyJoined, PiecesSortantesForbidden."""
    if len(pieces) > max_fichiers:
        raise PiecesTooManyError(max_fichiers)
    if not may_send and any(piece.sens is PieceSens.RECUE for piece in pieces):
        raise PiecesSortantesForbiddenError
    known = {piece.id for piece in demande.pieces}
    if any(piece.id in known for piece in pieces) or len({piece.id for piece in pieces}) < len(pieces):
        raise PieceAlreadyJoinedError
    demande.pieces.extend(pieces)


def leave_out_pieces(demande: Demande, libres: set[PieceJointeId], *, now: datetime) -> None:
    """Files of the filing that another demande holds already stay there: this one opens without them, and says so."""
    for piece in [piece for piece in demande.pieces if piece.id not in libres]:
        demande.pieces.remove(piece)
        demande.note_act("leave_out_piece_jointe", None, now, piece.nom)


def publish_pieces(demande: Demande, now: datetime, parametres: ParametresDemande, *, may_send: bool) -> None:
    """Give the partner every outgoing file that is clean; one that may not go out any more is set aside."""
    for piece in [piece for piece in demande.pieces if piece.is_sortante_a_publier]:
        if not may_send:
            piece.etat, piece.raison = EtatPiece.ECARTEE, NON_HABILITEE
            demande.note_act("withhold_piece_jointe", None, now, piece.nom)
            withhold_attestation(demande)
            continue
        piece.publish(
            now,
            jours=parametres.telechargement_jours,
            rappel_jours_avant=parametres.telechargement_rappel_jours_avant,
            calendrier=parametres.calendrier,
        )
        tell_disponibilite(demande, piece, now)


def tell_disponibilite(demande: Demande, piece: PieceJointe, now: datetime) -> None:
    """Say until when the partner may download."""
    if piece.echeance_telechargement is not None:
        demande.events.append(PieceMiseADisposition(piece.id, now, piece.echeance_telechargement))


def note_verdict(
    demande: Demande, piece_id: PieceJointeId, etat: EtatPiece, raison: str, *, now: datetime, parametres: ParametresDemande, may_send: bool
) -> None:
    """Copy a verdict; it wakes the process only when something depends on it (house §9.4)."""
    piece = find_piece(demande, piece_id)
    if piece is None or piece.etat is not EtatPiece.EN_ATTENTE or etat not in VERDICTS:
        return
    piece.etat, piece.raison = etat, raison
    if etat is not EtatPiece.SAINE:
        demande.note_act(f"piece_jointe_{etat}", None, now, piece.nom)
        demande.say(DemandeFait.EVOLUEE, now)
    elif piece.sens is PieceSens.RECUE:
        publish_pieces(demande, now, parametres, may_send=may_send)
        demande.say(DemandeFait.EVOLUEE, now)
    elif is_routable(demande) or (demande.is_resolue and _is_analysed(demande, piece.message_id)):
        demande.say(DemandeFait.EVOLUEE, now)


def _is_analysed(demande: Demande, message_id: UUID) -> bool:
    """Whether every file of this message has its verdict: the process of a resolved demande may wait for nothing else to end."""
    return all(piece.etat is not EtatPiece.EN_ATTENTE for piece in demande.pieces if piece.message_id == message_id)


def note_telechargee(demande: Demande, piece_id: PieceJointeId, survenue_le: datetime) -> None:
    """Downloaded once: the reminder is dropped. The process finds out when it looks; nothing is due meanwhile."""
    piece = find_piece(demande, piece_id)
    if piece is not None and piece.telechargee_le is None:
        piece.telechargee_le = survenue_le


def note_expiree(demande: Demande, piece_id: PieceJointeId) -> bool:
    """The window is over and the bytes are gone. Whether this is news."""
    piece = find_piece(demande, piece_id)
    if piece is None or piece.etat is not EtatPiece.SAINE or not piece.is_publiee:
        return False
    piece.etat = EtatPiece.EXPIREE
    return True


def note_detruite(demande: Demande, piece_id: PieceJointeId, now: datetime) -> None:
    """Bytes and key are gone for another reason than expiry; the name stays."""
    piece = find_piece(demande, piece_id)
    if piece is None or piece.detruite_le is not None:
        return
    piece.detruite_le = now
    if piece.etat is not EtatPiece.EXPIREE:
        piece.etat = EtatPiece.DETRUITE
        demande.say(DemandeFait.EVOLUEE, now)


def find_piece(demande: Demande, piece_id: PieceJointeId) -> PieceJointe | None:
    """The file, or None when it belongs to another demande."""
    return next((piece for piece in demande.pieces if piece.id == piece_id), None)
