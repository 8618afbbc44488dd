"""The working calendar of a caisse: open days, opening hours, and arithmetic along them (domain §6.2).

Instants come in and go out aware, in UTC; a local day appears only where the rule names one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ONE_DAY = timedelta(days=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Plage:
    """Opening hours of a weekday, local time: `ouverture` inside, `fermeture` outside."""

    ouverture: time
    fermeture: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendrier:
    """When a caisse is open. `plages`: by ISO weekday, at least one; `jours_feries`: the public holidays of a year."""

    fuseau: ZoneInfo
    plages: Mapping[int, Plage]
    jours_feries: Callable[[int], frozenset[date]]
    fermetures: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.plages:
            message = "a caisse is open at least one day a week"
            raise ValueError(message)

    def local_day(self, instant: datetime) -> date:
        """The day it is in the caisse at this instant."""
        return instant.astimezone(self.fuseau).date()

    @property
    def jour_minutes(self) -> int:
        """Opening minutes of an ordinary day: the mean of the weekdays that open."""
        minutes = [_minutes(plage.fermeture) - _minutes(plage.ouverture) for plage in self.plages.values()]
        return sum(minutes) // len(minutes)

    def is_jour_ouvre(self, jour: date) -> bool:
        """Neither a weekend, nor a public holiday, nor a closure of the caisse."""
        return jour.isoweekday() in self.plages and jour not in self.fermetures and jour not in self.jours_feries(jour.year)

    def closing(self, jour: date) -> datetime:
        """The closing instant of an open day."""
        return self._at(jour, self.plages[jour.isoweekday()].fermeture)

    def add_jours_ouvres(self, depart: datetime, nombre: int) -> datetime:
        """Closing of the Nth working day after T0: T0 is the day of `depart` when it falls before closing, else the next working day."""
        jour = self.local_day(depart)
        if not self.is_jour_ouvre(jour) or depart >= self.closing(jour):
            jour = self._next_jour_ouvre(jour)
        for _ in range(nombre):
            jour = self._next_jour_ouvre(jour)
        return self.closing(jour)

    def add_ouverture(self, depart: datetime, duree: timedelta) -> datetime:
        """The instant at which `duree` of opening time has passed since `depart`; `depart` itself for none."""
        if duree <= _ZERO:
            return depart
        reste = duree
        for debut, fin in self._ouvertures(depart):
            if reste <= fin - debut:
                return debut + reste
            reste -= fin - debut
        raise AssertionError  # the openings of a calendar never end

    def ouverture_between(self, debut: datetime, fin: datetime) -> timedelta:
        """The opening time between two instants, nothing when they are not in order."""
        total = _ZERO
        for ouverture, fermeture in self._ouvertures(debut):
            if ouverture >= fin:
                return total
            total += min(fermeture, fin) - ouverture
        return total

    def add_jours(self, depart: datetime, nombre: int) -> datetime:
        """The same local time, `nombre` calendar days later: an hour more or less where summer time begins or ends."""
        local = depart.astimezone(self.fuseau)
        return self._at(local.date() + timedelta(days=nombre), local.time())

    def count_jours_ouvres(self, debut: date, fin: date) -> int:
        """How many working days from `debut` to `fin`, both included."""
        return sum(self.is_jour_ouvre(debut + timedelta(days=rang)) for rang in range((fin - debut).days + 1))

    def _ouvertures(self, depart: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Opening spans from `depart` on, the first one cut at `depart`; without end."""
        jour = self.local_day(depart)
        while True:
            if self.is_jour_ouvre(jour):
                debut, fin = max(self._at(jour, self.plages[jour.isoweekday()].ouverture), depart), self.closing(jour)
                if debut < fin:
                    yield debut, fin
            jour += _ONE_DAY

    def _next_jour_ouvre(self, jour: date) -> date:
        jour += _ONE_DAY
        while not self.is_jour_ouvre(jour):
            jour += _ONE_DAY
        return jour

    def _at(self, jour: date, heure: time) -> datetime:
        return datetime.combine(jour, heure, tzinfo=self.fuseau).astimezone(UTC)


def _minutes(heure: time) -> int:
    return heure.hour * 60 + heure.minute
