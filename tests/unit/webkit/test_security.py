"""Headers, origin check, error pages (trust §3, targets B4 and B7; ux H7 to H9, C-08)."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request

from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyUnavailableError, GoneError, NotFoundError, RuleError, UnauthenticatedError
from shared.webkit.common_pages import build_common_router, protect
from shared.webkit.errors import ErrorPages
from shared.webkit.frame import Front
from shared.webkit.pages import Pages, see_other
from shared.webkit.security import CSP, HEADERS
from shared.webkit.sessions import csrf_of, is_same_csrf
from shared.webkit.static_files import HouseStatic

ORIGIN = "https://partenaire.example"
FAULTS = {
    "absent": NotFoundError("rien"),
    "regle": RuleError("Le fichier est vide."),
    "parti": GoneError("Ce document est détruit."),
    "panne": DependencyUnavailableError("clamd", "answer"),
    "inconnu": UnauthenticatedError("personne"),
    "bogue": ZeroDivisionError("Jeanne FICTIVE"),
}


def une_application() -> FastAPI:
    pages = Pages(Front(nom="partenaire"), static=(static := HouseStatic()), clock=Clock())
    app = FastAPI()
    app.mount("/static", static)
    app.include_router(build_common_router(pages, dependencies=[]))

    @app.get("/faute/{nom}")
    @app.get("/api/v1/faute/{nom}")
    async def fail(nom: str) -> None:
        raise FAULTS[nom]

    @app.get("/dossiers/{numero}")
    async def show(numero: str) -> str:
        return numero

    @app.get("/dossiers/{numero}/fragment")
    @app.post("/dossiers/{numero}/panneau/acte")
    async def refuse(numero: str) -> None:
        raise FAULTS["inconnu"]

    @app.post("/refuse")
    async def refuse_alone() -> None:
        raise FAULTS["inconnu"]

    @app.post("/acte")
    @app.post("/api/v1/acte")
    async def act(request: Request) -> object:
        return see_other(request, "/fait")

    protect(app, errors=ErrorPages(pages), origins=frozenset({ORIGIN}))
    return app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(une_application(), base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)


@pytest.mark.parametrize("chemin", ["/aide", "/rien", *(f"/faute/{nom}" for nom in FAULTS), "/api/v1/faute/bogue", "/static/ep.css"])
def test_b7_every_answer_carries_the_exact_headers(client: TestClient, chemin: str) -> None:
    answer = client.get(chemin)

    assert {nom: answer.headers[nom] for nom in HEADERS} == dict(HEADERS)
    assert "unsafe" not in CSP


def test_h7_pages_are_never_kept_and_fingerprinted_files_are(client: TestClient) -> None:
    page, static = client.get("/aide"), client.get(HouseStatic().url("ep.css"))

    assert page.headers["cache-control"] == "no-store"
    assert "hx-request" in page.headers["vary"].lower()
    assert "immutable" in static.headers["cache-control"]


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, False),
        ({"Origin": ORIGIN}, True),
        ({"Origin": "https://ailleurs.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_b7_a_change_of_state_comes_from_one_of_our_pages(client: TestClient, headers: dict[str, str], accepted: bool) -> None:
    assert (client.post("/acte", headers=headers).status_code == 303) is accepted


def test_b7_a_program_without_browser_metadata_passes_but_a_foreign_page_does_not(client: TestClient) -> None:
    assert client.post("/api/v1/acte").status_code == 303
    assert client.post("/api/v1/acte", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_h5_a_success_redirects_the_browser_and_tells_htmx(client: TestClient) -> None:
    headers = {"Origin": ORIGIN}

    assert client.post("/acte", headers=headers).headers["location"] == "/fait"
    assert client.post("/acte", headers={**headers, "HX-Request": "true"}).headers["hx-redirect"] == "/fait"


def test_h8_a_session_that_ended_leads_to_sign_in_and_back(client: TestClient) -> None:
    browser, htmx = client.get("/faute/inconnu?a=1"), client.get("/faute/inconnu", headers={"HX-Request": "true"})

    assert (browser.status_code, browser.headers["location"]) == (303, "/connexion?suite=/faute/inconnu%3Fa%3D1")
    assert (htmx.status_code, htmx.headers["hx-redirect"]) == (401, "/connexion?suite=/faute/inconnu")


@pytest.mark.parametrize(
    ("on_screen", "suite"),
    [
        (f"{ORIGIN}/dossiers/7?onglet=pieces", "/dossiers/7%3Fonglet%3Dpieces"),
        (f"{ORIGIN}/dossiers/7/panneau/acte?a=1", "/dossiers/7"),  # a refused form, shown at the address it was sent to
        ("https://ailleurs.example/dossiers/8", "/dossiers/7"),
        ("https://[ailleurs", "/dossiers/7"),
        ("", "/dossiers/7"),
    ],
)
def test_h8_sign_in_leads_back_to_the_page_on_screen(client: TestClient, on_screen: str, suite: str) -> None:
    """Not to the fragment htmx asked for, nor to the address a form was sent to: neither can be read as a page."""
    acte = client.post("/dossiers/7/panneau/acte", headers={"Origin": ORIGIN, "Referer": on_screen})
    htmx = {"Origin": ORIGIN, "HX-Request": "true", "HX-Current-URL": on_screen or f"{ORIGIN}/dossiers/7"}
    fragment = client.get("/dossiers/7/fragment", headers=htmx)
    form = client.post("/dossiers/7/panneau/acte", headers=htmx)

    assert acte.headers["location"] == f"/connexion?suite={suite}"
    assert form.headers["hx-redirect"] == f"/connexion?suite={suite}"
    if on_screen.startswith(ORIGIN) or not on_screen:
        assert fragment.headers["hx-redirect"] == f"/connexion?suite={suite}"


def test_h8_an_act_without_a_page_above_it_leads_home(client: TestClient) -> None:
    answer = client.post("/refuse", headers={"Origin": ORIGIN})

    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=")


@pytest.mark.parametrize(("nom", "status"), [("absent", 404), ("regle", 422), ("parti", 410), ("panne", 503), ("bogue", 500)])
def test_c_08_an_error_is_a_page_a_fragment_or_a_problem(client: TestClient, nom: str, status: int) -> None:
    page = client.get(f"/faute/{nom}")
    fragment = client.get(f"/faute/{nom}", headers={"HX-Request": "true"})
    problem = client.get(f"/api/v1/faute/{nom}")

    assert (page.status_code, fragment.status_code, problem.status_code) == (status, status, status)
    assert page.text.count("<h1>") == 1
    assert "<html" not in fragment.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert "Jeanne" not in page.text + fragment.text + problem.text
    assert "clamd" not in page.text + problem.text


def test_b4_the_form_token_is_bound_to_the_session() -> None:
    assert is_same_csrf(csrf_of("jeton-1"), csrf_of("jeton-1"))
    assert not is_same_csrf(csrf_of("jeton-1"), csrf_of("jeton-2"))
    assert not is_same_csrf("", "")


def test_the_theme_chosen_is_kept_in_a_host_cookie(client: TestClient) -> None:
    answer = client.post("/theme", data={"theme": "dark", "suite": "/aide"}, headers={"Origin": ORIGIN})

    assert answer.headers["location"] == "/aide"
    assert answer.headers["set-cookie"].startswith("__Host-ep_partenaire_theme=dark")
    assert "Secure" in answer.headers["set-cookie"]
