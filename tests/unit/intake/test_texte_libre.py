"""What free text may not hold: a NIR (domain RG-11), health data (RG-03)."""

import pytest
from stdnum.fr import nir

from services.intake.domain.nir import has_nir
from services.intake.domain.sante import health_words


def found(texte: str) -> bool:
    return has_nir(texte, nir.calc_check_digits)


@pytest.mark.parametrize("texte", ["1841276451089 46", "184122A004012 37", "299012B033005 83"])
def test_rg_11_the_vectors_of_the_rule_are_found(texte: str) -> None:
    assert found(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "NIR : 1 84 12 76 451 089 46, merci",
        "1.84.12.76.451.089.46",
        "184127645108946",
        "n°1841276451089.",
        "184122a00401237",
        "184127645108946 2 enfants",
        "1841276451089 123 rue des Pins",
        "1\u00a084\u00a012\u00a076\u00a0451\u00a0089",
        "NIR185057800608491",
        "n°secu185057800608491svp",
        "1  85 05 78 006 084 91",
        "1- 85- 05- 78- 006- 084/ 91",
    ],
)
def test_rg_11_a_nir_is_found_however_it_is_spaced_with_or_without_its_key(texte: str) -> None:
    assert found(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "1841276451089 47",
        "1841276451089  47",
        "NIR184127645108947",
        "0612345678",
        "+33 7 85 05 78 00 06 08 49 1",
        "2633100012 et 2633100013",
        "2633100012  2633100013",
        "IBAN FR7612345987650123456789014",
        "SIRET18505780060849",
        "9841276451089",
        "1841376451089",
    ],
)
def test_rg_11_a_wrong_key_or_another_number_is_left_alone(texte: str) -> None:
    assert not found(texte)


def test_rg_03_the_deck_s_own_example_is_health_data() -> None:
    """Domain Q2: « Hospitalisation en cours » is the positive test."""
    assert health_words("Hospitalisation en cours") == ("hospitalisation",)


@pytest.mark.parametrize(
    ("texte", "mot"),
    [
        ("Elle est HOSPITALISÉE depuis mardi", "hospitalisation"),
        ("suivi pour un cancer du sein", "cancer"),
        ("sous Insuline", "diabète"),
        ("patient séropositif", "VIH"),
        ("schizophrène", "schizophrénie"),
        ("F32.1", "code de maladie (CIM)"),
        ("en ALD 30", "affection de longue durée"),
        ("greffe de rein prévue", "greffe d'organe"),
        ("traitement médical lourd", "traitement médical"),
        ("il s'est suicidé", "suicide"),
    ],
)
def test_rg_03_the_lexicon_finds_words_whatever_their_accents_and_endings(texte: str, mot: str) -> None:
    assert mot in health_words(texte)


@pytest.mark.parametrize(
    "texte",
    [
        "Arrêt de travail et indemnités journalières",
        "Pension d'invalidité, rente accident du travail",
        "Assurance Maladie, Complémentaire santé solidaire, examen de prévention santé, vaccination",
        "Fracture numérique : la personne n'a pas d'équipement",
        "Copie du jugement au greffe du tribunal",
        "Suivi traitement d'une demande faite par l'assuré",
        "Le médecin traitant n'est pas déclaré",
        "L'avancement du dossier, C2S",
    ],
)
def test_rg_03_what_the_offres_are_about_stays_free(texte: str) -> None:
    assert health_words(texte) == ()
