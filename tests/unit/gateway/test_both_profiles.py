"""A program of an account that holds both profiles in one structure works as technicien (domain §2.1)."""

from uuid import UUID, uuid4

import pytest

from services.gateway.api.routes import _chosen
from services.gateway.operations.identite import Identite
from shared.contracts.http.case import ConnexionApiRequest
from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.kernel.errors import RuleError

CCAS, HOPITAL = uuid4(), uuid4()


def _identite(*places: tuple[UUID, str]) -> Identite:
    perimetres = [
        PerimetreOffert(caisse_code="831", caisse_libelle="CPAM du Var", structure_id=structure, role=role) for structure, role in places
    ]
    return Identite.of(
        ConnexionResult(compte_id=uuid4(), nom="IMAGINE", prenom="Dominique", courriel="d@exemple.fr", perimetres=perimetres)
    )


def _asked(structure: UUID | None = None) -> ConnexionApiRequest:
    return ConnexionApiRequest(courriel="d@exemple.fr", mot_de_passe="x", structure=structure)


def test_both_profiles_of_one_structure_are_one_place_and_the_technicien_files() -> None:
    assert _chosen(_identite((CCAS, "gestionnaire"), (CCAS, "technicien")), _asked()) == 1
    assert _chosen(_identite((CCAS, "technicien"), (CCAS, "gestionnaire")), _asked()) == 0


def test_two_structures_must_be_chosen_between() -> None:
    identite = _identite((CCAS, "technicien"), (HOPITAL, "technicien"))

    assert _chosen(identite, _asked(HOPITAL)) == 1
    with pytest.raises(RuleError):
        _chosen(identite, _asked())
