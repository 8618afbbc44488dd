"""Numbers (domain §3.2) and the duplicate guard (BU-5)."""

from uuid import UUID

import pytest

from services.intake.domain.doublon import Demarche, sorties
from services.intake.domain.errors import NumerotationExhaustedError
from services.intake.domain.numero import DERNIER_RANG, is_numero, number_demande
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import CaisseCode, StructureId, caisse_of

GIRONDE = CaisseCode("331")


def test_the_seed_s_number_reads_year_caisse_and_rank() -> None:
    assert number_demande(2022, GIRONDE, 12) == "2233100012"


def test_a_number_is_a_string_even_when_it_begins_with_zeros() -> None:
    numero = number_demande(2004, CaisseCode("061"), 1)

    assert numero == "0406100001"
    assert caisse_of(numero) == "061"


@pytest.mark.parametrize("rang", [0, -1, DERNIER_RANG + 1])
def test_an_overflow_is_a_hard_stop_told_as_unavailable(rang: int) -> None:
    with pytest.raises(NumerotationExhaustedError) as refus:
        number_demande(2026, GIRONDE, rang)

    assert isinstance(refus.value, DependencyError)
    assert refus.value.caisse_code == GIRONDE


def test_the_last_number_of_a_year_is_given() -> None:
    assert number_demande(2026, GIRONDE, DERNIER_RANG) == "2633199999"


@pytest.mark.parametrize("texte", ["2633100012 ", "26331000123", "263310001", "26331O0012", "²633100012", ""])
def test_what_is_not_ten_digits_is_no_number(texte: str) -> None:
    assert not is_numero(texte)


def une_demarche(nom: str = "Fictive", prenom: str = "Jeanne", motif: str = "dossier_c2s", structure: int = 1) -> Demarche:
    return Demarche(
        structure_id=StructureId(UUID(int=structure)),
        nom=nom,
        prenom=prenom,
        date_naissance="10/10/1971",
        offre="transmettre_suivre_dossier",
        motif=motif,
    )


def test_bu_5_the_spelling_of_a_name_does_not_make_another_demarche() -> None:
    assert une_demarche("D’Agostino", "Zoé").key(b"k") == une_demarche("DAGOSTINO", "ZOE").key(b"k")


@pytest.mark.parametrize("autre", [une_demarche(nom="Fictif"), une_demarche(motif="dossier_autre"), une_demarche(structure=2)])
def test_bu_5_another_person_motif_or_structure_is_another_demarche(autre: Demarche) -> None:
    assert autre.key(b"k") != une_demarche().key(b"k")


def test_bu_5_the_parts_of_a_key_never_run_into_each_other() -> None:
    assert une_demarche("AB", "C").key(b"k") != une_demarche("A", "BC").key(b"k")


def test_bu_5_without_the_secret_the_key_cannot_be_guessed() -> None:
    assert une_demarche().key(b"k1") != une_demarche().key(b"k2")


def test_bu_5_the_exits_follow_the_motifs_of_the_caisse_and_its_setting() -> None:
    assert sorties(suivi_possible=True, confirmation_possible=True) == (
        "ecrire_dans_la_demande_ouverte",
        "suivi_demande_assure",
        "confirmer_autre_demarche",
    )
    assert sorties(suivi_possible=False, confirmation_possible=False) == ("ecrire_dans_la_demande_ouverte",)
