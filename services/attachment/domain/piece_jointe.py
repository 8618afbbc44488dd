"""A pièce jointe: one uploaded file, from quarantine to its verdict, its publication and its destruction (trust §2.6, domain §3.5).

Nothing here knows why it was sent, who may read it (`operations.droits`), nor where its bytes are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.attachment.domain.errors import (
    PieceJointeAttachedError,
    PieceJointeBlockedError,
    PieceJointeExpiredError,
    PieceJointeNotFoundError,
    VerdictPendingError,
)
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.raisons import RaisonRefus, raison_of_signature
from services.attachment.domain.verdict import Saine, Verdict, VersionAntivirus
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId


class EtatPieceJointe(StrEnum):
    """Where a file is in its life. `indeterminee` waits for another try: it is never final."""

    EN_QUARANTAINE = "en_quarantaine"
    EN_ANALYSE = "en_analyse"
    INDETERMINEE = "indeterminee"
    SAINE = "saine"
    INFECTEE = "infectee"
    REFUSEE = "refusee"
    EXPIREE = "expiree"
    DETRUITE = "detruite"


class OriginePieceJointe(StrEnum):
    """Who sent it: decides who may ever read it."""

    PARTENAIRE = "partenaire"
    CAISSE = "caisse"


class FaitPieceJointe(StrEnum):
    """What happened, as the house is told."""

    RECUE = "recue"
    SAINE = "saine"
    INFECTEE = "infectee"
    REFUSEE = "refusee"
    TELECHARGEE = "telechargee"
    EXPIREE = "expiree"
    DETRUITE = "detruite"


class MotifDestruction(StrEnum):
    """Why bytes and key go: the window of download is over, or they may no longer be kept."""

    EXPIRATION = "expiration"
    PURGE = "purge"


ETATS_EN_ATTENTE = frozenset({EtatPieceJointe.EN_QUARANTAINE, EtatPieceJointe.EN_ANALYSE, EtatPieceJointe.INDETERMINEE})
ETATS_ECARTES = frozenset({EtatPieceJointe.INFECTEE, EtatPieceJointe.REFUSEE})
ETATS_DETRUITS = frozenset({EtatPieceJointe.EXPIREE, EtatPieceJointe.DETRUITE})


@dataclass(frozen=True, slots=True)
class CleScellee:
    """The data key of one file, which only the master key `kid` opens. Destroying it destroys the file."""

    kid: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class PieceJointeEvenement:
    """One thing that happened to a file. `raison` is the code of a refusal."""

    fait: FaitPieceJointe
    survenue_le: datetime
    raison: RaisonRefus | None = None


@dataclass(slots=True, kw_only=True)
class PieceJointe:
    """`structure_id` is the structure that may see it: None for a file of the caisse until it is published.

    `cle_objet` is random, never the name. `cle` None: destroyed. `echeance_telechargement`: served strictly before it.
    """

    id: PieceJointeId
    caisse_code: CaisseCode
    structure_id: StructureId | None
    deposee_par: CompteId
    origine: OriginePieceJointe
    nom: str
    format: FormatFichier
    taille_octets: int
    sha256: str
    cle_objet: UUID
    recue_le: datetime
    etat: EtatPieceJointe = EtatPieceJointe.EN_QUARANTAINE
    cle: CleScellee | None = None
    numero: NumeroDemande | None = None
    raison: RaisonRefus | None = None
    signature: str | None = None
    version_antivirus: VersionAntivirus | None = None
    verdict_le: datetime | None = None
    mise_a_disposition_le: datetime | None = None
    echeance_telechargement: datetime | None = None
    telechargee_le: datetime | None = None
    detruite_le: datetime | None = None
    evenements: list[PieceJointeEvenement] = field(default_factory=list)

    @property
    def proprietaire(self) -> str:
        """What seals its bytes to its sender, for life (trust §1): the structure, or the caisse."""
        return f"structure:{self.structure_id}" if self.origine is OriginePieceJointe.PARTENAIRE else f"caisse:{self.caisse_code}"

    @property
    def objet(self) -> str:
        """The key of its bytes in the store: the caisse, then something random; the name is nowhere in it (trust §2.6)."""
        return f"{self.caisse_code}/{self.cle_objet}"

    @property
    def awaits_verdict(self) -> bool:
        """Whether no verdict was given yet."""
        return self.etat in ETATS_EN_ATTENTE

    @property
    def is_orphan(self) -> bool:
        """Whether no demande names it while its bytes can still be read."""
        return self.numero is None and self.cle is not None

    def is_expired(self, now: datetime) -> bool:
        """Whether its window of download is over, destroyed or not: available iff now < echeance (domain §3.5)."""
        return self.echeance_telechargement is not None and now >= self.echeance_telechargement

    def receive(self, *, now: datetime) -> None:
        """Its bytes are in quarantine."""
        self._tell(FaitPieceJointe.RECUE, now)

    def attach(self, numero: NumeroDemande) -> None:
        """Belong to a demande, once. Raises: PieceJointeAttachedError for another one."""
        if self.numero is not None and self.numero != numero:
            raise PieceJointeAttachedError(self.id)
        self.numero = numero

    def check_withdrawable(self) -> None:
        """Raises: PieceJointeAttachedError once it belongs to a demande."""
        if self.numero is not None:
            raise PieceJointeAttachedError(self.id)

    def start_analyse(self) -> None:
        """The antivirus is about to read it. Changes nothing once there is a verdict."""
        if self.awaits_verdict:
            self.etat = EtatPieceJointe.EN_ANALYSE

    def note_indeterminee(self) -> None:
        """The antivirus gave no verdict: it will be asked again."""
        if self.awaits_verdict:
            self.etat = EtatPieceJointe.INDETERMINEE

    def record_verdict(self, verdict: Verdict, version: VersionAntivirus, *, now: datetime) -> None:
        """What the antivirus said of exactly these bytes. Changes nothing when there is a verdict already."""
        if not self.awaits_verdict:
            return
        self.version_antivirus = version
        if isinstance(verdict, Saine):
            self.etat, self.verdict_le = EtatPieceJointe.SAINE, now
            self._tell(FaitPieceJointe.SAINE, now)
        else:
            self.signature = verdict.signature
            self.set_aside(raison_of_signature(verdict.signature), now=now)

    def set_aside(self, raison: RaisonRefus, *, now: datetime) -> None:
        """Never to be served; its bytes and key are destroyed. The demande goes on without it."""
        if not self.awaits_verdict:
            return
        infectee = raison is RaisonRefus.VIRUS
        self.etat = EtatPieceJointe.INFECTEE if infectee else EtatPieceJointe.REFUSEE
        self.raison, self.verdict_le, self.cle, self.detruite_le = raison, now, None, now
        self._tell(FaitPieceJointe.INFECTEE if infectee else FaitPieceJointe.REFUSEE, now, raison)

    def note_retiree(self, *, now: datetime) -> None:
        """It was destroyed before its analysis, and a demande still names it: that demande is told once to go on without it."""
        if self.etat is EtatPieceJointe.DETRUITE and self.verdict_le is None:
            self.raison, self.verdict_le = RaisonRefus.RETIREE, now
            self._tell(FaitPieceJointe.REFUSEE, now, RaisonRefus.RETIREE)

    def publish(self, structure_id: StructureId, numero: NumeroDemande, *, echeance: datetime, mise_a_disposition_le: datetime) -> None:
        """The structure may download it until `echeance`. A later publication replaces an earlier one, an older one changes nothing.

        Raises: VerdictPendingError, PieceJointeBlockedError, PieceJointeExpiredError, PieceJointeAttachedError.
        """
        self._check_served()
        self.attach(numero)
        if self.mise_a_disposition_le is not None and mise_a_disposition_le < self.mise_a_disposition_le:
            return
        self.structure_id, self.echeance_telechargement, self.mise_a_disposition_le = structure_id, echeance, mise_a_disposition_le

    def check_downloadable_by_partner(self, *, now: datetime) -> None:
        """Raises: PieceJointeNotFoundError for what a partner sent or is not published; else as `check_readable`."""
        if self.origine is OriginePieceJointe.PARTENAIRE or self.mise_a_disposition_le is None:
            raise PieceJointeNotFoundError(self.id)
        self.check_readable(now=now)

    def check_readable(self, *, now: datetime) -> None:
        """Raises: VerdictPendingError, PieceJointeBlockedError, PieceJointeExpiredError."""
        self._check_served()
        if self.is_expired(now):
            raise PieceJointeExpiredError(self.id)

    def note_telechargee(self, *, now: datetime) -> None:
        """The partner has it: the first time is kept, each time is told."""
        self.telechargee_le = self.telechargee_le or now
        self._tell(FaitPieceJointe.TELECHARGEE, now)

    def destroy(self, motif: MotifDestruction, *, now: datetime) -> None:
        """Bytes and key are gone, the name stays. Changes nothing when they were gone already; a file set aside stays so."""
        if self.etat in ETATS_DETRUITS or self.etat in ETATS_ECARTES:
            return
        expire = motif is MotifDestruction.EXPIRATION
        self.etat = EtatPieceJointe.EXPIREE if expire else EtatPieceJointe.DETRUITE
        self.cle, self.detruite_le = None, now
        self._tell(FaitPieceJointe.EXPIREE if expire else FaitPieceJointe.DETRUITE, now)

    def _check_served(self) -> None:
        if self.awaits_verdict:
            raise VerdictPendingError(self.id)
        if self.etat in ETATS_ECARTES:
            raise PieceJointeBlockedError(self.id, self.raison)
        if self.etat in ETATS_DETRUITS:
            raise PieceJointeExpiredError(self.id)

    def _tell(self, fait: FaitPieceJointe, now: datetime, raison: RaisonRefus | None = None) -> None:
        self.evenements.append(PieceJointeEvenement(fait, now, raison))
