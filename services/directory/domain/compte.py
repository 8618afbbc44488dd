"""An account: one person, one e-mail, one or several places to work (domain §2.1, §2.3)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.directory.domain.errors import CompteTransitionError
from services.directory.domain.structure import StatutConvention, opens_the_door
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId


class StatutCompte(StrEnum):
    """Whether the account works. `desactive` after months unused, `supprime` for good (domain §12.2)."""

    ACTIF = "actif"
    SUSPENDU = "suspendu"
    DESACTIVE = "desactive"
    SUPPRIME = "supprime"


_TRANSITIONS: dict[StatutCompte, frozenset[StatutCompte]] = {
    StatutCompte.ACTIF: frozenset({StatutCompte.SUSPENDU, StatutCompte.DESACTIVE, StatutCompte.SUPPRIME}),
    StatutCompte.SUSPENDU: frozenset({StatutCompte.ACTIF, StatutCompte.DESACTIVE, StatutCompte.SUPPRIME}),
    StatutCompte.DESACTIVE: frozenset({StatutCompte.ACTIF, StatutCompte.SUPPRIME}),
    StatutCompte.SUPPRIME: frozenset(),
}


class Cote(StrEnum):
    """The front a person signs in at."""

    PARTENAIRE = "partenaire"
    CAISSE = "caisse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portee:
    """One place where an account works: a role in a caisse, and for a partner in a structure with its convention there."""

    caisse_code: CaisseCode
    role: str
    structure_id: StructureId | None = None
    structure_nom: str = ""
    convention: StatutConvention | None = None

    def opens(self, cote: Cote) -> bool:
        """Whether this place lets its holder in at that front."""
        if self.structure_id is None:
            return cote is Cote.CAISSE
        return cote is Cote.PARTENAIRE and self.convention is not None and opens_the_door(self.convention)


@dataclass(slots=True, kw_only=True)
class Compte:
    """A person who signs in. `mot_de_passe` is the argon2id hash, never the password."""

    compte_id: CompteId
    courriel: str
    nom: str
    prenom: str
    mot_de_passe: str
    statut: StatutCompte
    caisses: list[CaisseCode] = field(default_factory=list)
    cree_le: datetime | None = None
    derniere_connexion_le: datetime | None = None
    reactive_le: datetime | None = None

    def move(self, vers: StatutCompte, *, now: datetime) -> None:
        """Suspend, reactivate, deactivate or delete the account. Raises: CompteTransitionError."""
        if vers not in _TRANSITIONS[self.statut]:
            raise CompteTransitionError(self.statut, vers)
        self.statut = vers
        if vers is StatutCompte.ACTIF:
            self.reactive_le = now

    def erase(self, *, now: datetime) -> None:
        """Delete for good: who it was goes, the id stays for the journal. Raises: CompteTransitionError."""
        self.move(StatutCompte.SUPPRIME, now=now)
        self.nom = self.prenom = self.mot_de_passe = ""
        self.courriel = f"{self.compte_id}@supprime.invalid"

    @property
    def utilise_le(self) -> datetime | None:
        """When it was last used. Being brought back counts: its holder is given the time to sign in again."""
        return max((le for le in (self.derniere_connexion_le, self.reactive_le, self.cree_le) if le is not None), default=None)

    def end_of(self, *, desactivation: datetime, suppression: datetime) -> StatutCompte | None:
        """What its long silence asks for (RG-20): unused since before one of these instants; None when nothing does."""
        usage = self.utilise_le
        if usage is None or self.statut is StatutCompte.SUPPRIME:
            return None
        if usage <= suppression:
            return StatutCompte.SUPPRIME
        return StatutCompte.DESACTIVE if usage <= desactivation and self.statut is not StatutCompte.DESACTIVE else None

    @property
    def may_sign_in(self) -> bool:
        """Only an active account signs in."""
        return self.statut is StatutCompte.ACTIF


def normalize_courriel(courriel: str) -> str:
    """One spelling per address: no space around, no capital letter (unique in the house)."""
    return courriel.strip().casefold()
