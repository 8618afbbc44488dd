"""Files joined to a filing: how many, which formats, and nothing beyond what the motif needs (domain §1.6, §3.5, RG-01)."""

from dataclasses import dataclass

from services.intake.domain.errors import ValeurRefusedError

JUSTIFICATION_MIN, JUSTIFICATION_MAX = 10, 200  # code points, domain §1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReglePieces:
    """What the motif and the caisse accept. `attendues` empty expects nothing: every file is justified."""

    autorisees: bool
    types_connus: tuple[str, ...]
    types_seuls: tuple[str, ...]
    attendues: tuple[str, ...]
    formats: tuple[str, ...]
    max_fichiers: int
    max_octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file as its receipt describes it, with the type and justification the partner gives."""

    id: str
    nom: str
    taille_octets: int
    format: str
    type: str
    justification: str = ""


def check_lot(ids: list[str], regle: ReglePieces) -> None:
    """The files together. Raises: ValeurRefusedError."""
    if ids and not regle.autorisees:
        raise ValeurRefusedError("Ce motif n'accepte pas de pièce jointe : supprimez les fichiers joints", "interdites")
    if len(ids) > regle.max_fichiers:
        raise ValeurRefusedError(f"{regle.max_fichiers} fichiers maximum : supprimez-en {len(ids) - regle.max_fichiers}", "nombre")
    if len(set(ids)) != len(ids):
        raise ValeurRefusedError("Le même fichier est joint deux fois : supprimez l'un des deux", "double")


def check_piece(piece: Piece, regle: ReglePieces) -> bool:
    """One file; returns whether it is outside the motif's list (then its justification holds). Raises: ValeurRefusedError."""
    if piece.format not in regle.formats:
        formats = ", ".join(regle.formats).upper()
        raise ValeurRefusedError(f"« {piece.nom} » : joignez le fichier dans un format accepté ({formats})", "format")
    if piece.taille_octets > regle.max_octets:
        raise ValeurRefusedError(f"« {piece.nom} » : le fichier doit faire {_mo(regle.max_octets)} Mo ou moins", "taille")
    if piece.type not in regle.types_connus:
        raise ValeurRefusedError(f"« {piece.nom} » : sélectionnez le type de la pièce", "type")
    if regle.types_seuls and piece.type not in regle.types_seuls:
        raise ValeurRefusedError(f"« {piece.nom} » : ce motif n'accepte pas ce type de pièce, supprimez le fichier", "type-interdit")
    if piece.type in regle.attendues:
        return False
    if not JUSTIFICATION_MIN <= len(piece.justification) <= JUSTIFICATION_MAX:
        bornes = f"de {JUSTIFICATION_MIN} à {JUSTIFICATION_MAX} caractères"
        message = f"« {piece.nom} » n'est pas une pièce attendue pour ce motif : dites en quoi elle est nécessaire ({bornes})"
        raise ValeurRefusedError(message, "justification")
    return True


def _mo(octets: int) -> str:
    return f"{octets / 1024**2:.1f}".removesuffix(".0").replace(".", ",")
