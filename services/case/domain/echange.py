"""Messages of a demande (domain §3.6): the first one is the filing; nothing is edited, a redaction replaces the text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.case.domain.errors import TexteMissingError, TexteTooLongError
from shared.kernel.identifiers import CompteId

TEXTE_MAX = 5000  # Unicode code points, after trim


class MessageCote(StrEnum):
    """Front office: the partner. Back office: the caisse."""

    FO = "fo"
    BO = "bo"


class MessageGenre(StrEnum):
    """What a message is for. `note` is internal: the partner never sees it."""

    DEPOT = "depot"
    QUESTION = "question"
    INFORMATION = "information"
    REPONSE_FINALE = "reponse_finale"
    COMPLEMENT = "complement"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompteActeur:
    """Who acts. `compte_id` None: the house itself."""

    compte_id: CompteId | None
    nom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message."""

    id: UUID
    cote: MessageCote
    genre: MessageGenre
    auteur: CompteActeur
    texte: str
    envoye_le: datetime


def check_texte(texte: str, *, requis: bool = True) -> str:
    """The text as it is kept: trimmed, at most 5 000 characters. Raises: TexteMissingError, TexteTooLongError."""
    propre = texte.strip()
    if requis and not propre:
        raise TexteMissingError
    if len(propre) > TEXTE_MAX:
        raise TexteTooLongError(TEXTE_MAX)
    return propre
