"""Who enters the agents' front: its door, role × route, changes of state from elsewhere."""

import re
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from services.case.web import avis, file_attente, instruction, messages, panneaux
from services.case.web.context import ACCUEIL, PRESENTATION
from shared.contracts.http.directory import PerimetreOffert
from shared.contracts.perimetre import ROLES_CAISSE, Role
from shared.webkit import connexion
from tests.unit.case_web.fakes import NUMERO, ORIGIN, un_agent, un_id, un_poste
from tests.unit.webkit.door import DoorContract, Entree

ROUTERS = (file_attente, instruction, messages, panneaux, avis)


class TestAgentDoor(DoorContract):
    """The door of `services/case`."""

    @pytest.fixture
    def entree(self) -> Entree:
        poste = un_poste()
        first, second = un_agent(caisses=("831", "411")).perimetres
        return Entree(
            app=poste.app,
            origin=ORIGIN,
            directory=poste.directory,
            sessions=poste.sessions,
            clock=poste.clock,
            accueil=ACCUEIL,
            page="/agent/recherche",
            same_site="strict",
            inactivite=timedelta(minutes=15),
            presentation=PRESENTATION,
            role="Agent",
            places=(first, second),
            place_of_the_other_front=PerimetreOffert(
                caisse_code="831", caisse_libelle="CPAM 831", structure_id=un_id("ccas"), structure_nom="CCAS", role="technicien"
            ),
        )


def routes() -> list[tuple[str, str]]:
    """Every route of the agent pages, with a path that means something."""
    found = [route for module in ROUTERS for route in module.router.routes if isinstance(route, APIRoute)]
    paths = [(method, route.path) for route in found for method in sorted(route.methods or ())]
    return [
        (method, path.replace("{numero}", NUMERO).replace("{piece_id}", str(un_id("piece"))).replace("{message_id}", str(un_id("depot"))))
        for method, path in paths
    ]


@pytest.mark.parametrize(("method", "path"), routes())
async def test_nobody_enters_without_a_session(method: str, path: str) -> None:
    """Every route, generated from the routers (ux §8.32)."""
    poste = un_poste()

    async with poste.client() as browser:
        answer = await browser.request(method, path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/connexion?suite=")
    assert poste.bureau.acts == []


@pytest.mark.parametrize(("method", "path"), [route for route in routes() if route[0] == "POST"])
async def test_h9_a_form_without_the_token_of_the_session_changes_nothing(method: str, path: str) -> None:
    poste = un_poste()

    async with poste.client(await poste.sign_in(Role.SUPERVISEUR)) as browser:
        answer = await browser.request(method, path, data={"texte": "x"})

    assert answer.status_code == 403
    assert poste.bureau.acts == []


@pytest.mark.parametrize(("method", "path"), [route for route in routes() if route[0] == "POST"])
async def test_b7_another_site_changes_nothing(method: str, path: str) -> None:
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.request(method, path, data={"_csrf": poste.csrf(token)}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert poste.bureau.acts == []


@pytest.mark.parametrize("role", sorted(ROLES_CAISSE))
@pytest.mark.parametrize("path", ["/agent", f"/agent/demandes/{NUMERO}", "/agent/recherche", "/agent/supervision", "/agent?vue=mas"])
async def test_role_by_route(role: Role, path: str) -> None:
    """What each role reads: the supervision and the referrals are restricted."""
    poste = un_poste()
    restricted = {"/agent/supervision": {Role.SUPERVISEUR}, "/agent?vue=mas": {Role.SUPERVISEUR, Role.CONSEILLER_MAS}}

    async with poste.client(await poste.sign_in(role)) as browser:
        answer = await browser.get(path)

    allowed = role in restricted.get(path, ROLES_CAISSE)
    assert (answer.status_code == 200) is allowed


async def test_ux_x01_every_page_has_its_language_its_landmarks_and_one_title() -> None:
    """UX-X01, UX-X06, UX-X07."""
    poste = un_poste()
    async with poste.client(await poste.sign_in(Role.SUPERVISEUR)) as browser:
        pages = [await browser.get(path) for path in ("/agent", f"/agent/demandes/{NUMERO}", "/agent/recherche", "/agent/supervision")]

    titles = [re.search(r"<title>(.*?)</title>", page.text, re.DOTALL) for page in pages]
    assert len({title[1] for title in titles if title}) == len(pages)
    for page in pages:
        assert '<html lang="fr"' in page.text
        assert page.text.count("<h1") == 1
        assert 'class="ep-skip"' in page.text
        assert all(f"<{landmark}" in page.text for landmark in ("header", "nav", "main", "footer"))


async def test_h7_nothing_of_a_page_is_kept_and_the_policy_is_strict() -> None:
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get("/agent")

    assert page.headers["cache-control"] == "no-store"
    assert "HX-Request" in page.headers["vary"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert " style=" not in page.text
    assert not re.search(r"\son[a-z]+=", page.text)


async def test_h8_an_expired_session_sends_htmx_to_the_sign_in_page() -> None:
    poste = un_poste()

    async with poste.client() as browser:
        answer = await browser.get("/agent/nouveautes", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/connexion")


def test_sign_in_pages_are_the_only_ones_open_to_nobody() -> None:
    open_to_nobody = {route.path for route in connexion.router.routes if isinstance(route, APIRoute)}

    assert open_to_nobody == {"/connexion", "/connexion/jeton", "/connexion/reste", "/deconnexion", "/perimetre"}
