"""The invented demandes of the Var follow the printed table, on opening days, the same each time (domain §8)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from deploy.demo.register import read_registre
from deploy.demo.var2025 import DemandeVar, build_calendrier, count_by_cell, generate_annee, read_volumes
from deploy.demo.var_structures import TOTAL, generate_structures
from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.identifiers import CaisseCode

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def var() -> ReferentielCaisse:
    return compile_referentiel(read_catalogue(), CaisseCode("831"), version=1, en_vigueur_le=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def annee_2024(var: ReferentielCaisse) -> list[DemandeVar]:
    return generate_annee(2024, var)


def test_the_table_of_2025_sums_to_16_016_and_not_to_what_was_printed() -> None:
    """Domain §12.1 Q1: totals are computed from the cells."""
    volumes = read_volumes(2025)

    assert sum(volumes.values()) == 16_016
    assert sum(nombre for (offre, _), nombre in volumes.items() if offre == "transmettre_suivre_dossier") == 12_715
    assert volumes["demander_rdv_assure", 8] == 0


def test_each_cell_of_the_table_is_filled_exactly(annee_2024: list[DemandeVar]) -> None:
    expected = {cell: nombre for cell, nombre in read_volumes(2024).items() if nombre}

    assert count_by_cell(annee_2024) == expected
    assert len(annee_2024) == 1_253


def test_numbers_follow_the_order_of_filing_without_a_gap(annee_2024: list[DemandeVar]) -> None:
    assert [demande.depot.numero for demande in annee_2024] == [f"24831{rang:05d}" for rang in range(1, 1_254)]
    assert [d.depot.deposee_le for d in annee_2024] == sorted(d.depot.deposee_le for d in annee_2024)


def test_every_instant_falls_on_an_opening_day_of_the_caisse(annee_2024: list[DemandeVar]) -> None:
    calendrier = build_calendrier()

    for demande in annee_2024:
        assert demande.depot.deposee_le < demande.prise_en_charge_le < demande.resolue_le
        for instant in (demande.depot.deposee_le, demande.prise_en_charge_le, demande.resolue_le):
            assert calendrier.is_jour_ouvre(instant.astimezone(PARIS).date())


def test_three_offres_have_no_demande_before_mid_december_2024(annee_2024: list[DemandeVar]) -> None:
    recentes = {"transmettre_suivre_dossier", "demander_document", "contacter_organisme"}

    premieres = [d.depot.deposee_le for d in annee_2024 if d.depot.offre in recentes]

    assert min(premieres) >= datetime(2024, 12, 15, tzinfo=PARIS)


def test_the_same_year_is_invented_twice_the_same(annee_2024: list[DemandeVar], var: ReferentielCaisse) -> None:
    assert generate_annee(2024, var) == annee_2024


def test_the_var_has_187_structures_with_those_of_the_demonstration() -> None:
    demonstration = [structure for structure in read_registre().structures.values() if structure.caisse == "831"]
    generated = generate_structures()

    assert len(demonstration) + len(generated) == TOTAL
    assert len({structure.nom for structure in generated}) == len(generated)


def test_no_account_of_comptes_names_a_structure_that_is_not_there() -> None:
    registre = read_registre()

    assert {compte.structure for compte in registre.comptes} - {None} <= set(registre.structures)
    assert {(compte.cote == "caisse") == (compte.structure is None) for compte in registre.comptes} == {True}


def test_telephones_are_of_the_range_kept_for_fiction(annee_2024: list[DemandeVar]) -> None:
    telephones = {d.depot.personne.telephone for d in annee_2024 if d.depot.personne is not None}

    assert all(telephone.startswith("+3363998") for telephone in telephones)
