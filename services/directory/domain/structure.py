"""A partner structure as one caisse knows it: convention, avenants, habilitations, quota (domain §2)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.directory.domain.errors import (
    ConventionTransitionError,
    HabilitationRefusedError,
    QuotaGestionnairesReachedError,
)
from shared.kernel.identifiers import CaisseCode, StructureId

# Upper bound of the effectif (employees and volunteers) and how many gestionnaires it allows (domain §2.2).
_QUOTAS = ((10, 2), (25, 3))
_QUOTA_BEYOND = 5


class StatutConvention(StrEnum):
    """Life of a convention (domain §2.4); only `active` files new demandes."""

    BROUILLON = "brouillon"
    ENVOYEE = "envoyee"
    SIGNEE = "signee"
    ACTIVE = "active"
    SUSPENDUE = "suspendue"
    RESILIEE = "resiliee"
    EXPIREE = "expiree"


_TRANSITIONS: dict[StatutConvention, frozenset[StatutConvention]] = {
    StatutConvention.BROUILLON: frozenset({StatutConvention.ENVOYEE}),
    StatutConvention.ENVOYEE: frozenset({StatutConvention.SIGNEE, StatutConvention.BROUILLON}),
    StatutConvention.SIGNEE: frozenset({StatutConvention.ACTIVE}),
    StatutConvention.ACTIVE: frozenset({StatutConvention.SUSPENDUE, StatutConvention.RESILIEE, StatutConvention.EXPIREE}),
    StatutConvention.SUSPENDUE: frozenset({StatutConvention.ACTIVE, StatutConvention.RESILIEE, StatutConvention.EXPIREE}),
    StatutConvention.RESILIEE: frozenset(),
    StatutConvention.EXPIREE: frozenset(),
}
# History stays readable when a convention ends; before its signature the structure has no account (domain §2.4).
_OPENS_THE_DOOR = frozenset(
    {
        StatutConvention.SIGNEE,
        StatutConvention.ACTIVE,
        StatutConvention.SUSPENDUE,
        StatutConvention.RESILIEE,
        StatutConvention.EXPIREE,
    }
)


class CodeHabilitation(StrEnum):
    """What a caisse may authorise a structure to do (domain §2.5)."""

    DEMANDER_DOCUMENT = "demander_document"
    RECEVOIR_PJ_SORTANTES = "recevoir_pj_sortantes"
    ATTESTATION_DIRECTE = "attestation_directe"
    SAISIR_MAS = "saisir_mas"


@dataclass(slots=True, kw_only=True)
class Avenant:
    """A signed addition to the convention: direct delivery of attestations (domain §2.4). Days are local, bounds included."""

    nature: str
    date_debut: date
    date_fin: date | None = None

    def is_en_vigueur(self, jour: date) -> bool:
        """Whether it holds on this local day."""
        return self.date_debut <= jour and (self.date_fin is None or jour <= self.date_fin)


@dataclass(slots=True, kw_only=True)
class Habilitation:
    """An authorisation, kept after its withdrawal."""

    code: CodeHabilitation
    accordee_le: datetime
    retiree_le: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Structure:
    """A partner organisation with one caisse. `version`: unique per caisse, each change takes the next one."""

    structure_id: StructureId
    caisse_code: CaisseCode
    nom: str
    type_structure: str
    effectif: int
    convention: StatutConvention
    formee_mas: bool = False
    avenants: list[Avenant] = field(default_factory=list)
    habilitations: list[Habilitation] = field(default_factory=list)
    version: int = 0
    modifiee_le: datetime | None = None

    def move_convention(self, vers: StatutConvention) -> None:
        """Take the convention one step further. Raises: ConventionTransitionError."""
        if vers not in _TRANSITIONS[self.convention]:
            raise ConventionTransitionError(self.convention, vers)
        self.convention = vers

    def has_avenant_en_vigueur(self, jour: date) -> bool:
        """Whether an avenant of attestations holds on this local day."""
        return any(avenant.is_en_vigueur(jour) for avenant in self.avenants)

    def grant(self, code: CodeHabilitation, *, now: datetime, jour: date) -> None:
        """Authorise the structure. `attestation_directe` rests on an avenant (domain §2.5). `jour`: `now`, locally.

        Raises: HabilitationRefusedError.
        """
        if self.is_habilitee(code):
            raise HabilitationRefusedError(code, "already held")
        if code is CodeHabilitation.ATTESTATION_DIRECTE and not self.has_avenant_en_vigueur(jour):
            raise HabilitationRefusedError(code, "no avenant in force")
        self.habilitations.append(Habilitation(code=code, accordee_le=now))

    def withdraw(self, code: CodeHabilitation, *, now: datetime) -> None:
        """End the authorisation; the line stays. Raises: HabilitationRefusedError when it does not hold."""
        tenue = next((h for h in self.habilitations if h.code is code and h.retiree_le is None), None)
        if tenue is None:
            raise HabilitationRefusedError(code, "not held")
        tenue.retiree_le = now

    def is_habilitee(self, code: CodeHabilitation) -> bool:
        """Whether this very habilitation holds; inclusion is the reader's rule."""
        return any(h.code is code and h.retiree_le is None for h in self.habilitations)

    def check_new_gestionnaire(self, gestionnaires: int) -> None:
        """One more gestionnaire beside those that exist. A lowered effectif removes nobody, it blocks here (domain §2.2).

        Raises: QuotaGestionnairesReachedError.
        """
        quota = quota_gestionnaires(self.effectif)
        if gestionnaires >= quota:
            raise QuotaGestionnairesReachedError(quota)


def quota_gestionnaires(effectif: int) -> int:
    """How many gestionnaires a structure may have; volunteers count. Source: domain §2.2.

    Raises: ValueError below one person.
    """
    if effectif < 1:
        message = f"an effectif counts at least one person: {effectif}"
        raise ValueError(message)
    return next((quota for plafond, quota in _QUOTAS if effectif <= plafond), _QUOTA_BEYOND)


def opens_the_door(convention: StatutConvention) -> bool:
    """Whether people of a structure with such a convention may sign in: once signed, and for ever to read (domain §2.4)."""
    return convention in _OPENS_THE_DOOR
