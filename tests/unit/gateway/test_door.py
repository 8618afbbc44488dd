"""The partner front's door: what every door does, and the sessions somebody lists and ends (C-01, C-06; trust B4, B7)."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from services.gateway.web.context import PRESENTATION
from shared.contracts.http.directory import PerimetreOffert
from tests.unit.gateway.conftest import ORIGIN
from tests.unit.gateway.fakes import COURRIEL, MOT_DE_PASSE, World, un_compte
from tests.unit.webkit.door import DoorContract, Entree


class TestPartnerDoor(DoorContract):
    """The door of `services/gateway`."""

    @pytest.fixture
    def entree(self, app: FastAPI, world: World) -> Entree:
        first, second = un_compte(perimetres=2).perimetres
        return Entree(
            app=app,
            origin=ORIGIN,
            directory=world.directory,
            sessions=world.sessions,
            clock=world.clock,
            accueil="/",
            page="/brouillons",
            same_site="lax",
            inactivite=timedelta(minutes=30),
            presentation=PRESENTATION,
            role="Technicien",
            places=(first, second),
            place_of_the_other_front=PerimetreOffert(caisse_code="831", caisse_libelle="CPAM du Var", role="agent"),
        )


def test_b7_every_change_of_state_refuses_another_site(app_routes: list[tuple[str, str]], browser: TestClient) -> None:
    assert len(app_routes) > 15
    for method, path in app_routes:
        answer = browser.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_c_06_somebody_lists_their_sessions_and_ends_another_one(app: FastAPI, browser: TestClient, send: Callable[..., Response]) -> None:
    elsewhere = TestClient(app, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    elsewhere.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    page = browser.get("/profil").text
    cle = re.search(r'name="session" value="([0-9a-f]{16})"', page)
    assert cle
    assert page.count("Cette session") == 1

    send("/profil/sessions", {"session": cle[1]})

    assert elsewhere.get("/").status_code == 303
    assert browser.get("/").status_code == 200
