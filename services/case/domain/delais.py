"""Deadlines of a motif and the two clocks: gross, which never stops, and net, which stops while we wait for the partner.

Sources: domain §6.2, §6.3; house §9.3. Every deadline is computed here once, stored, and only timed by the process.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.case.domain.calendrier import Calendrier

PRISE_EN_CHARGE = "prise_en_charge"
RESOLUTION = "resolution"
CAP = "cap"
_TOUT = 100


class DelaiUnite(StrEnum):
    """How a term is counted."""

    HEURES = "h"
    JOURS = "j"


@dataclass(frozen=True, slots=True)
class Delai:
    """`4h`: opening hours; `2j`: working days."""

    nombre: int
    unite: DelaiUnite

    @classmethod
    def parse(cls, texte: str) -> "Delai":
        """Read "4h" or "2j". Raises: ValueError."""
        return cls(int(texte[:-1]), DelaiUnite(texte[-1]))

    def due(self, depart: datetime, calendrier: Calendrier) -> datetime:
        """When the term ends, counted from `depart`."""
        if self.unite is DelaiUnite.HEURES:
            return calendrier.add_ouverture(depart, timedelta(hours=self.nombre))
        return calendrier.add_jours_ouvres(depart, self.nombre)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """What the caisse commits to for a motif. `cap`: calendar time, never suspended; at most one of the two is given."""

    prise_en_charge: Delai
    resolution: Delai
    cap_heures: int | None = None
    cap_jours: int | None = None
    alertes_pct: tuple[int, ...] = (50, 80, 100)
    escalades_pct: tuple[int, ...] = (100,)

    def cap(self, depart: datetime, calendrier: Calendrier) -> datetime | None:
        """48 elapsed hours, or the same local time 45 days later; None without a cap."""
        if self.cap_heures is not None:
            return depart + timedelta(hours=self.cap_heures)
        return None if self.cap_jours is None else calendrier.add_jours(depart, self.cap_jours)


@dataclass(slots=True, kw_only=True)
class Horloge:
    """One clock. `suspendu`: opening time already spent waiting for the partner. `arretee_le`: when it stopped for good."""

    cle: str
    depart_le: datetime
    brute_le: datetime
    nette_le: datetime
    suspendu: timedelta = timedelta(0)
    arretee_le: datetime | None = None

    @classmethod
    def start(cls, cle: str, delai: Delai, depart: datetime, calendrier: Calendrier) -> "Horloge":
        """A clock that starts at `depart` with nothing suspended."""
        due = delai.due(depart, calendrier)
        return cls(cle=cle, depart_le=depart, brute_le=due, nette_le=due)

    @property
    def is_running(self) -> bool:
        """Whether it has not stopped for good."""
        return self.arretee_le is None

    @property
    def is_tenue(self) -> bool | None:
        """Whether the net deadline was kept; None while the clock runs."""
        return None if self.arretee_le is None else self.arretee_le <= self.nette_le

    def add_suspension(self, debut: datetime, fin: datetime, calendrier: Calendrier) -> None:
        """Move the net deadline later by the opening time that fell inside the wait, along the calendar; it may have been moved before."""
        attente = calendrier.ouverture_between(debut, fin)
        self.suspendu += attente
        self.nette_le = calendrier.add_ouverture(self.nette_le, attente)

    def recompute(self, delai: Delai, calendrier: Calendrier) -> None:
        """Another term from the same start; time already suspended stays suspended."""
        self.brute_le = delai.due(self.depart_le, calendrier)
        self.nette_le = calendrier.add_ouverture(self.brute_le, self.suspendu)

    def alertes(self, pourcentages: tuple[int, ...], calendrier: Calendrier) -> dict[str, datetime]:
        """`resolution:80` and the like: parts of the opening time between the start and the net deadline."""
        total = calendrier.ouverture_between(self.depart_le, self.nette_le)
        return {
            f"{self.cle}:{pourcentage}": self.nette_le
            if pourcentage == _TOUT
            else calendrier.add_ouverture(self.depart_le, total * pourcentage / _TOUT)
            for pourcentage in pourcentages
        }
