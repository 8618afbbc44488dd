"""Signing in against the real service: one answer for every wrong credential, slower after failures (trust §3, B5)."""

from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from services.directory.domain.compte import StatutCompte
from services.directory.domain.errors import CompteNotFoundError
from services.directory.operations.manage_comptes import move_compte, reset_mot_de_passe
from services.directory.ports.hashing import Argon2Hasher
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode, CompteId
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenSigner
from tests.integration.directory.conftest import CAISSE, MOT_DE_PASSE, PERIMETRE, MakeCompte


async def sign_in(http: httpx2.AsyncClient, signer: TokenSigner, courriel: str, mot_de_passe: str, cote: str = "caisse") -> httpx2.Response:
    return await http.post(
        "/v1/connexion",
        json={"courriel": courriel, "mot_de_passe": mot_de_passe, "cote": cote},
        headers={"Authorization": f"Bearer {signer.for_machine('directory')}"},
    )


async def told(database: Database, compte_id: CompteId) -> list[str]:
    """The facts of the account, in order."""
    statement = text("SELECT subject FROM outbox WHERE enveloppe->>'subject' = :id ORDER BY id")
    async with database.technical_transaction() as session:
        return list(await session.scalars(statement, {"id": str(compte_id)}))


async def test_an_agent_signs_in_and_learns_where_they_may_work(
    http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte
) -> None:
    compte = await make_compte("agent")

    response = await sign_in(http, signer, compte.courriel.upper(), MOT_DE_PASSE)

    assert response.status_code == 200
    assert response.json()["compte_id"] == str(compte.compte_id)
    assert [(p["caisse_code"], p["role"], p["structure_id"]) for p in response.json()["perimetres"]] == [(CAISSE, "agent", None)]


async def test_every_wrong_credential_gets_the_same_body(http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte) -> None:
    compte = await make_compte("agent")
    answers = [
        await sign_in(http, signer, f"inconnu.{uuid4().hex}@exemple.fr", MOT_DE_PASSE),
        await sign_in(http, signer, compte.courriel, "un mot de passe faux"),
        await sign_in(http, signer, compte.courriel, MOT_DE_PASSE, cote="partenaire"),
    ]

    bodies = [{key: value for key, value in answer.json().items() if key != "instance"} for answer in answers]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("known", [True, False])
async def test_the_sixth_try_after_five_failures_waits_whether_the_account_exists_or_not(
    http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte, *, known: bool
) -> None:
    courriel = (await make_compte("agent")).courriel if known else f"inconnu.{uuid4().hex}@exemple.fr"
    statuses = [(await sign_in(http, signer, courriel, "faux mot de passe")).status_code for _ in range(5)]

    sixth = await sign_in(http, signer, courriel, MOT_DE_PASSE)

    assert statuses == [401] * 5
    assert sixth.status_code == 429
    assert int(sixth.headers["Retry-After"]) == sixth.json()["retry_after_s"] == 1


async def test_a_suspended_account_stays_outside_and_the_fronts_are_told(
    http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte, database: Database
) -> None:
    compte = await make_compte("agent")
    async with database.transaction(PERIMETRE) as session:
        await move_compte(session, compte.courriel, StatutCompte.SUSPENDU, perimetre=PERIMETRE, clock=Clock())

    response = await sign_in(http, signer, compte.courriel, MOT_DE_PASSE)

    assert response.status_code == 401
    assert await told(database, compte.compte_id) == ["evt.compte.cree.v1", "evt.compte.suspendu.v1"]


async def test_a_reset_password_opens_the_door_again_after_failures(
    http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte, database: Database, hasher: Argon2Hasher
) -> None:
    compte = await make_compte("agent")
    for _ in range(6):
        await sign_in(http, signer, compte.courriel, "faux mot de passe")
    async with database.transaction(PERIMETRE) as session:
        await reset_mot_de_passe(session, compte.courriel, "Une-autre-phrase-longue", perimetre=PERIMETRE, hasher=hasher, clock=Clock())

    response = await sign_in(http, signer, compte.courriel, "Une-autre-phrase-longue")

    assert response.status_code == 200


async def test_a_reset_password_is_told_to_the_fronts_which_end_the_sessions(
    make_compte: MakeCompte, database: Database, hasher: Argon2Hasher
) -> None:
    """ASVS 7.4.3: whoever knew the old password may hold a session."""
    compte = await make_compte("agent")
    async with database.transaction(PERIMETRE) as session:
        await reset_mot_de_passe(session, compte.courriel, "Une-autre-phrase-longue", perimetre=PERIMETRE, hasher=hasher, clock=Clock())

    assert await told(database, compte.compte_id) == ["evt.compte.cree.v1", "evt.compte.mot_de_passe_change.v1"]


async def test_an_account_is_not_found_from_another_caisse(make_compte: MakeCompte, database: Database) -> None:
    """Trust B1: the account exists, but not for who looks from elsewhere."""
    compte = await make_compte("agent")
    elsewhere = systeme(CaisseCode("411"))

    with pytest.raises(CompteNotFoundError):
        async with database.transaction(elsewhere) as session:
            await move_compte(session, compte.courriel, StatutCompte.SUSPENDU, perimetre=elsewhere, clock=Clock())


async def test_only_a_front_may_ask_for_a_sign_in(http: httpx2.AsyncClient, signer: TokenSigner) -> None:
    person = Perimetre(caisse_code=CAISSE, role=Role.AGENT, compte_id=CompteId(UUID(int=1)))
    corps = {"courriel": "a@exemple.fr", "mot_de_passe": "x", "cote": "caisse"}

    without = await http.post("/v1/connexion", json=corps)
    as_person = await http.post("/v1/connexion", json=corps, headers={"Authorization": f"Bearer {signer.for_person(person, 'directory')}"})

    assert (without.status_code, as_person.status_code) == (401, 403)


async def test_every_sign_in_is_journalled_without_the_address_typed(
    http: httpx2.AsyncClient, signer: TokenSigner, make_compte: MakeCompte, database: Database
) -> None:
    """Trust B8."""
    compte = await make_compte("agent")
    await sign_in(http, signer, compte.courriel, "faux mot de passe")
    await sign_in(http, signer, compte.courriel, MOT_DE_PASSE)

    async with database.technical_transaction() as session:
        lines = await session.execute(
            text("SELECT resultat FROM audit WHERE acte = 'sign_in' AND objet_id = :id ORDER BY id"),
            {"id": str(compte.compte_id)},
        )

    assert [line.resultat for line in lines] == ["refuse", "fait"]
