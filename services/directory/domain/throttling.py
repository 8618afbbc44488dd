"""How failures slow the next sign-in down: per e-mail typed, known or not, and per address on the network (trust §3)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=15)
FENETRE = timedelta(days=30)
FAILURES_PER_FENETRE = 100
BUCKET_SIZE = 60
BUCKET_REFILL = timedelta(seconds=10)  # one failure forgiven each


@dataclass(frozen=True, slots=True, kw_only=True)
class Tentatives:
    """What is remembered of the failures of one e-mail.

    `echecs` in a row; `echecs_fenetre` since `fenetre_debut`, tries under way included.
    """

    echecs: int = 0
    dernier_echec_le: datetime | None = None
    echecs_fenetre: int = 0
    fenetre_debut: datetime | None = None

    def delai(self, now: datetime) -> timedelta:
        """How long to wait before the next try; zero when it may be made now. Never for ever: the window ends."""
        if self.fenetre_debut is not None and self.echecs_fenetre >= FAILURES_PER_FENETRE:
            fin = self.fenetre_debut + FENETRE
            if now < fin:
                return fin - now
        if self.dernier_echec_le is None or self.echecs < FREE_FAILURES:
            return timedelta(0)
        return max(timedelta(0), self.dernier_echec_le + delai_after(self.echecs) - now)

    def charged(self, now: datetime) -> "Tentatives":
        """One try more in the window, counted before the password is checked, so that parallel tries count too."""
        fresh = self.fenetre_debut is None or now >= self.fenetre_debut + FENETRE
        return replace(
            self,
            echecs_fenetre=1 if fresh else self.echecs_fenetre + 1,
            fenetre_debut=now if fresh else self.fenetre_debut,
        )

    def failed(self, now: datetime) -> "Tentatives":
        """The charged try was wrong: one failure more in a row."""
        return replace(self, echecs=self.echecs + 1, dernier_echec_le=now)

    def succeeded(self) -> "Tentatives":
        """The charged try was right: it is given back, and the row of failures ends."""
        return Tentatives(echecs_fenetre=max(0, self.echecs_fenetre - 1), fenetre_debut=self.fenetre_debut)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seau:
    """Failures from one network address: a bucket that empties with time."""

    niveau: float = 0.0
    mesure_le: datetime | None = None

    def at(self, now: datetime) -> float:
        """Its level now."""
        if self.mesure_le is None:
            return 0.0
        return max(0.0, self.niveau - (now - self.mesure_le) / BUCKET_REFILL)

    def delai(self, now: datetime) -> timedelta:
        """How long until one more failure fits."""
        return max(timedelta(0), (self.at(now) + 1 - BUCKET_SIZE) * BUCKET_REFILL)

    def failed(self, now: datetime) -> "Seau":
        """One failure more."""
        return Seau(niveau=self.at(now) + 1, mesure_le=now)


def delai_after(echecs: int) -> timedelta:
    """Pause after so many failures in a row: none up to five, then 1 s, doubling, up to 15 min (trust §3)."""
    beyond = echecs - FREE_FAILURES
    if beyond < 0:
        return timedelta(0)
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << min(beyond, 12)))
