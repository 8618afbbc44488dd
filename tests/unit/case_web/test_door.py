"""Who enters: sign-in, sessions, role × route, changes of state from elsewhere."""

import re

import httpx2
import pytest
from fastapi.routing import APIRoute

from services.case.web import avis, connexion, file_attente, instruction, messages, panneaux
from shared.contracts.perimetre import ROLES_CAISSE, Role
from tests.unit.case_web.fakes import NUMERO, FakeVoisins, un_id, un_poste

CONNEXION = {"courriel": "alix.agent@exemple.fr", "mot_de_passe": "Demo-Partenaires-2026", "suite": "/agent"}


def a_connexion(*roles: str, caisses: tuple[str, ...] = ("831",)) -> httpx2.Response:
    places = [{"caisse_code": caisse, "caisse_libelle": f"CPAM {caisse}", "role": role} for caisse in caisses for role in roles]
    body = {"compte_id": str(un_id("alix")), "nom": "Agent", "prenom": "Alix", "courriel": "a@exemple.fr", "perimetres": places}
    return httpx2.Response(200, json=body)


def routes() -> list[tuple[str, str]]:
    """Every route of the agent pages, with a path that means something."""
    routers = (file_attente, instruction, messages, panneaux, avis)
    found = [route for module in routers for route in module.router.routes if isinstance(route, APIRoute)]
    paths = [(method, route.path) for route in found for method in sorted(route.methods or ())]
    return [
        (method, path.replace("{numero}", NUMERO).replace("{piece_id}", str(un_id("piece"))).replace("{message_id}", str(un_id("depot"))))
        for method, path in paths
    ]


async def test_an_agent_signs_in_and_reaches_the_queue() -> None:
    poste = un_poste(voisins=FakeVoisins({"directory": a_connexion("agent")}))

    async with poste.client() as browser:
        answer = await browser.post("/connexion", data=CONNEXION)

    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/agent"
    assert cookie.startswith("__Host-ep_agent=")
    assert {"HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; "))


async def test_ux_c03_a_wrong_password_and_an_unknown_account_read_alike() -> None:
    """UX-C03; and the password is never shown again."""
    refusal = httpx2.Response(401, json={"status": 401, "code": "unauthenticated", "title": "non"})
    poste = un_poste(voisins=FakeVoisins({"directory": refusal}))

    async with poste.client() as browser:
        answer = await browser.post("/connexion", data=CONNEXION)

    assert answer.status_code == 422
    assert "ne convient pas" in answer.text
    assert CONNEXION["mot_de_passe"] not in answer.text


async def test_a_slowed_down_sign_in_says_so() -> None:
    slowed = httpx2.Response(429, headers={"retry-after": "8"}, json={"status": 429, "code": "x", "title": "x"})
    poste = un_poste(voisins=FakeVoisins({"directory": slowed}))

    async with poste.client() as browser:
        answer = await browser.post("/connexion", data=CONNEXION)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "8")


async def test_a_partner_s_account_does_not_enter_here() -> None:
    poste = un_poste(voisins=FakeVoisins({"directory": a_connexion("technicien")}))

    async with poste.client() as browser:
        answer = await browser.post("/connexion", data=CONNEXION)

    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


async def test_somebody_with_two_caisses_chooses_one() -> None:
    """UX-C05."""
    poste = un_poste(voisins=FakeVoisins({"directory": a_connexion("agent", caisses=("831", "411"))}))

    async with poste.client() as browser:
        answer = await browser.post("/connexion", data=CONNEXION)
        token = answer.cookies[poste.sessions.cookie]
        browser.cookies.set(poste.sessions.cookie, token)
        sent_back = await browser.get("/agent")
        page = await browser.get("/perimetre")
        chosen = await browser.post("/perimetre", data={"perimetre": "1", "suite": "/agent", "_csrf": poste.csrf(token)})

    assert answer.headers["location"] == "/perimetre?suite=/agent"
    assert sent_back.headers["location"].startswith("/perimetre")
    assert "CPAM 411" in page.text
    assert chosen.headers["location"] == "/agent"
    assert await poste.sessions.read(token) is None  # a new token for a new perimetre


async def test_signing_out_counts_from_the_next_request() -> None:
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        await browser.post("/deconnexion", data={"_csrf": poste.csrf(token)})
        after = await browser.get("/agent")

    assert after.headers["location"] == "/connexion?suite=/agent"


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

    assert open_to_nobody == {"/", "/connexion", "/deconnexion", "/perimetre"}
