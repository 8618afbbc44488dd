"""Where somebody may work: who enters at a front, and which place a program means (domain §2.1)."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.perimetre import ROLES_CAISSE, ROLES_STRUCTURE
from shared.webkit.identite import Identite

CCAS, HOPITAL = uuid4(), uuid4()
PARTENAIRES, AGENTS = ROLES_STRUCTURE, ROLES_CAISSE


def un_partenaire(*places: tuple[UUID, str]) -> Identite:
    return Identite.of(_connexion([_place("831", role, structure) for structure, role in places]), PARTENAIRES)


def un_agent(*places: tuple[str, str]) -> Identite:
    return Identite.of(_connexion([_place(caisse, role) for caisse, role in places]), AGENTS)


def _place(caisse: str, role: str, structure: UUID | None = None) -> PerimetreOffert:
    return PerimetreOffert(caisse_code=caisse, caisse_libelle=f"CPAM {caisse}", structure_id=structure, role=role)


def _connexion(places: list[PerimetreOffert]) -> ConnexionResult:
    return ConnexionResult(compte_id=uuid4(), nom="Imagine", prenom="Dominique", courriel="d@exemple.fr", perimetres=places)


def test_both_profiles_of_one_structure_are_one_place_and_the_technicien_files() -> None:
    assert un_partenaire((CCAS, "gestionnaire"), (CCAS, "technicien")).fitting(None) == [1]
    assert un_partenaire((CCAS, "technicien"), (CCAS, "gestionnaire")).fitting(None) == [0]


def test_two_structures_must_be_chosen_between() -> None:
    identite = un_partenaire((CCAS, "technicien"), (HOPITAL, "technicien"))

    assert identite.fitting(None) == [0, 1]
    assert identite.fitting(None, HOPITAL) == [1]
    assert identite.fitting("411", HOPITAL) == []


def test_an_agent_names_the_caisse_and_looks_with_the_first_role_there() -> None:
    identite = un_agent(("411", "agent"), ("831", "agent"), ("831", "superviseur"))

    assert identite.fitting(None) == [0, 1]
    assert identite.fitting("831") == [1]
    assert identite.fitting("751") == []


def test_places_of_the_other_front_are_left_out_and_the_only_one_left_is_chosen() -> None:
    both = _connexion([_place("831", "agent"), _place("831", "technicien", CCAS)])

    agent, partenaire = Identite.of(both, AGENTS), Identite.of(both, PARTENAIRES)

    assert (agent.choisi, [offert.role for offert in agent.perimetres]) == (0, ["agent"])
    assert (partenaire.choisi, [offert.role for offert in partenaire.perimetres]) == (0, ["technicien"])


@pytest.mark.parametrize(("role", "structure"), [("technicien", CCAS), ("agent", None)])
def test_a_perimetre_is_looked_from_once_a_place_is_chosen(role: str, structure: UUID | None) -> None:
    place = _place("831", role, structure)
    identite = Identite.of(_connexion([place, place]), ROLES_STRUCTURE | ROLES_CAISSE)

    perimetre = identite.at(1).perimetre

    assert identite.perimetre is None
    assert perimetre is not None
    assert (perimetre.caisse_code, perimetre.role, perimetre.structure_id) == ("831", role, structure)
    assert (perimetre.compte_id, perimetre.nom) == (identite.compte_id, "IMAGINE Dominique")
