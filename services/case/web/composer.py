"""What an agent is writing: read from the posted form, shown again as it was after a refusal (UX-F07, UX-A07)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from services.case.ports.voisins import Fichier
from shared.contracts.http.attachment import RecuVue
from shared.contracts.http.case import BrouillonMessage, DossierVue, MessageAgentRequest, PieceMessage
from shared.kernel.errors import FieldError, RuleError
from shared.webkit.form_data import text_of, texts_of, whole_number
from shared.webkit.forms import ErreurListee

TEXTE_MAX: Final = 5000
_PIECES_DEMANDEES: Final = "Pièces à joindre à votre réponse :"
_CHOOSE: Final = "Choisissez ce que fait votre message : poser une question, informer ou répondre."

_NO_FILE_IN_NOTE: Final = "Une note interne ne porte pas de fichier : retirez-le, ou choisissez un autre genre de message."


class Genre(StrEnum):
    """What a message does. `note` stays inside the caisse."""

    QUESTION = "question"
    INFORMATION = "information"
    REPONSE_FINALE = "reponse_finale"
    NOTE = "note"


class Action(StrEnum):
    """What the pressed button asks."""

    ENVOYER = "envoyer"
    BROUILLON = "brouillon"
    TELEVERSER = "televerser"
    RETIRER = "retirer"


@dataclass(frozen=True, slots=True)
class PieceJointe:
    """An uploaded file that was not sent yet: its receipt, and what is needed to show it."""

    recu: str
    id: str
    nom: str
    taille_octets: int

    @classmethod
    def of(cls, recu: RecuVue) -> "PieceJointe":
        """As attachment acknowledged it."""
        return cls(recu.recu, str(recu.id), recu.nom, recu.taille_octets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brouillon:
    """The composer as it stands on the page."""

    genre: Genre | None = None
    texte: str = ""
    demandees: tuple[str, ...] = ()
    pieces: tuple[PieceJointe, ...] = ()
    version: int = 0
    erreurs: tuple[FieldError, ...] = ()

    @classmethod
    def of(cls, form: FormData) -> "Brouillon":
        """What was typed, chosen and uploaded; anything malformed is left out."""
        genre = text_of(form, "genre")
        return cls(
            genre=Genre(genre) if genre in set(Genre) else None,
            texte=text_of(form, "texte"),
            demandees=tuple(texts_of(form, "demandees")),
            pieces=_pieces(form),
            version=whole_number(text_of(form, "version")) or 0,
        )

    def erreur(self, champ: str) -> str:
        """The message beside one field."""
        return next((erreur.message for erreur in self.erreurs if erreur.champ == champ), "")

    @property
    def resume(self) -> tuple[ErreurListee, ...]:
        """The lines of the error summary, each leading to its place."""
        return tuple(ErreurListee(erreur.message, _CIBLES.get(erreur.champ, "champ-texte")) for erreur in self.erreurs)

    @property
    def texte_envoye(self) -> str:
        """The text with the list of the pieces asked for (ux T04)."""
        if self.genre is not Genre.QUESTION or not self.demandees:
            return self.texte
        liste = "\n".join(f"– {piece}" for piece in self.demandees)
        return f"{self.texte.strip()}\n\n{_PIECES_DEMANDEES}\n{liste}".strip()

    def on(self, dossier: DossierVue) -> "Brouillon":
        """The same over the thread now on screen: what arrived meanwhile has been shown."""
        return replace(self, version=dossier.version)

    def with_errors(self, erreurs: Sequence[FieldError]) -> "Brouillon":
        """The same, with what is wrong."""
        return replace(self, erreurs=tuple(erreurs))

    def with_pieces(self, recus: Sequence[RecuVue]) -> "Brouillon":
        """The same, with files that arrived."""
        return replace(self, pieces=self.pieces + tuple(PieceJointe.of(recu) for recu in recus))

    def without(self, piece_id: str) -> "Brouillon":
        """The same, less one file."""
        return replace(self, pieces=tuple(piece for piece in self.pieces if piece.id != piece_id))

    def check_note(self) -> None:
        """A note is words alone. Raises: RuleError when files were joined: they would be lost in silence."""
        if self.pieces:
            raise RuleError(_NO_FILE_IN_NOTE, fields=(FieldError("pieces", _NO_FILE_IN_NOTE, "interdit"),))

    def to_keep(self) -> BrouillonMessage:
        """What is kept of it until it is sent."""
        return BrouillonMessage(genre=self.genre.value if self.genre else "", texte=self.texte)

    def request(self) -> MessageAgentRequest:
        """For the desk. Raises: RuleError when nothing was chosen."""
        sent = _SENT.get(self.genre) if self.genre else None
        if sent is None:
            raise RuleError(_CHOOSE, fields=(FieldError("genre", _CHOOSE, "requis"),))
        return MessageAgentRequest(
            genre=sent,
            texte=self.texte_envoye,
            pieces=[PieceMessage(recu=piece.recu) for piece in self.pieces],
            version=self.version,
        )


_SENT: Final[dict[Genre, Literal["question", "information", "reponse_finale"]]] = {
    Genre.QUESTION: "question",
    Genre.INFORMATION: "information",
    Genre.REPONSE_FINALE: "reponse_finale",
}
_CIBLES: Final = {"genre": "champ-genre", "texte": "champ-texte", "pieces": "champ-fichiers"}


def kept_brouillon(dossier: DossierVue, kept: BrouillonMessage) -> Brouillon:
    """The composer of a demande as displayed, with what was being written there."""
    return Brouillon(genre=Genre(kept.genre) if kept.genre else None, texte=kept.texte, version=dossier.version)


def action_of(form: FormData) -> tuple[Action, str]:
    """The button pressed, and which file it removes."""
    if retirer := text_of(form, "retirer"):
        return Action.RETIRER, retirer
    action = text_of(form, "action")
    return (Action(action) if action in set(Action) else Action.ENVOYER), ""


def files_of(form: FormData) -> list[Fichier]:
    """Files chosen in the browser; an empty field counts for nothing."""
    given = [part for part in form.getlist("fichiers") if isinstance(part, UploadFile) and part.filename]
    return [Fichier(part.filename or "", part.file, part.content_type or "application/octet-stream") for part in given]


def _pieces(form: FormData) -> tuple[PieceJointe, ...]:
    parts = zip(texts_of(form, "recu"), texts_of(form, "recu_id"), texts_of(form, "recu_nom"), texts_of(form, "recu_taille"), strict=False)
    return tuple(PieceJointe(recu, piece_id, nom, whole_number(taille) or 0) for recu, piece_id, nom, taille in parts if _is_uuid(piece_id))


def _is_uuid(texte: str) -> bool:
    try:
        UUID(texte)
    except ValueError:
        return False
    return True
