"""Sign-in, sessions and the choice of a place (C-01, UX-C03, C05; trust B4, B7)."""

import re
from collections.abc import Callable
from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.unit.gateway.conftest import ORIGIN, token_of
from tests.unit.gateway.fakes import COURRIEL, MOT_DE_PASSE, World, un_compte

GOOD = {"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE}


def test_b4_the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts(visitor: TestClient) -> None:
    cookie = visitor.post("/connexion", data=GOOD).headers["set-cookie"]

    assert cookie.startswith("__Host-ep_partenaire=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_b4_a_new_token_at_each_sign_in_and_the_old_one_is_refused(visitor: TestClient, world: World) -> None:
    visitor.post("/connexion", data=GOOD)
    first = visitor.cookies["__Host-ep_partenaire"]

    visitor.post("/connexion", data=GOOD)

    assert visitor.cookies["__Host-ep_partenaire"] != first
    assert len(world.sessions.kept) == 1


def test_b4_a_session_ends_after_thirty_minutes_without_use(browser: TestClient, world: World) -> None:
    world.clock.at += timedelta(minutes=29)
    assert browser.get("/").status_code == 200
    world.clock.at += timedelta(minutes=30)

    answer = browser.get("/demandes")

    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/demandes")


def test_b4_a_session_ends_after_eight_hours_whatever_is_done(browser: TestClient, world: World) -> None:
    for _ in range(16):
        world.clock.at += timedelta(minutes=29)
        browser.get("/aide")
    world.clock.at += timedelta(minutes=20)

    assert browser.get("/").status_code == 303


def test_ux_c03_a_wrong_password_and_an_unknown_address_read_the_same(visitor: TestClient) -> None:
    wrong = visitor.post("/connexion", data={**GOOD, "mot_de_passe": "non"})
    unknown = visitor.post("/connexion", data={**GOOD, "courriel": COURRIEL, "mot_de_passe": "autre"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.text == unknown.text
    assert f'value="{COURRIEL}"' in wrong.text
    assert "non" not in wrong.text.partition("mot_de_passe")[2].partition(">")[0]


def test_a_slowed_down_sign_in_says_when_to_try_again(visitor: TestClient, world: World) -> None:
    world.directory.slow_down_s = 120

    answer = visitor.post("/connexion", data=GOOD)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "120")


def test_sign_in_is_limited_by_address(visitor: TestClient) -> None:
    answers = [visitor.post("/connexion", data={**GOOD, "mot_de_passe": "non"}).status_code for _ in range(6)]

    assert answers[-1] == 429


def test_ux_f03_an_empty_sign_in_says_what_to_type(visitor: TestClient) -> None:
    answer = visitor.post("/connexion", data={})

    assert answer.status_code == 422
    assert "<title>Erreur" in answer.text
    assert answer.text.count("Saisissez votre adresse e-mail") == 2


def test_sign_in_leads_back_where_the_session_ended(visitor: TestClient) -> None:
    assert visitor.post("/connexion", data={**GOOD, "suite": "/brouillons"}).headers["location"] == "/brouillons"
    assert visitor.get("/connexion").headers["location"] == "/"


def test_ux_c05_somebody_with_several_places_chooses_one_under_a_new_token(visitor: TestClient, world: World) -> None:
    world.directory.compte = un_compte(perimetres=2)
    assert visitor.post("/connexion", data=GOOD).headers["location"] == "/perimetre?suite=/"
    assert visitor.get("/").headers["location"] == "/perimetre?suite=/"
    before = visitor.cookies["__Host-ep_partenaire"]

    page = visitor.get("/perimetre")
    answer = visitor.post("/perimetre", data={"_csrf": token_of(page.text), "perimetre": "1"})

    assert answer.headers["location"] == "/"
    assert visitor.cookies["__Host-ep_partenaire"] != before
    home = visitor.get("/").text
    assert "CPAM de Loir-et-Cher" in home
    assert "CCAS de Testbourg" in home


def test_signing_out_counts_from_the_next_request(browser: TestClient, send: Callable[..., Response]) -> None:
    send("/deconnexion")

    assert browser.get("/").status_code == 303


def test_h9_a_form_without_the_token_of_the_session_is_refused(browser: TestClient) -> None:
    assert browser.post("/deconnexion", data={"_csrf": "0" * 64}).status_code == 403
    assert browser.get("/").status_code == 200


def test_b7_every_change_of_state_refuses_another_site(app_routes: list[tuple[str, str]], browser: TestClient) -> None:
    assert len(app_routes) > 15
    for method, path in app_routes:
        answer = browser.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_c_06_somebody_lists_their_sessions_and_ends_another_one(app: FastAPI, browser: TestClient, send: Callable[..., Response]) -> None:
    elsewhere = TestClient(app, base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    elsewhere.post("/connexion", data=GOOD)
    page = browser.get("/profil").text
    cle = re.search(r'name="session" value="([0-9a-f]{16})"', page)
    assert cle
    assert page.count("Cette session") == 1

    send("/profil/sessions", {"session": cle[1]})

    assert elsewhere.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_ux_x08_the_end_of_a_session_is_announced_five_minutes_before(browser: TestClient, world: World) -> None:
    for _ in range(16):
        world.clock.at += timedelta(minutes=29)
        assert "Votre session se termine" not in browser.get("/aide").text

    world.clock.at += timedelta(minutes=12)

    assert "Votre session se termine dans 4\u00a0minutes" in browser.get("/aide").text
