"""Files of a message: each comes as a receipt signed by attachment, believed without asking anybody (house §9.6)."""

from datetime import datetime
from uuid import UUID

from services.case.domain.errors import JustificationMissingError, PieceForeignError
from services.case.domain.piece_jointe import EtatPiece, PieceJointe, PieceSens
from services.case.operations.nir import check_no_nir, mask_nir
from services.case.operations.tools import Tools
from services.case.store import verdicts
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.case import PieceMessage
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import PieceJointeId
from shared.plumbing.database import AsyncSession

_JUSTIFICATION_MIN, _JUSTIFICATION_MAX = 10, 200


async def read_pieces(
    session: AsyncSession,
    jointes: list[PieceMessage],
    message_id: UUID,
    *,
    attendues: list[str] | None,
    perimetre: Perimetre,
    tools: Tools,
    now: datetime,
) -> list[PieceJointe]:
    """The files of one message, in order, with the verdict that may be known already.

    `attendues`: the types a partner's file may have without a reason; None for the caisse's own files.
    Raises: RuleError for a receipt that is forged, too old or another's, JustificationMissingError, NirFoundError.
    """
    pieces: list[PieceJointe] = []
    injustifiees: dict[int, str] = {}
    for rang, jointe in enumerate(jointes):
        recu = tools.receipts.read(jointe.recu, ContenuRecu, now=now)
        if recu.caisse != perimetre.caisse_code or recu.structure != perimetre.structure_id:
            raise PieceForeignError
        hors_liste = attendues is not None and jointe.type not in attendues
        justification = _justification(jointe, perimetre)
        if hors_liste and not _JUSTIFICATION_MIN <= len(justification) <= _JUSTIFICATION_MAX:
            injustifiees[rang] = recu.nom
        pieces.append(_piece(recu, jointe.type, justification, message_id, perimetre, hors_liste=hors_liste))
    if injustifiees:
        raise JustificationMissingError(injustifiees)
    for piece in pieces:
        await apply_known_verdict(session, piece, perimetre)
    return pieces


async def apply_known_verdict(session: AsyncSession, piece: PieceJointe, perimetre: Perimetre) -> None:
    """A verdict that came before the file was joined."""
    connu = await verdicts.take_verdict(session, piece.id, perimetre)
    if connu is not None:
        piece.etat, piece.raison = EtatPiece(connu.etat), connu.raison


def _justification(jointe: PieceMessage, perimetre: Perimetre) -> str:
    """A text like any other (RG-11): refused from the partner, masked for the caisse."""
    justification = jointe.justification.strip()
    if not perimetre.is_partner:
        return mask_nir(justification)
    check_no_nir(justification, champ="pieces")
    return justification


def _piece(
    recu: ContenuRecu, type_piece: str, justification: str, message_id: UUID, perimetre: Perimetre, *, hors_liste: bool
) -> PieceJointe:
    return PieceJointe(
        id=PieceJointeId(recu.id),
        message_id=message_id,
        sens=PieceSens.ENVOYEE if perimetre.is_partner else PieceSens.RECUE,
        nom=recu.nom,
        taille_octets=recu.taille_octets,
        sha256=recu.sha256,
        type=type_piece,
        justification=justification,
        hors_liste=hors_liste,
    )
