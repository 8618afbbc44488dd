"""Who may do what here: deny by default (trust §3). Seen is decided before: a stranger's file is a 404."""

from services.attachment.domain.errors import PieceJointeNotFoundError, UploadForbiddenError
from services.attachment.domain.piece_jointe import OriginePieceJointe, PieceJointe
from shared.contracts.perimetre import Perimetre, Role

_LECTEURS_CAISSE = frozenset({Role.AGENT, Role.CONSEILLER_MAS, Role.SUPERVISEUR, Role.SERVICE_PARTENARIAT})


def check_upload(perimetre: Perimetre) -> OriginePieceJointe:
    """The side this person sends files from. Raises: UploadForbiddenError."""
    if perimetre.is_partner:
        return OriginePieceJointe.PARTENAIRE
    if perimetre.role in _LECTEURS_CAISSE:
        return OriginePieceJointe.CAISSE
    raise UploadForbiddenError


def check_withdraw(perimetre: Perimetre, piece: PieceJointe) -> None:
    """The structure that sent it, or the agent who did. Raises: PieceJointeNotFoundError for anybody else."""
    if perimetre.is_partner:
        permis = piece.origine is OriginePieceJointe.PARTENAIRE
    else:
        permis = piece.origine is OriginePieceJointe.CAISSE and piece.deposee_par == perimetre.compte_id
    if not permis:
        raise PieceJointeNotFoundError(piece.id)


def check_read(perimetre: Perimetre, piece: PieceJointe) -> None:
    """Raises: PieceJointeNotFoundError for a role that reads no file."""
    if not perimetre.is_partner and perimetre.role not in _LECTEURS_CAISSE:
        raise PieceJointeNotFoundError(piece.id)
