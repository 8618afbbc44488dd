"""The referral to the mission accompagnement santé: consent, contact attempts, outcome, withdrawal (domain §4)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.case.domain.errors import SaisineClosedError

PREMIER_CONTACT = "mas:premier_contact"
TENTATIVES = "mas:tentatives"


class IssueMas(StrEnum):
    """All that the partner is told, with a neutral text."""

    ACCOMPAGNEMENT_OUVERT = "accompagnement_ouvert"
    DROITS_OUVERTS_SANS_SUITE = "droits_ouverts_sans_suite"
    REORIENTE_SERVICE_SOCIAL = "reoriente_service_social"
    REFUS_ASSURE = "refus_assure"
    INJOIGNABLE = "injoignable"
    HORS_CHAMP = "hors_champ"
    DEJA_ACCOMPAGNE = "deja_accompagne"


TEXTES_ISSUE: dict[IssueMas, str] = {
    IssueMas.ACCOMPAGNEMENT_OUVERT: "La personne a été contactée : un accompagnement est ouvert.",
    IssueMas.DROITS_OUVERTS_SANS_SUITE: "La personne a été contactée : ses droits sont à jour, aucune suite n'est nécessaire.",
    IssueMas.REORIENTE_SERVICE_SOCIAL: "La personne a été contactée et orientée vers le service social.",
    IssueMas.REFUS_ASSURE: "La personne ne souhaite pas être accompagnée : la saisine est close.",
    IssueMas.INJOIGNABLE: "La personne n'a pas pu être jointe : la saisine est close.",
    IssueMas.HORS_CHAMP: "La situation ne relève pas de la mission accompagnement santé : la saisine est close.",
    IssueMas.DEJA_ACCOMPAGNE: "La personne est déjà accompagnée.",
}
TEXTE_INJOIGNABLE = (
    "Nous n'avons pas réussi à joindre la personne. Pouvez-vous vérifier ses coordonnées et nous indiquer le meilleur moment "
    "pour l'appeler ?"
)


class TentativeIssue(StrEnum):
    """How a contact attempt ended."""

    JOINTE = "jointe"
    SANS_REPONSE = "sans_reponse"
    MESSAGE_LAISSE = "message_laisse"
    NUMERO_ERRONE = "numero_errone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tentative:
    """One contact attempt."""

    tente_le: datetime
    canal: str
    issue: TentativeIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class Consentement:
    """The declaration of oral consent: immutable, shown to the adviser."""

    mode: str
    donne_par: str
    recueilli_par: str
    recueilli_le: datetime
    declare_le: datetime
    version_texte: int


@dataclass(slots=True, kw_only=True)
class Saisine:
    """A referral.

    `retire_le`: consent withdrawn; work stops and what only consent allowed to keep is purged. `injoignable_le`: the partner was
    told that nobody answers; attempts are counted anew from there.
    """

    consentement: Consentement
    tentatives: list[Tentative] = field(default_factory=list)
    issue: IssueMas | None = None
    close_le: datetime | None = None
    retire_le: datetime | None = None
    injoignable_le: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an outcome."""
        return self.close_le is None

    @property
    def echecs(self) -> list[Tentative]:
        """Failed attempts since the person was last reached, or the partner last told, in order."""
        suite: list[Tentative] = []
        for tentative in self.tentatives:
            if tentative.issue is TentativeIssue.JOINTE:
                suite = []
            elif self.injoignable_le is None or tentative.tente_le > self.injoignable_le:
                suite.append(tentative)
        return suite

    def note_tentative(self, tentative: Tentative) -> None:
        """Log an attempt. Raises: SaisineClosedError."""
        self._check_open()
        self.tentatives.append(tentative)

    def close(self, issue: IssueMas, now: datetime) -> None:
        """Record the outcome. Raises: SaisineClosedError."""
        self._check_open()
        self.issue, self.close_le = issue, now

    def withdraw_consentement(self, now: datetime) -> None:
        """The person takes the consent back, at any time: closed as refused. Raises: SaisineClosedError when done already."""
        if self.retire_le is not None:
            raise SaisineClosedError
        self.issue, self.close_le, self.retire_le = IssueMas.REFUS_ASSURE, self.close_le or now, now

    def _check_open(self) -> None:
        if not self.is_open:
            raise SaisineClosedError
