"""How long an account may sleep (RG-20), and what hashing promises (trust §1)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.directory.domain.compte import Compte, StatutCompte
from services.directory.operations.end_unused_comptes import months_before
from services.directory.ports.hashing import Argon2Hasher
from shared.kernel.identifiers import CompteId

SIX_MOIS = datetime(2026, 1, 15, tzinfo=UTC)
DOUZE_MOIS = datetime(2025, 7, 15, tzinfo=UTC)


def un_compte(usage: datetime, statut: StatutCompte = StatutCompte.ACTIF) -> Compte:
    return Compte(
        compte_id=CompteId(UUID(int=7)),
        courriel="anne.exemple@exemple.fr",
        nom="EXEMPLE",
        prenom="Anne",
        mot_de_passe="hash",
        statut=statut,
        derniere_connexion_le=usage,
    )


@pytest.mark.parametrize(
    ("usage", "statut", "end"),
    [
        (datetime(2026, 1, 16, tzinfo=UTC), StatutCompte.ACTIF, None),
        (SIX_MOIS, StatutCompte.ACTIF, StatutCompte.DESACTIVE),
        (SIX_MOIS, StatutCompte.SUSPENDU, StatutCompte.DESACTIVE),
        (SIX_MOIS, StatutCompte.DESACTIVE, None),
        (DOUZE_MOIS, StatutCompte.DESACTIVE, StatutCompte.SUPPRIME),
        (DOUZE_MOIS, StatutCompte.ACTIF, StatutCompte.SUPPRIME),
        (DOUZE_MOIS, StatutCompte.SUPPRIME, None),
    ],
)
def test_an_account_ends_by_steps_of_silence(usage: datetime, statut: StatutCompte, end: StatutCompte | None) -> None:
    assert un_compte(usage, statut).end_of(desactivation=SIX_MOIS, suppression=DOUZE_MOIS) is end


def test_an_account_brought_back_is_given_as_long_again() -> None:
    compte = un_compte(DOUZE_MOIS, StatutCompte.DESACTIVE)
    compte.cree_le = DOUZE_MOIS

    compte.move(StatutCompte.ACTIF, now=SIX_MOIS + timedelta(seconds=1))

    assert compte.end_of(desactivation=SIX_MOIS, suppression=DOUZE_MOIS) is None
    assert compte.end_of(desactivation=SIX_MOIS + timedelta(seconds=1), suppression=DOUZE_MOIS) is StatutCompte.DESACTIVE


def test_a_suspension_is_no_use_of_the_account() -> None:
    compte = un_compte(SIX_MOIS)

    compte.move(StatutCompte.SUSPENDU, now=SIX_MOIS + timedelta(days=1))

    assert compte.end_of(desactivation=SIX_MOIS, suppression=DOUZE_MOIS) is StatutCompte.DESACTIVE


def test_a_deleted_account_keeps_nothing_of_the_person() -> None:
    compte = un_compte(DOUZE_MOIS)

    compte.erase(now=DOUZE_MOIS)

    assert (compte.nom, compte.prenom, compte.mot_de_passe) == ("", "", "")
    assert "exemple" not in compte.courriel


@pytest.mark.parametrize(
    ("instant", "mois", "before"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), 1, datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 1, 10, tzinfo=UTC), 6, datetime(2025, 7, 10, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), 12, datetime(2025, 12, 1, tzinfo=UTC)),
    ],
)
def test_months_are_counted_on_the_calendar(instant: datetime, mois: int, before: datetime) -> None:
    assert months_before(instant, mois) == before


async def test_a_password_is_hashed_with_the_parameters_we_promise_and_an_unknown_account_never_fits() -> None:
    hasher = Argon2Hasher()

    hachage = await hasher.hash("une phrase assez longue")

    assert hachage.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hasher.verify("une phrase assez longue", hachage)
    assert not await hasher.verify("une autre phrase longue", hachage)
    assert not await hasher.verify("personne", None)
    assert not await hasher.verify("aucun", "aucun")
    hasher.close()
