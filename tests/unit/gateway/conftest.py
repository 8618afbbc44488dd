"""A partner front on fake services, and a browser that signed in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from pydantic import AnyHttpUrl, PostgresDsn, Secret, SecretStr

from services.gateway.api.routes import router as api_router
from services.gateway.main import compose
from services.gateway.settings import Settings
from services.gateway.web import accueil, demandes, depot, fichiers, profil
from services.gateway.web.context import ROLES
from shared.plumbing.process import build_app
from shared.webkit import connexion
from shared.webkit.sign_in import SignIn
from tests.unit.gateway.fakes import COURRIEL, MOT_DE_PASSE, World
from tests.unit.webkit.door import RATE_SIGN_IN, token_of

ORIGIN = "https://partenaire.example"


def settings() -> Settings:
    """Enough to compose; nothing connects."""
    return Settings(
        environment="demo",
        port=0,
        database_url=Secret(PostgresDsn("postgresql+psycopg://g:g@localhost/g")),
        nats_url="nats://localhost",
        nats_seed=SecretStr("seed"),
        token_private_key=SecretStr("{}"),
        token_public_keys=SecretStr("{}"),
        public_url=AnyHttpUrl(ORIGIN),
        rate_writes="6/day",
        rate_sign_in=RATE_SIGN_IN,
        directory_url=AnyHttpUrl("http://directory.example"),
        intake_url=AnyHttpUrl("http://intake.example"),
        attachment_url=AnyHttpUrl("http://attachment.example"),
        case_url=AnyHttpUrl("http://case.example"),
        notification_url=AnyHttpUrl("http://notification.example"),
    )


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def composed() -> FastAPI:
    """Composed once: its templates are compiled once."""
    first = World()
    app = build_app("gateway", checks={}, problems=False)
    compose(app, settings(), services=first.services, sessions=first.sessions, programs=first.programs, clock=first.clock)
    return app


@pytest.fixture
def app(composed: FastAPI, world: World) -> FastAPI:
    """The front on this test's services, with fresh limits."""
    sign_in, limiter = SignIn(world.directory.sign_in, roles=ROLES, rate=RATE_SIGN_IN), SlidingWindowCounterRateLimiter(MemoryStorage())
    composed.state.web = replace(composed.state.web, services=world.services)
    composed.state.door = replace(composed.state.door, sessions=world.sessions, sign_in=sign_in)
    composed.state.api = replace(composed.state.api, services=world.services, sessions=world.programs, sign_in=sign_in, limiter=limiter)
    return composed


@pytest.fixture
def visitor(app: FastAPI) -> TestClient:
    """A browser nobody signed in with. Its requests come from our own pages."""
    return TestClient(app, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)


@pytest.fixture
def browser(visitor: TestClient) -> TestClient:
    """The browser of Anne EXEMPLE."""
    visitor.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    return visitor


@pytest.fixture
def send(browser: TestClient) -> Callable[..., Response]:
    """Posts a form with the session's token, as the page would."""
    csrf = token_of(browser.get("/aide").text)

    def post(
        url: str,
        data: Mapping[str, str | list[str]] | None = None,
        *,
        files: list[tuple[str, tuple[str, bytes]]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        return browser.post(url, data={"_csrf": csrf, **(data or {})}, files=files, headers=headers)

    return post


ROUTERS = (connexion.router, accueil.router, fichiers.router, depot.router, demandes.router, profil.router, api_router)


@pytest.fixture(scope="session")
def app_routes() -> list[tuple[str, str]]:
    """Every route that changes something, with example values in its path."""
    found = [("POST", "/theme"), ("POST", "/bandeau-demo")]
    for route in [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]:
        path = re.sub(r"\{[^}]*_id\}", "00000000-0000-0000-0000-000000000001", route.path)
        path = path.replace("{numero}", "2683100012").replace("{offre}", "contacter_organisme")
        found += [(method, path) for method in route.methods or () if method not in {"GET", "HEAD", "OPTIONS"}]
    return found
