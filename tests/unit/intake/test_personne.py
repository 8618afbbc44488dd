"""The insured person as typed: names, birth, place (domain §1.3, ux F10 to F12)."""

from datetime import date

import pytest

from services.intake.domain.errors import ValeurRefusedError
from services.intake.domain.personne import check_nom, parse_date_naissance, parse_lieu_naissance
from services.intake.domain.textes import fold, normalize, search_key

JOUR = date(2026, 3, 3)


@pytest.mark.parametrize("nom", ["Nguyễn", "D'Agostino", "D’Agostino", "Le Goff-Kérouédan", "Ñíguez", "Œdipe", "Ølsen", "O´Brien", "王"])
def test_ux_f12_a_nom_keeps_its_accents_hyphens_and_apostrophes(nom: str) -> None:
    assert check_nom(nom, "nom") == nom


@pytest.mark.parametrize("nom", ["Martin2", "Martin;", "<b>", "Martin@", "=1+1", "Mar\ttin"])
def test_ux_f12_a_nom_holds_no_digit_nor_sign_and_the_message_says_so(nom: str) -> None:
    with pytest.raises(ValeurRefusedError, match="Le nom ne doit contenir que des lettres"):
        check_nom(nom, "nom")


def test_a_nom_of_separators_only_is_empty() -> None:
    with pytest.raises(ValeurRefusedError, match="Saisissez le prénom"):
        check_nom("- '", "prénom")


def test_ux_l04_three_spellings_of_a_nom_are_one_search_key() -> None:
    assert {search_key(nom) for nom in ("d'agostino", "DAGOSTINO", "D’Agostino", "d agostino")} == {"DAGOSTINO"}
    assert search_key("Lœvenbrück-Ørsted") == "LOEVENBRUCKORSTED"


@pytest.mark.parametrize("texte", ["01011960", "01/01/1960", "1-1-1960", "1.1.1960", "1 1 1960"])
def test_ux_f10_a_date_of_birth_is_read_in_every_usual_spelling(texte: str) -> None:
    assert str(parse_date_naissance(texte, annee_min=1900, jour=JOUR)) == "01/01/1960"


@pytest.mark.parametrize("texte", ["00/00/1950", "15/00/1950", "00/42/1950", "31/02/1971", "31/99/1999"])
def test_ux_f10_a_lunar_or_incomplete_date_is_kept_as_it_stands_without_a_civil_day(texte: str) -> None:
    naissance = parse_date_naissance(texte, annee_min=1900, jour=JOUR)

    assert str(naissance) == texte
    assert naissance.date_civile is None


def test_a_complete_date_of_birth_has_its_civil_day_beside_it() -> None:
    assert parse_date_naissance("29/02/1972", annee_min=1900, jour=JOUR).date_civile == date(1972, 2, 29)


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("1/1/60", "JJ/MM/AAAA"),
        ("hier", "JJ/MM/AAAA"),
        ("1960-01-01", "JJ/MM/AAAA"),
        ("32/01/1960", "entre 00 et 31"),
        ("01/01/1899", "entre 1900 et 2026"),
        ("01/01/2027", "entre 1900 et 2026"),
        ("04/03/2026", "futur"),
        ("00/04/2026", "futur"),
    ],
)
def test_ux_f10_an_impossible_date_of_birth_says_what_to_do(texte: str, message: str) -> None:
    with pytest.raises(ValeurRefusedError, match=message):
        parse_date_naissance(texte, annee_min=1900, jour=JOUR)


@pytest.mark.parametrize("texte", ["03/03/2026", "00/03/2026", "00/00/2026"])
def test_a_birth_of_today_or_of_an_unknown_day_this_month_is_not_in_the_future(texte: str) -> None:
    assert str(parse_date_naissance(texte, annee_min=1900, jour=JOUR)) == texte


DEPARTEMENTS = [f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B"] + [str(n) for n in (*range(971, 979), *range(984, 989))]


@pytest.mark.parametrize("code", DEPARTEMENTS)
def test_ux_f11_every_departement_is_accepted(code: str) -> None:
    assert parse_lieu_naissance(code) == code


@pytest.mark.parametrize("texte", ["20", "00", "96", "99", "970", "979", "983", "989", "2C", "1", "Nantes", "Atlantide"])
def test_ux_f11_anything_else_is_refused_with_what_to_type(texte: str) -> None:
    with pytest.raises(ValeurRefusedError, match="numéro de département"):
        parse_lieu_naissance(texte)


@pytest.mark.parametrize(
    ("texte", "pays"),
    [
        ("algérie", "Algérie"),
        ("ALGERIE", "Algérie"),
        ("Cote d'Ivoire", "Côte d’Ivoire"),
        ("etats unis", "États-Unis"),
        ("République tchèque", "Tchéquie"),
        ("RDC", "Congo-Kinshasa"),
        ("Guadeloupe", "Guadeloupe"),
    ],
)
def test_ux_f11_a_country_is_recognised_without_accents_and_kept_under_its_label(texte: str, pays: str) -> None:
    assert parse_lieu_naissance(texte) == pays


def test_a_birth_in_france_asks_for_its_departement() -> None:
    with pytest.raises(ValeurRefusedError, match="numéro du département"):
        parse_lieu_naissance("France")


def test_ux_f20_lengths_count_on_one_kind_of_newline_and_composed_letters() -> None:
    assert normalize("  e\u0301te\u0301\r\nfin\r ") == "été\nfin"
    assert fold("Hospitalisé à l'Hôpital") == "hospitalise a l'hopital"
