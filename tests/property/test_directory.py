"""Rules of directory that hold for all inputs."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.structure import quota_gestionnaires
from services.directory.domain.throttling import FAILURES_PER_FENETRE, FENETRE, LONGEST_DELAY, Tentatives
from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.identifiers import CaisseCode

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CATALOGUE = read_catalogue()


@given(st.integers(min_value=1, max_value=100_000), st.integers(min_value=0, max_value=1_000))
def test_a_larger_effectif_never_lowers_the_quota(effectif: int, plus: int) -> None:
    assert 2 <= quota_gestionnaires(effectif) <= quota_gestionnaires(effectif + plus) <= 5


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=86_400), st.booleans()), max_size=300))
def test_whatever_the_tries_a_month_sees_at_most_a_hundred_failures_and_nobody_waits_for_ever(
    tries: list[tuple[int, bool]],
) -> None:
    """Trust B5: attempts that wait are not made; those made fail or succeed."""
    now, tentatives, failures = START, Tentatives(), 0
    for pause, success in tries:
        now += timedelta(seconds=pause)
        if now >= START + FENETRE:
            break
        wait = tentatives.delai(now)
        assert wait <= max(LONGEST_DELAY, FENETRE)
        if wait:
            continue
        charged = tentatives.charged(now)
        tentatives = charged.succeeded() if success else charged.failed(now)
        failures += not success
    assert failures <= FAILURES_PER_FENETRE


@given(st.sampled_from([caisse.code for caisse in CATALOGUE.caisses]), st.integers(min_value=1, max_value=10_000))
def test_a_referentiel_survives_its_journey_as_json(code: str, version: int) -> None:
    referentiel = compile_referentiel(CATALOGUE, CaisseCode(code), version=version, en_vigueur_le=START)

    assert ReferentielCaisse.model_validate_json(referentiel.model_dump_json()) == referentiel
