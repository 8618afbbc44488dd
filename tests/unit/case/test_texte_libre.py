"""Names as they are searched, and numbers that must not be in a text (UX-L04, RG-11)."""

import json
from pathlib import Path

import pytest
from stdnum.fr import nir

from services.case.domain.recherche import cles_recherche, is_named, personne_cle, requete_of
from services.case.operations.nir import NirFoundError, check_no_nir, mask_nir
from services.case.ports.ameli import NoRegistreAmeli, PersonneAmeli
from services.case.ports.json_ameli import JsonRegistreAmeli
from services.intake.domain.nir import has_nir
from shared.kernel.errors import DependencyUnavailableError
from tests.unit.case.builders import JEANNE, une_demande

VALID = [
    "1841276451089 46",
    "184122A004012 37",
    "299012B033005 83",
    "1 84 12 76 451 089 46",
    "1  85 05 78 006 084 91",
    "1- 85- 05- 78- 006- 084/ 91",
    "1841276451089",
    "184122a004012",
]
AUTRES = [
    "1841276451089 47",
    "Appelez le 06 12 34 56 78",
    "Demande 2683100012",
    "FR7612345987650123456789014",
    "SIRET18505780060849",
    "rien",
]


@pytest.mark.parametrize(
    "texte",
    [
        "d'agostino",
        "DAGOSTINO",
        "D’Agostino",
        "dago",
        "Jeanne D'Agostino",
        "2683100012",
        "fictif camille",
        "fictif-camille",
        "d'Agostino 00/00/1950",
        "0/0/1950",
        "00-00-1950",
    ],
)
def test_case_accents_hyphens_and_apostrophes_do_not_count_in_a_search(texte: str) -> None:
    cles = cles_recherche(une_demande())

    assert all(any(cle.startswith(mot) for cle in cles) for mot in requete_of(texte))


def test_another_name_is_not_found() -> None:
    cles = cles_recherche(une_demande())

    assert not any(cle.startswith(requete_of("Martin")[0]) for cle in cles)


def test_a_text_without_letters_looks_for_nothing() -> None:
    assert requete_of(" & | ! ' ") == []


def test_a_day_of_birth_is_one_word_however_it_is_written() -> None:
    assert requete_of("fictive 2/2/1951") == requete_of("Fictive 02-02-1951") == ["fictive", "02021951"]
    assert not any(cle.startswith("02021951") for cle in cles_recherche(une_demande()))


@pytest.mark.parametrize(("texte", "named"), [("ccas exemple", True), ("CCAS d'Exempleville", True), ("ccas toulon", False), ("", False)])
def test_a_structure_is_found_by_the_words_of_its_name(texte: str, *, named: bool) -> None:
    assert is_named("CCAS d'Exempleville", requete_of(texte)) is named


def test_the_same_person_has_the_same_key_however_it_is_typed() -> None:
    other = type(JEANNE)(
        civilite="monsieur", nom="DAGOSTINO", prenom="jeanne", date_naissance="00/00/1950", lieu_naissance="", telephone=""
    )

    assert personne_cle(JEANNE) == personne_cle(other) is not None
    assert personne_cle(None) is None


@pytest.mark.parametrize("numero", VALID)
def test_a_social_security_number_is_refused_from_the_partner_and_masked_for_the_caisse(numero: str) -> None:
    texte = f"Son numéro est le {numero}, merci."

    with pytest.raises(NirFoundError):
        check_no_nir(texte)
    assert mask_nir(texte) == "Son numéro est le [numéro masqué], merci."


@pytest.mark.parametrize("texte", AUTRES)
def test_other_numbers_pass(texte: str) -> None:
    check_no_nir(texte)
    assert mask_nir(texte) == texte


@pytest.mark.parametrize(
    "texte", [*VALID, *AUTRES, "NIR185057800608491", "n°1841276451089.", "1841376451089", "1\u00a084\u00a012 76 451 089"]
)
def test_rg11_the_filing_and_the_thread_find_the_same_numbers(texte: str) -> None:
    assert (mask_nir(texte) != texte) is has_nir(texte, nir.calc_check_digits)


async def test_the_simulated_registry_answers_for_the_people_it_knows(tmp_path: Path) -> None:
    chemin = tmp_path / "ameli.json"
    chemin.write_text(
        json.dumps({"personnes": [{"nom": "FICTIVE", "prenom": "Léa", "date_naissance": "01/02/1950", "compte": True}]}), encoding="utf-8"
    )
    registre = JsonRegistreAmeli(chemin)

    assert await registre.has_compte(PersonneAmeli(nom="Fictive", prenom="Lea", date_naissance="01/02/1950")) is True
    assert await registre.has_compte(PersonneAmeli(nom="Inconnue", prenom="Zoé", date_naissance="01/02/1950")) is None
    assert await NoRegistreAmeli().has_compte(PersonneAmeli(nom="Fictive", prenom="Lea", date_naissance="01/02/1950")) is None


async def test_a_registry_that_cannot_be_read_is_a_dependency_that_does_not_answer(tmp_path: Path) -> None:
    registre = JsonRegistreAmeli(tmp_path / "absent.json")

    with pytest.raises(DependencyUnavailableError):
        await registre.has_compte(PersonneAmeli(nom="Fictive", prenom="Léa", date_naissance="01/02/1950"))
