"""Which offres and motifs a structure may use today: convention, dates, habilitations, settings (domain §1.1, §2.4, §2.5, Q6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

CONVENTION_ACTIVE = "active"
TOUTES_STRUCTURES = "toutes_structures"
SAISIR_MAS = "saisir_mas"
# Held by all until a caisse withdraws it (domain §2.5).
_PAR_DEFAUT = frozenset({SAISIR_MAS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Droits:
    """What the structure brings: its convention, habilitations held and withdrawn, training."""

    convention: str
    tenues: frozenset[str]
    retirees: frozenset[str]
    formee_mas: bool

    def holds(self, habilitation: str) -> bool:
        """Whether the habilitation holds; those given to all need no grant."""
        return habilitation in self.tenues or (habilitation in _PAR_DEFAUT and habilitation not in self.retirees)


@dataclass(frozen=True, slots=True, kw_only=True)
class MotifOffert:
    """What decides whether a motif may be chosen."""

    code: str
    habilitation: str | None
    suffisantes: tuple[str, ...]
    ouvert_du: date | None
    ouvert_au: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffreOuverte:
    """What decides whether an offre may be used. `acces`: value of the caisse's setting, None without one."""

    ouvert_du: date | None
    ouvert_au: date | None
    acces: str | None
    acces_habilitation: str | None
    motifs: tuple[MotifOffert, ...]


@dataclass(frozen=True, slots=True)
class Acces:
    """The motifs that may be chosen, in the order given; when there is none, why."""

    motifs: tuple[str, ...]
    raison: str = ""

    @property
    def disponible(self) -> bool:
        """Whether the structure may file under this offre."""
        return bool(self.motifs)


def is_open(du: date | None, au: date | None, jour: date) -> bool:
    """Whether a local day falls within bounds, both included; a missing bound is no bound."""
    return (du is None or du <= jour) and (au is None or jour <= au)


def decide_acces(offre: OffreOuverte, droits: Droits, *, jour: date, formation_mas_requise: bool) -> Acces:
    """What this structure may file under this offre on this local day."""
    if droits.convention != CONVENTION_ACTIVE:
        return Acces((), "Votre convention n'est pas active : vos demandes restent consultables, aucune nouvelle ne peut être déposée.")
    if not is_open(offre.ouvert_du, offre.ouvert_au, jour):
        return Acces((), "Votre caisse n'ouvre pas cette offre à cette date.")
    motifs = [motif for motif in offre.motifs if is_open(motif.ouvert_du, motif.ouvert_au, jour)]
    motifs = [motif for motif in motifs if _may_choose(motif, droits, formation_mas_requise=formation_mas_requise)]
    if not _opens_whole(offre, droits):
        motifs = [motif for motif in motifs if _holds_any(motif.suffisantes, droits)]
        if not motifs:
            return Acces((), "Cette offre est réservée aux structures habilitées par votre caisse.")
    return Acces(tuple(motif.code for motif in motifs), "" if motifs else "Aucun motif n'est ouvert à votre structure.")


def _opens_whole(offre: OffreOuverte, droits: Droits) -> bool:
    """Q6: open to all, or the habilitation; else only the motifs that another habilitation opens."""
    return offre.acces_habilitation is None or offre.acces == TOUTES_STRUCTURES or droits.holds(offre.acces_habilitation)


def _may_choose(motif: MotifOffert, droits: Droits, *, formation_mas_requise: bool) -> bool:
    if motif.habilitation is None:
        return True
    if motif.habilitation == SAISIR_MAS and formation_mas_requise and not droits.formee_mas:
        return False
    return droits.holds(motif.habilitation)


def _holds_any(habilitations: Iterable[str], droits: Droits) -> bool:
    return any(droits.holds(habilitation) for habilitation in habilitations)
