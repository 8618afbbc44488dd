"""When a sending is tried again, and given up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.notification.domain.annonces import Modele, Public
from services.notification.domain.envoi import LEASE, LIFE, Envoi, next_try
from services.notification.operations.send_due import BATCH
from services.notification.ports.courrier import SEND_DEADLINE
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande

MARDI = datetime(2026, 3, 10, 9, tzinfo=UTC)


def un_envoi(*, essais: int = 1) -> Envoi:
    return Envoi(
        id=UUID(int=1),
        caisse_code=CaisseCode("831"),
        numero=NumeroDemande("2683100012"),
        modele=Modele.RESOLUE,
        public=Public.DEMANDEUR,
        compte_id=CompteId(UUID(int=2)),
        courriel="anne.exemple@exemple.fr",
        essais=essais,
        cree_le=MARDI,
    )


@pytest.mark.parametrize(("essais", "seconds"), [(1, 5), (2, 30), (5, 3600), (40, 3600)])
def test_each_failure_waits_longer_up_to_an_hour(essais: int, seconds: int) -> None:
    assert next_try(un_envoi(essais=essais), MARDI) == MARDI + timedelta(seconds=seconds)


def test_a_sending_that_waited_longer_than_its_life_is_given_up() -> None:
    assert next_try(un_envoi(essais=50), MARDI + LIFE) is None


def test_the_slowest_batch_ends_within_its_lease() -> None:
    """A minute is left for the database: past the lease, another process would send the same messages."""
    assert BATCH * SEND_DEADLINE + timedelta(minutes=1) <= LEASE
