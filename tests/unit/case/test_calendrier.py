"""The working calendar and the two clocks: every vector of domain §6.2."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from services.case.domain.calendrier import Calendrier, Plage
from services.case.domain.delais import RESOLUTION, Delai, Horloge, Sla
from tests.unit.case.builders import PARIS, calendrier, paris

JOURS = [
    ("2026-04-02 10:00", 1, "2026-04-03", "2026-04-07"),
    ("2026-04-03 16:45", 1, "2026-04-07", "2026-04-08"),
    ("2026-04-03 17:05", 1, "2026-04-08", "2026-04-08"),
    ("2026-05-07 09:00", 2, "2026-05-12", "2026-05-12"),
    ("2026-05-13 11:00", 5, "2026-05-21", "2026-05-21"),
    ("2025-12-24 15:00", 1, "2025-12-26", "2025-12-29"),
    ("2026-12-24 15:00", 1, "2026-12-28", "2026-12-28"),
    ("2026-02-13 18:00", 10, "2026-03-02", "2026-03-02"),
    ("2026-07-13 09:00", 1, "2026-07-15", "2026-07-15"),
]
HEURES = [
    ("2026-02-10 09:00", "2026-02-10 13:00", "2026-02-10 13:00"),
    ("2026-02-12 13:00", "2026-02-12 17:00", "2026-02-12 17:00"),
    ("2026-02-13 17:00", "2026-02-16 12:30", "2026-02-16 12:30"),
    ("2026-04-03 16:00", "2026-04-07 11:30", "2026-04-07 12:30"),
    ("2026-07-13 15:30", "2026-07-15 11:00", "2026-07-15 11:00"),
    ("2025-12-24 16:30", "2025-12-26 12:00", "2025-12-29 12:00"),
    ("2026-12-24 17:30", "2026-12-28 12:30", "2026-12-28 12:30"),
]
Attente = tuple[tuple[str, str], ...]
LONGUE: Attente = (("2026-05-15 16:00", "2026-05-18 10:00"), ("2026-05-20 09:00", "2026-05-26 09:00"))
BRUTE_NETTE: list[tuple[str, int, Attente, bool, str, int, str]] = [
    ("2026-05-13 11:00", 5, LONGUE[:1], False, "2026-05-21 17:00", 150, "2026-05-22 11:00"),
    ("2026-05-13 11:00", 5, LONGUE, False, "2026-05-21 17:00", 1680, "2026-05-28 11:00"),
    ("2026-02-10 09:00", 2, (("2026-02-10 18:00", "2026-02-11 08:00"),), False, "2026-02-12 17:00", 0, "2026-02-12 17:00"),
    ("2026-04-02 10:00", 1, (("2026-04-02 14:00", "2026-04-07 09:30"),), False, "2026-04-03 17:00", 750, "2026-04-08 12:30"),
    ("2026-04-02 10:00", 1, (("2026-04-02 14:00", "2026-04-07 09:30"),), True, "2026-04-07 17:00", 240, "2026-04-08 12:30"),
]
OUVRES = [(2024, 252, 250), (2025, 251, 249), (2026, 252, 251), (2027, 254, 253)]


@pytest.mark.parametrize(("depot", "jours", "metropole", "alsace"), JOURS)
def test_n_jours_ouvres_end_at_closing_of_the_nth_working_day(depot: str, jours: int, metropole: str, alsace: str) -> None:
    delai = Delai.parse(f"{jours}j")

    assert delai.due(paris(depot), calendrier()) == paris(f"{metropole} 17:00")
    assert delai.due(paris(depot), calendrier(alsace=True)) == paris(f"{alsace} 17:00")


@pytest.mark.parametrize(("depot", "metropole", "alsace"), HEURES)
def test_four_heures_ouvrees_count_inside_opening_hours_only(depot: str, metropole: str, alsace: str) -> None:
    delai = Delai.parse("4h")

    assert delai.due(paris(depot), calendrier()) == paris(metropole)
    assert delai.due(paris(depot), calendrier(alsace=True)) == paris(alsace)


@pytest.mark.parametrize(("depot", "jours", "attentes", "alsace", "brute", "minutes", "nette"), BRUTE_NETTE)
def test_the_net_deadline_moves_by_the_opening_time_spent_waiting_and_the_gross_one_never(
    depot: str, jours: int, attentes: Attente, alsace: bool, brute: str, minutes: int, nette: str
) -> None:
    caisse = calendrier(alsace=alsace)
    horloge = Horloge.start(RESOLUTION, Delai.parse(f"{jours}j"), paris(depot), caisse)

    for debut, fin in attentes:
        horloge.add_suspension(paris(debut), paris(fin), caisse)

    assert horloge.brute_le == paris(brute)
    assert horloge.suspendu == timedelta(minutes=minutes)
    assert horloge.nette_le == paris(nette)


@pytest.mark.parametrize(("annee", "metropole", "alsace"), OUVRES)
def test_working_days_per_year_are_those_of_the_table(annee: int, metropole: int, alsace: int) -> None:
    bornes = date(annee, 1, 1), date(annee, 12, 31)

    assert calendrier().count_jours_ouvres(*bornes) == metropole
    assert calendrier(alsace=True).count_jours_ouvres(*bornes) == alsace


@pytest.mark.parametrize("lundi", ["2025-04-21", "2026-04-06", "2027-03-29"])
def test_easter_monday_is_a_holiday(lundi: str) -> None:
    assert not calendrier().is_jour_ouvre(date.fromisoformat(lundi))


def test_a_closure_of_the_caisse_is_no_working_day() -> None:
    pont = date(2026, 5, 15)

    assert calendrier(fermetures=frozenset({pont})).add_jours_ouvres(paris("2026-05-13 11:00"), 1) == paris("2026-05-18 17:00")


@pytest.mark.parametrize(
    ("depart", "limite", "heures"),
    [("2026-03-20 10:00", "2026-04-04 10:00", 359), ("2026-10-15 10:00", "2026-10-30 10:00", 361)],
)
def test_fifteen_days_end_at_the_same_local_time_across_summer_time(depart: str, limite: str, heures: int) -> None:
    fin = calendrier().add_jours(paris(depart), 15)

    assert fin == paris(limite)
    assert fin - paris(depart) == timedelta(hours=heures)


def test_a_cap_counts_calendar_time_and_is_never_suspended() -> None:
    sla = Sla(prise_en_charge=Delai.parse("4h"), resolution=Delai.parse("1j"))

    assert replace(sla, cap_heures=48).cap(paris("2026-03-28 12:00"), calendrier()) == paris("2026-03-30 13:00")
    assert replace(sla, cap_jours=45).cap(paris("2026-03-01 10:00"), calendrier()) == paris("2026-04-15 10:00")
    assert sla.cap(paris("2026-03-01 10:00"), calendrier()) is None


def test_alerts_fall_at_parts_of_the_opening_time_up_to_the_net_deadline() -> None:
    """An urgent demande: 2 h then 4 h (domain §6.3)."""
    horloge = Horloge.start(RESOLUTION, Delai.parse("4h"), paris("2026-02-13 15:00"), calendrier())

    assert horloge.alertes((50, 80, 100), calendrier()) == {
        "resolution:50": paris("2026-02-13 17:00"),
        "resolution:80": paris("2026-02-16 09:42"),
        "resolution:100": paris("2026-02-16 10:30"),
    }


def test_a_calendar_without_an_open_day_is_refused() -> None:
    with pytest.raises(ValueError, match="open at least one day"):
        Calendrier(fuseau=PARIS, plages={}, jours_feries=lambda _annee: frozenset())


def test_an_ordinary_day_is_the_mean_of_the_weekdays_that_open() -> None:
    court = replace(calendrier(), plages={1: Plage(time(8, 30), time(17)), 5: Plage(time(9), time(12))})

    assert (calendrier().jour_minutes, court.jour_minutes) == (510, 345)
