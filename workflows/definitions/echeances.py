"""Which deadline comes next: the instants are the record's, this run only times them (temporal §1.4)."""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from shared.contracts.situation import Echeance, Situation

_SHORTEST = timedelta(seconds=1)  # a timer of 0 fires at once, and a loop on it would spin
_FIRST_DELAY = timedelta(minutes=1)
_LONGEST_DELAY = timedelta(days=1)
_GROWTH = 4


def key_of(echeance: Echeance) -> str:
    """What this run remembers of a deadline: the same key moved to another instant is another one."""
    return f"{echeance.cle}@{echeance.echue_le.isoformat()}"


class Minuterie:
    """The deadlines met in this run.

    One that the record still names after it was met (its clock is behind, a fact is on its way) comes again,
    ever later: neither lost nor a busy loop.
    """

    def __init__(self) -> None:
        self._met: dict[str, tuple[datetime, timedelta]] = {}
        self._timer: asyncio.Task[None] | None = None
        self._armed: tuple[str, datetime] | None = None

    def note_met(self, cle: str, now: datetime) -> None:
        """Remember that the deadline was met: not to be met again soon."""
        _, delai = self._met.get(cle, (now, _FIRST_DELAY / _GROWTH))
        delai = min(delai * _GROWTH, _LONGEST_DELAY)
        self._met[cle] = (now + delai, delai)

    def instant_of(self, echeance: Echeance) -> datetime:
        """When the deadline is to be met: its own instant, or later when it was met already."""
        not_before, _ = self._met.get(key_of(echeance), (echeance.echue_le, _FIRST_DELAY))
        return max(echeance.echue_le, not_before)

    def waiting(self, situation: Situation, known: frozenset[str]) -> list[Echeance]:
        """The deadlines to time, earliest first: none while an operator holds the process, none of those `known`."""
        if situation.suspendu:
            return []
        attendues = [echeance for echeance in situation.echeances if key_of(echeance) not in known]
        return sorted(attendues, key=lambda echeance: (self.instant_of(echeance), echeance.cle))

    def arm(self, echeance: Echeance | None, now: datetime) -> None:
        """Time this deadline, keeping the timer that already does: a look that changes nothing costs no event."""
        wanted = None if echeance is None else (echeance.cle, self.instant_of(echeance))
        if wanted == self._armed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed = None, wanted
        if wanted is not None:
            cle, instant = wanted
            self._timer = asyncio.create_task(workflow.sleep(max(instant - now, _SHORTEST), summary=cle))

    def rings(self) -> bool:
        """Whether the deadline last armed fell due."""
        return self._timer is not None and self._timer.done()

    def disarm(self) -> None:
        """Forget the timer that rang."""
        self._timer, self._armed = None, None
