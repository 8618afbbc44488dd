"""The files of a filing: their receipts, then the rules of the motif (house §9.6, domain RG-01, BU-4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from services.intake.domain.errors import ValeurRefusedError
from services.intake.domain.pieces import Piece, ReglePieces, check_lot, check_piece
from services.intake.domain.sante import health_words
from services.intake.domain.textes import normalize
from services.intake.operations.check_champ import check_text
from services.intake.operations.regles import Regles
from shared.contracts.depots import PieceDeposee
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.intake import PieceJointeRequest
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import MotifRef
from shared.kernel.errors import FieldError, RuleError

CHAMP: Final = "pieces_jointes"
_AUTRE_STRUCTURE: Final = "Ce fichier n'a pas été joint par votre structure : joignez-le à nouveau"


class Recus(Protocol):
    """Reads the receipts that attachment signs."""

    def read(self, signed: str, kind: type[ContenuRecu], *, now: datetime) -> ContenuRecu:
        """What was signed. Raises: RuleError when it is forged, altered or too old."""


@dataclass(slots=True)
class LotVerifie:
    """The files that passed, the faults of the others, and the health words found in justifications."""

    pieces: list[PieceDeposee] = field(default_factory=list)
    fautes: list[FieldError] = field(default_factory=list)
    sante: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_recu(recu: str, recus: Recus, perimetre: Perimetre, *, now: datetime) -> ContenuRecu:
    """A file of this structure with this caisse. Raises: ValeurRefusedError."""
    try:
        contenu = recus.read(recu, ContenuRecu, now=now)
    except RuleError as error:
        raise ValeurRefusedError(str(error), "recu") from error
    if contenu.structure != perimetre.structure_id or contenu.caisse != perimetre.caisse_code:
        raise ValeurRefusedError(_AUTRE_STRUCTURE, "recu")
    return contenu


def champ_of(rang: int) -> str:
    """The field of one file, in the order they were joined: `pieces_jointes.0`."""
    return f"{CHAMP}.{rang}"


def check_pieces(
    demandees: Sequence[PieceJointeRequest], motif: MotifRef, regles: Regles, perimetre: Perimetre, recus: Recus
) -> LotVerifie:
    """The lot first: beyond what the form holds nothing is read. Then every file on its own, one fault at most for each."""
    lot, regle = LotVerifie(), _regle(motif, regles)
    if fautes := _check_lot([demandee.recu for demandee in demandees], regle):
        return LotVerifie(fautes=fautes)
    for rang, demandee in enumerate(demandees):
        justification = normalize(demandee.justification)
        try:
            contenu = read_recu(demandee.recu, recus, perimetre, now=regles.now)
            piece = _piece(contenu, demandee.type, justification)
            check_text(justification)
            hors_liste = check_piece(piece, regle)
        except ValeurRefusedError as error:
            lot.fautes.append(FieldError(champ_of(rang), error.message, error.code))
            continue
        lot.pieces.append(_deposee(contenu, piece, hors_liste=hors_liste))
        if hors_liste and (mots := health_words(justification)):
            lot.sante[champ_of(rang)] = mots
    lot.fautes += _check_lot([piece.id for piece in lot.pieces], regle)
    return lot


def _check_lot(ids: list[str], regle: ReglePieces) -> list[FieldError]:
    try:
        check_lot(ids, regle)
    except ValeurRefusedError as error:
        return [FieldError(CHAMP, error.message, error.code)]
    return []


def _regle(motif: MotifRef, regles: Regles) -> ReglePieces:
    parametres = regles.referentiel.parametres
    return ReglePieces(
        autorisees=motif.pieces_autorisees,
        types_connus=tuple(regles.referentiel.types_pieces),
        types_seuls=tuple(motif.types_seuls),
        attendues=tuple(motif.pieces_attendues),
        formats=tuple(parametres.formats_autorises),
        max_fichiers=parametres.max_fichiers,
        max_octets=parametres.max_octets,
    )


def _piece(contenu: ContenuRecu, type_piece: str, justification: str) -> Piece:
    return Piece(
        id=str(contenu.id),
        nom=contenu.nom,
        taille_octets=contenu.taille_octets,
        format=contenu.format,
        type=type_piece,
        justification=justification,
    )


def _deposee(contenu: ContenuRecu, piece: Piece, *, hors_liste: bool) -> PieceDeposee:
    return PieceDeposee(
        id=piece.id,
        nom=piece.nom,
        taille_octets=piece.taille_octets,
        sha256=contenu.sha256,
        type=piece.type,
        justification=piece.justification if hors_liste else "",
        hors_liste=hors_liste,
    )
