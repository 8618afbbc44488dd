"""Files of a demande, as case knows them: a name, a verdict, a window. Never the bytes (domain §3.5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.case.domain.calendrier import Calendrier
from shared.kernel.identifiers import PieceJointeId


class EtatPiece(StrEnum):
    """What case knows of a file. `ecartee`: an outgoing file that may not go out any more."""

    EN_ATTENTE = "en_attente"
    SAINE = "saine"
    INFECTEE = "infectee"
    REFUSEE = "refusee"
    ECARTEE = "ecartee"
    EXPIREE = "expiree"
    DETRUITE = "detruite"


VERDICTS = frozenset({EtatPiece.SAINE, EtatPiece.INFECTEE, EtatPiece.REFUSEE})


class PieceSens(StrEnum):
    """Sent by the partner, or received from the caisse."""

    ENVOYEE = "envoyee"
    RECUE = "recue"


@dataclass(slots=True, kw_only=True)
class PieceJointe:
    """One file. The last three instants are of a received file: when it may be downloaded, its reminder, its end."""

    id: PieceJointeId
    message_id: UUID
    sens: PieceSens
    nom: str
    taille_octets: int
    sha256: str
    type: str = "autre"
    justification: str = ""
    hors_liste: bool = False
    etat: EtatPiece = EtatPiece.EN_ATTENTE
    raison: str = ""
    mise_a_disposition_le: datetime | None = None
    rappel_le: datetime | None = None
    echeance_telechargement: datetime | None = None
    telechargee_le: datetime | None = None
    detruite_le: datetime | None = None

    @property
    def is_publiee(self) -> bool:
        """Whether the partner was given it."""
        return self.mise_a_disposition_le is not None

    @property
    def is_sortante_a_publier(self) -> bool:
        """An outgoing file that is clean and was not given yet."""
        return self.sens is PieceSens.RECUE and self.etat is EtatPiece.SAINE and not self.is_publiee

    def is_disponible(self, now: datetime) -> bool:
        """Whether it can be downloaded at this instant: strictly before its limit."""
        limite = self.echeance_telechargement
        return self.etat is EtatPiece.SAINE and limite is not None and now < limite

    def is_expiree(self, now: datetime) -> bool:
        """Whether its window is over, whoever noticed."""
        limite = self.echeance_telechargement
        return self.etat is EtatPiece.EXPIREE or (self.is_publiee and limite is not None and now >= limite)

    def publish(self, now: datetime, *, jours: int, rappel_jours_avant: int, calendrier: Calendrier) -> None:
        """Open the window: it starts at publication, and both instants are fixed now (house §9.5)."""
        self.mise_a_disposition_le = now
        self.echeance_telechargement = calendrier.add_jours(now, jours)
        self.rappel_le = calendrier.add_jours(now, jours - rappel_jours_avant)

    @property
    def rappel_attendu_le(self) -> datetime | None:
        """When to remind the partner: never once downloaded, never after the end."""
        if self.telechargee_le is not None or self.rappel_le is None or self.echeance_telechargement is None:
            return None
        return self.rappel_le if self.rappel_le < self.echeance_telechargement else None
