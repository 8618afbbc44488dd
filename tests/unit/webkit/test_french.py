"""How figures, dates and sizes read (ux §8.27, UX-R02, UX-X09)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.webkit import french
from shared.webkit.pages import local_path


def test_a_day_reads_with_its_month_and_the_first_is_ordinal() -> None:
    assert french.jour_long(date(2026, 3, 3)) == "3\u00a0mars 2026"
    assert french.jour_long(date(2026, 3, 1)) == "1er\u00a0mars 2026"


def test_a_moment_is_local_to_the_caisse() -> None:
    instant = datetime(2026, 7, 14, 22, 5, tzinfo=UTC)

    assert french.moment(instant, "Europe/Paris") == "15\u00a0juillet 2026 à 0\u00a0h\u00a005"
    assert french.moment(instant, "America/Guadeloupe").startswith("14\u00a0juillet 2026 à 18")


@pytest.mark.parametrize(
    ("taille", "lu"), [(1, "1\u00a0octet"), (122880, "120\u00a0Ko"), (5 * 1024 * 1024, "5\u00a0Mo"), (1258291, "1,2\u00a0Mo")]
)
def test_sizes_read_in_ko_and_mo(taille: int, lu: str) -> None:
    assert french.octets(taille) == lu


@pytest.mark.parametrize(
    ("numero", "lu"), [("+33700000000", "07.00.00.00.00"), ("+590690000000", "+590690000000"), ("poste 12", "poste 12")]
)
def test_ux_f13_a_french_number_reads_by_pairs_any_other_as_it_stands(numero: str, lu: str) -> None:
    assert french.telephone(numero) == lu


def test_ux_r02_growth_and_totals_read_in_french() -> None:
    assert french.nombre(16016) == "16\u202f016"
    assert french.pourcentage(11.7821) == "+1\u202f178,21\u202f%"


def test_a_delay_tells_its_largest_unit() -> None:
    assert french.duree(timedelta(days=4, hours=3)) == "4\u00a0jours"
    assert french.duree(timedelta(hours=6)) == "6\u00a0h"
    assert french.duree(timedelta(seconds=-5)) == "1\u00a0min"


def test_an_instant_near_now_is_told_without_a_figure() -> None:
    now = datetime(2026, 2, 16, 15, 30, tzinfo=UTC)

    assert french.relatif(now, now) == "à l'instant"
    assert french.relatif(now - timedelta(hours=2), now) == "il y a 2\u00a0h"
    assert french.relatif(now + timedelta(days=1), now) == "dans 1\u00a0jour"


def test_punctuation_of_data_does_not_wrap() -> None:
    assert french.typo("Un compte ?") == "Un compte\u00a0?"


@pytest.mark.parametrize("suite", ["https://ailleurs.example", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)", ""])
def test_sign_in_never_leads_to_another_site(suite: str) -> None:
    assert local_path(suite) == "/"


def test_sign_in_leads_back_to_a_page_of_ours() -> None:
    assert local_path("/demandes?page=2") == "/demandes?page=2"


@pytest.mark.parametrize(
    ("codes", "lu"),
    [
        (
            ["pdf", "doc", "docx", "xls", "xlsx", "csv", "tiff", "png", "jpeg"],
            "PDF, Word (.doc, .docx), Excel (.xls, .xlsx, .csv), TIFF, PNG, JPEG",
        ),
        (["jpeg", "csv", "pdf"], "PDF, Excel (.csv), JPEG"),
        (["pdf"], "PDF"),
    ],
)
def test_ux_u02_the_formats_a_caisse_accepts_are_said_by_family(codes: list[str], lu: str) -> None:
    assert french.formats(codes) == lu
