"""Which deadline comes next, and when one that was met may come again (temporal §1.2, §1.4)."""

from datetime import UTC, datetime, timedelta

from shared.contracts.situation import Echeance, Situation
from workflows.definitions.echeances import Minuterie, key_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIRST = Echeance(cle="prise_en_charge:50", echue_le=NOW + timedelta(hours=1))
SECOND = Echeance(cle="resolution:50", echue_le=NOW + timedelta(hours=2))


def une_situation(*, suspendu: bool = False) -> Situation:
    return Situation(numero="2606100012", version=1, suspendu=suspendu, echeances=[FIRST, SECOND])


def test_the_earliest_deadline_comes_first() -> None:
    assert Minuterie().waiting(une_situation(), frozenset()) == [FIRST, SECOND]


def test_a_deadline_being_met_is_not_timed() -> None:
    assert Minuterie().waiting(une_situation(), frozenset([key_of(FIRST)])) == [SECOND]


def test_a_held_process_times_nothing() -> None:
    assert Minuterie().waiting(une_situation(suspendu=True), frozenset()) == []


def test_a_deadline_met_but_still_named_comes_again_ever_later() -> None:
    minuterie, now, waits = Minuterie(), FIRST.echue_le, []

    for _ in range(8):
        minuterie.note_met(key_of(FIRST), now)
        waits.append(minuterie.instant_of(FIRST) - now)
        now = minuterie.instant_of(FIRST)

    minutes = [wait // timedelta(minutes=1) for wait in waits]
    assert minutes == [1, 4, 16, 64, 256, 1024, 1440, 1440]


def test_a_deadline_moved_to_another_instant_is_another_one() -> None:
    minuterie = Minuterie()
    minuterie.note_met(key_of(FIRST), FIRST.echue_le)

    moved = Echeance(cle=FIRST.cle, echue_le=FIRST.echue_le + timedelta(seconds=5))

    assert minuterie.instant_of(moved) == moved.echue_le
