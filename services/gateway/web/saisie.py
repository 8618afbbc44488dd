"""What the partner typed so far: fields by code, and files by receipt. Read from the form, a draft or a filed demande."""

import base64
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from starlette.datastructures import FormData

from shared.contracts.depots import PersonneConcernee
from shared.contracts.http.attachment import ContenuRecu, RecuVue
from shared.contracts.http.case import PieceMessage
from shared.contracts.http.intake import BrouillonRequest, BrouillonVue, Contenu, DepotRequest, FormulaireVue, PieceJointeRequest
from shared.kernel.errors import FieldError
from shared.webkit.form_data import text_of, texts_of, whole_number

JUSTIFICATION_SANTE: Final = "justification_sante"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file of the form, read from its receipt for display only: whoever stores it verifies the signature."""

    id: UUID
    nom: str
    taille_octets: int
    recu: str
    type: str = ""
    justification: str = ""

    @classmethod
    def of(cls, recu: RecuVue) -> "Piece":
        """A file just stored, whose type is not said yet."""
        return cls(id=recu.id, nom=recu.nom, taille_octets=recu.taille_octets, recu=recu.recu)


class _Scelle(BaseModel):
    """What a receipt seals."""

    dit: ContenuRecu


@dataclass(frozen=True, slots=True, kw_only=True)
class Saisie:
    """The form as it stands. `version` and `brouillon_id` tie it to its draft.

    `doublon`: the partner was warned of an open demande; `sante`: of a health word. Both call for a justification.
    """

    offre: str
    contenu: Contenu = field(default_factory=dict)
    pieces: tuple[Piece, ...] = ()
    brouillon_id: UUID | None = None
    version: int = 0
    doublon: bool = False
    sante: bool = False

    def texte(self, code: str) -> str:
        """A single value as typed; "oui" for a ticked box."""
        value = self.contenu.get(code, "")
        if isinstance(value, bool):
            return "oui" if value else ""
        return value if isinstance(value, str) else ""

    def liste(self, code: str) -> list[str]:
        """Every value of a field with several."""
        value = self.contenu.get(code, "")
        return value if isinstance(value, list) else []

    @property
    def pieces_demandees(self) -> list[PieceJointeRequest]:
        """The files as intake takes them; a type not chosen yet stays so, and intake asks for it."""
        return [PieceJointeRequest(recu=piece.recu, type=piece.type, justification=piece.justification) for piece in self.pieces]

    def as_brouillon(self) -> BrouillonRequest:
        """The draft to save, incomplete or not (UX-D04)."""
        return BrouillonRequest(offre=self.offre, contenu=self.contenu, pieces=self.pieces_demandees, version=self.version)

    def as_depot(self, codes: frozenset[str]) -> DepotRequest:
        """What is filed: only the fields that are shown (UX-F15)."""
        contenu = {code: value for code, value in self.contenu.items() if code in codes}
        return DepotRequest(offre=self.offre, contenu=contenu, pieces=self.pieces_demandees, brouillon_id=self.brouillon_id)

    def saved_as(self, brouillon: BrouillonVue) -> "Saisie":
        """The same form, tied to the draft just saved."""
        return replace(self, brouillon_id=brouillon.id, version=brouillon.version)


def saisie_of_form(form: FormData, vue: FormulaireVue) -> Saisie:
    """What was posted, field by field of the catalogue; anything else is ignored."""
    contenu: Contenu = {}
    for code, ref in vue.champs.items():
        if ref.type == "case":
            contenu[code] = text_of(form, code) == "oui"
        elif ref.type == "choix_multiple":
            contenu[code] = texts_of(form, code)
        elif ref.type != "fichiers":
            contenu[code] = text_of(form, code)
    contenu[JUSTIFICATION_SANTE] = text_of(form, JUSTIFICATION_SANTE)
    return Saisie(
        offre=vue.offre.code,
        contenu={code: value for code, value in contenu.items() if value},
        pieces=pieces_of_form(form),
        brouillon_id=uuid_of(text_of(form, "brouillon")),
        version=whole_number(text_of(form, "garder") or text_of(form, "version")) or 0,
        doublon=bool(text_of(form, "doublon_vu")),
        sante=bool(text_of(form, "sante_vue")),
    )


def pieces_of_form(form: FormData) -> tuple[Piece, ...]:
    """The files of the form, in order, with the type and the justification given to each."""
    pieces = []
    for recu in texts_of(form, "recu"):
        contenu = _read(recu)
        if contenu is not None:
            key = str(contenu.id)
            pieces.append(
                Piece(
                    id=contenu.id,
                    nom=contenu.nom,
                    taille_octets=contenu.taille_octets,
                    recu=recu,
                    type=text_of(form, f"type-{key}"),
                    justification=text_of(form, f"justification-{key}"),
                )
            )
    return tuple(pieces)


def pieces_of_message(pieces: tuple[Piece, ...]) -> list[PieceMessage]:
    """The files of an answer as case takes them; each has its type, or the answer is not sent."""
    return [PieceMessage(recu=piece.recu, type=piece.type, justification=piece.justification) for piece in pieces]


def pieces_errors(erreurs: list[FieldError], pieces: tuple[Piece, ...]) -> dict[str, str]:
    """What is wrong with each file, by its id: shown in its row."""
    by_field = {erreur.champ: erreur.message for erreur in erreurs}
    named = {str(piece.id): by_field.get(f"pieces_jointes.{rang}", "") for rang, piece in enumerate(pieces)}
    return {key: message for key, message in named.items() if message}


def saisie_of_brouillon(brouillon: BrouillonVue) -> Saisie:
    """The draft taken up again."""
    pieces = tuple(
        Piece(
            id=UUID(piece.id),
            nom=piece.nom,
            taille_octets=piece.taille_octets,
            recu=piece.recu,
            type=piece.type,
            justification=piece.justification,
        )
        for piece in brouillon.pieces
    )
    return Saisie(
        offre=brouillon.offre,
        contenu=brouillon.contenu,
        pieces=pieces,
        brouillon_id=brouillon.id,
        version=brouillon.version,
    )


def saisie_for_person(offre: str, personne: PersonneConcernee | None, motif: str = "") -> Saisie:
    """A new form for the same person, and the same motif if asked (UX-F23); files are never taken again."""
    contenu: Contenu = {} if personne is None else dict(personne.model_dump())
    if motif:
        contenu["motif"] = motif
    return Saisie(offre=offre, contenu=contenu)


def _read(recu: str) -> ContenuRecu | None:
    """The statement inside a receipt, signature not verified: None when it is not one."""
    try:
        payload = recu.split(".")[1]
        return _Scelle.model_validate_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).dit
    except (IndexError, ValueError):
        return None


def uuid_of(texte: str) -> UUID | None:
    """The id a form carries; None for what is none."""
    try:
        return UUID(texte)
    except ValueError:
        return None
