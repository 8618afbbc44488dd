"""The API of the gateway on the real database: every endpoint × (own, foreign structure, foreign caisse, wrong role) (B1)."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from services.case.api.partenaire import build_partenaire_router
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import CaisseCode, NumeroDemande
from shared.plumbing.process import build_app
from shared.plumbing.tables import audit
from tests.integration.case.conftest import Desk, OneTransaction

Endpoint = tuple[str, str, dict[str, object] | None]
OF_ONE: list[Endpoint] = [
    ("GET", "/v1/demandes/{numero}", None),
    ("POST", "/v1/demandes/{numero}/messages", {"texte": "Bonjour"}),
    ("PUT", "/v1/demandes/{numero}/suivi", {"suivie": True}),
]
OF_ALL: list[Endpoint] = [
    ("GET", "/v1/demandes?taille=25", None),
    ("POST", "/v1/demandes/recherche", {"texte": "agostino"}),
    ("GET", "/v1/documents", None),
]


class Door:
    """The app with somebody at its door."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.who = desk, desk.partenaire
        app = build_app("case", checks={})
        app.state.verifier = self
        app.include_router(build_partenaire_router(OneTransaction(desk.session), desk.tools))
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://case.test")

    def person(self, _authorization: str | None) -> Perimetre:
        """Whom the token would name."""
        return self.who

    async def call(self, endpoint: Endpoint, numero: str = "", key: str = "") -> httpx2.Response:
        method, path, body = endpoint
        headers = {"Idempotency-Key": key or str(uuid4())}
        return await self.client.request(method, path.format(numero=numero), json=body, headers=headers)


@pytest.fixture
async def door(desk: Desk) -> AsyncIterator[Door]:
    door = Door(desk)
    yield door
    await door.client.aclose()


@pytest.mark.parametrize("endpoint", OF_ONE, ids=lambda endpoint: endpoint[1])
async def test_a_foreign_demande_is_answered_like_one_that_does_not_exist(door: Door, endpoint: Endpoint) -> None:
    numero = await door.desk.file()
    ailleurs = Perimetre(
        caisse_code=CaisseCode("998"),
        role=Role.TECHNICIEN,
        compte_id=door.who.compte_id,
        structure_id=door.who.structure_id,
    )

    own = await door.call(endpoint, numero)
    answers = []
    for who, asked in ((door.desk.etranger, numero), (ailleurs, numero), (door.desk.partenaire, NumeroDemande("2699999999"))):
        door.who = who
        answers.append(await door.call(endpoint, asked))

    assert own.is_success
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({str({**answer.json(), "instance": ""}) for answer in answers}) == 1


@pytest.mark.parametrize("endpoint", OF_ALL, ids=lambda endpoint: endpoint[1])
async def test_lists_searches_and_documents_hold_nothing_foreign(door: Door, endpoint: Endpoint) -> None:
    await door.desk.file()
    door.who = door.desk.etranger

    told = (await door.call(endpoint)).json()

    assert (told if isinstance(told, list) else told["demandes"]) == []
    assert isinstance(told, list) or told["total"] == 0


@pytest.mark.parametrize("endpoint", OF_ONE + OF_ALL, ids=lambda endpoint: endpoint[1])
async def test_the_caisse_s_roles_have_no_business_here_and_the_refusal_is_journalled(door: Door, endpoint: Endpoint) -> None:
    numero = await door.desk.file()
    door.who = door.desk.agent

    answer = await door.call(endpoint, numero)

    refusals = await door.desk.session.scalars(
        select(audit.c.resultat).where(audit.c.compte_id == door.desk.agent.acteur_id, audit.c.resultat == "refuse")
    )
    assert answer.status_code == 403
    assert refusals.all() == ["refuse"]


async def test_the_same_key_posts_once_and_replays_its_answer(door: Door) -> None:
    """C6."""
    numero, key = await door.desk.file(), str(uuid4())

    first = await door.call(OF_ONE[1], numero, key)
    again = await door.call(OF_ONE[1], numero, key)
    other = await door.call(("POST", OF_ONE[1][1], {"texte": "Autre chose"}), numero, key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert len(first.json()["messages"]) == 2


async def test_a_key_that_served_for_one_demande_is_refused_on_another(door: Door) -> None:
    """C6: the same words said elsewhere must not be answered with somebody else's demande, and lost."""
    premiere, seconde, key = await door.desk.file(), await door.desk.file(), str(uuid4())

    first = await door.call(OF_ONE[1], premiere, key)
    elsewhere = await door.call(OF_ONE[1], seconde, key)

    assert (first.status_code, elsewhere.status_code, elsewhere.json()["code"]) == (201, 422, "idempotency-key-reused")


async def test_a_message_without_its_key_or_with_a_social_security_number_is_refused(door: Door) -> None:
    numero = await door.desk.file()

    without = await door.client.post(f"/v1/demandes/{numero}/messages", json={"texte": "Bonjour"})
    nir = await door.call(("POST", OF_ONE[1][1], {"texte": "Son numéro : 1841276451089 46"}), numero)

    assert (without.status_code, nir.status_code, nir.json()["code"]) == (422, 422, "nir-found")


@pytest.mark.parametrize("jusqua", ["9999-12-31", "2026-12-31"])
async def test_a_period_may_end_on_any_day_of_the_calendar(door: Door, jusqua: str) -> None:
    numero = await door.desk.file()

    answer = await door.call(("GET", f"/v1/demandes?jusqua={jusqua}", None))

    assert [demande["numero"] for demande in answer.json()["demandes"]] == [numero]
