"""Who may sign in, where, and after how many failures (domain §2.1, trust §3)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.directory.domain.compte import Compte, Cote, Portee, StatutCompte, normalize_courriel
from services.directory.domain.errors import CompteTransitionError, MotDePasseRefusedError, TentativesExceededError
from services.directory.domain.structure import StatutConvention
from services.directory.domain.throttling import (
    BUCKET_SIZE,
    FAILURES_PER_FENETRE,
    FENETRE,
    Seau,
    Tentatives,
    delai_after,
)
from services.directory.operations.check_mot_de_passe import check_mot_de_passe
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId
from shared.plumbing.problems import problem_of, problem_response

MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
VAR = CaisseCode("831")


def un_compte(statut: StatutCompte = StatutCompte.ACTIF) -> Compte:
    return Compte(
        compte_id=CompteId(UUID(int=7)),
        courriel="anne.exemple@exemple.fr",
        nom="EXEMPLE",
        prenom="Anne",
        mot_de_passe="hash",
        statut=statut,
    )


@pytest.mark.parametrize("statut", [statut for statut in StatutCompte if statut is not StatutCompte.ACTIF])
def test_only_an_active_account_signs_in(statut: StatutCompte) -> None:
    assert un_compte().may_sign_in
    assert not un_compte(statut).may_sign_in


def test_a_deleted_account_does_not_come_back() -> None:
    compte = un_compte()
    compte.move(StatutCompte.SUSPENDU, now=MARDI)
    compte.move(StatutCompte.ACTIF, now=MARDI)
    compte.move(StatutCompte.SUPPRIME, now=MARDI)

    with pytest.raises(CompteTransitionError):
        compte.move(StatutCompte.ACTIF, now=MARDI)


def test_a_partner_enters_by_the_partner_front_only_and_an_agent_by_the_other() -> None:
    partner = Portee(
        caisse_code=VAR,
        role="technicien",
        structure_id=StructureId(UUID(int=1)),
        convention=StatutConvention.ACTIVE,
    )
    agent = Portee(caisse_code=VAR, role="agent")

    assert [partner.opens(Cote.PARTENAIRE), partner.opens(Cote.CAISSE)] == [True, False]
    assert [agent.opens(Cote.PARTENAIRE), agent.opens(Cote.CAISSE)] == [False, True]


def test_a_place_whose_convention_was_not_signed_stays_closed() -> None:
    portee = Portee(
        caisse_code=VAR,
        role="gestionnaire",
        structure_id=StructureId(UUID(int=1)),
        convention=StatutConvention.ENVOYEE,
    )

    assert not portee.opens(Cote.PARTENAIRE)


def test_one_address_has_one_spelling() -> None:
    assert normalize_courriel("  Anne.Exemple@EXEMPLE.fr ") == "anne.exemple@exemple.fr"


def test_five_failures_are_free_then_the_pause_doubles_up_to_fifteen_minutes() -> None:
    """Trust B5."""
    pauses = [delai_after(echecs).total_seconds() for echecs in (1, 4, 5, 6, 7, 14, 15, 1000)]

    assert pauses == [0, 0, 1, 2, 4, 512, 900, 900]


def test_a_success_ends_the_row_of_failures() -> None:
    tentatives = Tentatives()
    for _ in range(8):
        tentatives = tentatives.charged(MARDI).failed(MARDI)

    assert tentatives.delai(MARDI) == timedelta(seconds=8)
    assert tentatives.succeeded().delai(MARDI) == timedelta(0)


def test_a_hundred_failures_close_the_window_but_never_for_ever() -> None:
    """Trust §3: at most 100 failures in 30 days, never a permanent lock."""
    tentatives = Tentatives()
    for _ in range(FAILURES_PER_FENETRE):
        tentatives = tentatives.charged(MARDI)

    assert tentatives.delai(MARDI + timedelta(days=29)) == timedelta(days=1)
    assert tentatives.delai(MARDI + FENETRE) == timedelta(0)


def test_a_network_address_has_a_bucket_of_failures_that_empties_with_time() -> None:
    seau = Seau()
    for _ in range(BUCKET_SIZE):
        seau = seau.failed(MARDI)

    assert seau.delai(MARDI) == timedelta(seconds=10)
    assert seau.delai(MARDI + timedelta(seconds=10)) == timedelta(0)


@pytest.mark.parametrize("faible", ["xkvbqmzprtw", "motdepasse1234", "azertyuiop12", "cpam-ameli-caf", "anne-exemple"])
def test_short_or_well_known_passwords_are_refused(faible: str) -> None:
    with pytest.raises(MotDePasseRefusedError):
        check_mot_de_passe(faible, compte=("EXEMPLE", "Anne", "anne.exemple@exemple.fr"))


@pytest.mark.parametrize("bon", ["xkvbqmzprtwy", "Demo-Partenaires-2026", "une phrase avec des espaces", "é" * 2 + "kvbqmzprtw"])
def test_any_composition_of_twelve_characters_is_accepted(bon: str) -> None:
    check_mot_de_passe(bon, compte=("EXEMPLE", "Anne", "anne.exemple@exemple.fr"))


def test_an_administrator_needs_sixteen_characters() -> None:
    with pytest.raises(MotDePasseRefusedError):
        check_mot_de_passe("xkvbqmzprtwy", compte=("EXEMPLE", "Anne", "a@exemple.fr"), administrateur=True)


def test_a_sign_in_that_waits_is_told_whole_seconds_never_too_few() -> None:
    answer = problem_response(problem_of(TentativesExceededError(timedelta(milliseconds=1200))))

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
