"""What the door of every front does (C-01): sign-in, sessions, the choice of a place. Each front runs these cases on itself."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.contracts.http.directory import PerimetreOffert
from shared.kernel.clock import FixedClock
from shared.webkit.form_data import SMALL_FORM_BYTES
from tests.unit.webkit.fakes import FakeDirectory, MemorySessions

RATE_SIGN_IN: Final = "5/day"  # a window of time that no test straddles
_TRIES: Final = 5
_CONTROL: Final = "\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entree:
    """A front, the account that knocks, and what differs at this front. `page` is under an entry of its menu."""

    app: FastAPI
    origin: str
    directory: FakeDirectory
    sessions: MemorySessions
    clock: FixedClock
    accueil: str
    page: str
    same_site: str
    inactivite: timedelta
    presentation: str
    role: str
    places: tuple[PerimetreOffert, PerimetreOffert]
    place_of_the_other_front: PerimetreOffert

    @property
    def good(self) -> dict[str, str]:
        """The credentials of the account."""
        return {"courriel": self.directory.compte.courriel, "mot_de_passe": self.directory.mot_de_passe}

    def work_in(self, *places: PerimetreOffert) -> None:
        """The account works there from now on."""
        self.directory.compte = self.directory.compte.model_copy(update={"perimetres": list(places)})

    def browser(self) -> TestClient:
        """A browser nobody signed in with. Its requests come from our own pages."""
        return TestClient(self.app, base_url=self.origin, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)

    def stay(self, browser: TestClient, until: timedelta) -> list[str]:
        """Time passes, a page being read often enough for the session to live: what each page showed."""
        passed, shown = timedelta(0), []
        while passed < until:
            step = min(self.inactivite - timedelta(minutes=1), until - passed)
            self.clock.at += step
            passed += step
            shown.append(browser.get("/aide").text)
        return shown


def token_of(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="_csrf" value="([0-9a-f]+)"', html)
    return found[1] if found else ""


class DoorContract(ABC):
    """The cases. A front inherits them and gives its `entree`."""

    @pytest.fixture
    @abstractmethod
    def entree(self) -> Entree:
        """The front under test; its account works in the first place."""

    @pytest.fixture
    def visitor(self, entree: Entree) -> TestClient:
        return entree.browser()

    @pytest.fixture
    def browser(self, entree: Entree, visitor: TestClient) -> TestClient:
        visitor.post("/connexion", data=entree.good)
        return visitor

    def test_the_sign_in_page_presents_the_front(self, visitor: TestClient, entree: Entree) -> None:
        answer = visitor.get("/connexion")

        assert answer.status_code == 200
        assert entree.presentation in answer.text
        assert f'name="suite" value="{entree.accueil}"' in answer.text

    @pytest.mark.parametrize("path", ["/connexion", "/theme", "/bandeau-demo"])
    def test_a1_nobody_in_particular_may_send_a_large_body(self, visitor: TestClient, path: str) -> None:
        answer = visitor.post(path, data={"suite": "/aide"}, files={"autre": b"x" * SMALL_FORM_BYTES})

        assert answer.status_code == 413

    def test_b4_the_cookie_is_for_this_host_only_and_out_of_reach_of_scripts(self, visitor: TestClient, entree: Entree) -> None:
        answer = visitor.post("/connexion", data=entree.good)

        cookie = answer.headers["set-cookie"]
        assert answer.headers["location"] == entree.accueil
        assert cookie.startswith(f"{entree.sessions.cookie}=")
        assert {"Secure", "HttpOnly", "Path=/", f"SameSite={entree.same_site}"} <= {part.strip() for part in cookie.split(";")}
        assert "Domain" not in cookie

    def test_b4_a_new_token_at_each_sign_in_and_the_old_one_is_refused(self, browser: TestClient, entree: Entree) -> None:
        first = browser.cookies[entree.sessions.cookie]

        browser.post("/connexion", data=entree.good)

        assert browser.cookies[entree.sessions.cookie] != first
        assert len(entree.sessions.kept) == 1

    def test_b4_a_session_ends_when_it_is_not_used(self, browser: TestClient, entree: Entree) -> None:
        entree.clock.at += entree.inactivite - timedelta(minutes=1)
        assert browser.get(entree.accueil).status_code == 200
        entree.clock.at += entree.inactivite

        answer = browser.get(entree.page)

        assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion?suite={entree.page}")

    def test_b4_a_session_ends_after_eight_hours_whatever_is_done(self, browser: TestClient, entree: Entree) -> None:
        entree.stay(browser, timedelta(hours=7, minutes=59))
        assert browser.get(entree.accueil).status_code == 200
        entree.clock.at += timedelta(minutes=1)

        assert browser.get(entree.accueil).status_code == 303

    def test_ux_x08_the_end_of_a_session_is_announced_five_minutes_before(self, browser: TestClient, entree: Entree) -> None:
        before = entree.stay(browser, timedelta(hours=7, minutes=44))
        entree.clock.at += timedelta(minutes=12)

        shown = browser.get("/aide").text

        assert [page for page in before if "Votre session se termine" in page] == []
        assert "Votre session se termine dans 4\u00a0minutes" in shown

    def test_ux_x08_a_page_that_stays_open_knows_when_the_session_ends(self, browser: TestClient, entree: Entree) -> None:
        """Asking how long is left is no use of the session; staying is one."""
        page = browser.get("/aide").text
        entree.clock.at += entree.inactivite - timedelta(minutes=4)

        left = [browser.get("/connexion/reste").json() for _ in range(2)]
        stayed = browser.get("/connexion/jeton").json()

        assert f'<ep-session secondes="{int(entree.inactivite.total_seconds())}">' in page
        assert "Se reconnecter (nouvel onglet)" in page
        assert left == [{"secondes": 240}] * 2
        assert stayed["secondes"] == entree.inactivite.total_seconds()

    def test_ux_x08_a_session_that_ended_has_no_time_left(self, visitor: TestClient) -> None:
        answer = visitor.get("/connexion/reste", headers={"Accept": "application/json"})

        assert answer.status_code == 401
        assert "ep-session" not in visitor.get("/connexion").text.replace("elements/ep-session", "")

    def test_ux_c03_a_wrong_password_and_an_unknown_address_read_the_same(self, visitor: TestClient, entree: Entree) -> None:
        """UX-C03; and no password is ever shown again."""
        typed = entree.good["courriel"]
        wrong = visitor.post("/connexion", data={"courriel": typed, "mot_de_passe": "pas le bon"})

        entree.directory.compte = entree.directory.compte.model_copy(update={"courriel": "autre@exemple.fr"})
        unknown = visitor.post("/connexion", data={"courriel": typed, "mot_de_passe": entree.directory.mot_de_passe})

        assert (wrong.status_code, unknown.status_code) == (422, 422)
        assert wrong.text == unknown.text
        assert "ne convient pas" in wrong.text
        assert f'value="{typed}"' in wrong.text
        assert entree.directory.mot_de_passe not in unknown.text
        assert "set-cookie" not in unknown.headers

    def test_an_account_of_the_other_front_does_not_enter_here(self, visitor: TestClient, entree: Entree) -> None:
        entree.work_in(entree.place_of_the_other_front)

        answer = visitor.post("/connexion", data=entree.good)

        assert answer.status_code == 422
        assert "ne convient pas" in answer.text
        assert "set-cookie" not in answer.headers

    def test_an_address_with_a_control_character_is_nobody_s(self, visitor: TestClient, entree: Entree) -> None:
        answer = visitor.post("/connexion", data={**entree.good, "courriel": f"{_CONTROL}{entree.good['courriel']}"})

        assert answer.status_code == 422
        assert "ne convient pas" in answer.text

    def test_spaces_around_an_address_do_not_count(self, visitor: TestClient, entree: Entree) -> None:
        answer = visitor.post("/connexion", data={**entree.good, "courriel": f" {entree.good['courriel']} "})

        assert answer.status_code == 303

    def test_a_slowed_down_sign_in_says_when_to_try_again(self, visitor: TestClient, entree: Entree) -> None:
        entree.directory.slow_down_s = 120

        answer = visitor.post("/connexion", data=entree.good)

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "120")
        assert "Trop d'essais" in answer.text.replace("&#39;", "'")

    def test_sign_in_is_limited_by_address(self, visitor: TestClient, entree: Entree) -> None:
        wrong = {**entree.good, "mot_de_passe": "pas le bon"}
        answers = [visitor.post("/connexion", data=wrong).status_code for _ in range(_TRIES)]

        one_more = visitor.post("/connexion", data=entree.good)

        assert answers == [422] * _TRIES
        assert (one_more.status_code, one_more.headers["retry-after"]) == (429, "86400")

    def test_a_form_too_large_is_refused_before_it_is_read(self, visitor: TestClient, entree: Entree) -> None:
        answer = visitor.post("/connexion", data={**entree.good, "suite": "/" * 128 * 1024})

        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")

    def test_ux_f03_an_empty_sign_in_says_what_to_type(self, visitor: TestClient) -> None:
        answer = visitor.post("/connexion", data={})

        assert answer.status_code == 422
        assert "<title>Erreur" in answer.text
        assert answer.text.count("Saisissez votre adresse e-mail") == 2

    def test_sign_in_leads_back_where_the_session_ended(self, visitor: TestClient, entree: Entree) -> None:
        assert visitor.post("/connexion", data={**entree.good, "suite": entree.page}).headers["location"] == entree.page
        assert visitor.get("/connexion").headers["location"] == entree.accueil

    @pytest.mark.parametrize("suite", ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example"])
    def test_sign_in_never_leads_to_another_site(self, visitor: TestClient, entree: Entree, suite: str) -> None:
        answer = visitor.post("/connexion", data={**entree.good, "suite": suite})

        assert answer.headers["location"] == entree.accueil

    def test_ux_c05_somebody_with_several_places_chooses_one_under_a_new_token(self, visitor: TestClient, entree: Entree) -> None:
        entree.work_in(*entree.places)
        assert visitor.post("/connexion", data=entree.good).headers["location"] == f"/perimetre?suite={entree.accueil}"
        assert visitor.get(entree.accueil).headers["location"] == f"/perimetre?suite={entree.accueil}"
        before = visitor.cookies[entree.sessions.cookie]

        page = visitor.get("/perimetre")
        answer = visitor.post("/perimetre", data={"_csrf": token_of(page.text), "perimetre": "1", "suite": entree.page})

        assert answer.headers["location"] == entree.page
        assert visitor.cookies[entree.sessions.cookie] != before
        assert len(entree.sessions.kept) == 1
        assert all(place.caisse_libelle in page.text for place in entree.places)
        assert entree.role in page.text
        home = visitor.get(entree.accueil).text
        assert entree.places[1].caisse_libelle in home
        assert entree.places[1].structure_nom in home
        assert entree.places[0].caisse_libelle not in home

    def test_ux_d06_the_choice_of_a_place_leads_on_to_the_whole_address(self, visitor: TestClient, entree: Entree) -> None:
        entree.work_in(*entree.places)
        page = f"{entree.page}?a=1&b=2"

        signed_in = visitor.post("/connexion", data={**entree.good, "suite": page})
        asked = visitor.get(page)

        assert signed_in.headers["location"] == asked.headers["location"] == f"/perimetre?suite={entree.page}%3Fa%3D1%26b%3D2"

    @pytest.mark.parametrize("rang", ["2", "-1", "", "un", "9" * 5_000])
    def test_a_place_nobody_offered_is_not_chosen(self, visitor: TestClient, entree: Entree, rang: str) -> None:
        entree.work_in(*entree.places)
        visitor.post("/connexion", data=entree.good)
        token = token_of(visitor.get("/perimetre").text)

        answer = visitor.post("/perimetre", data={"_csrf": token, "perimetre": rang})

        assert answer.headers["location"] == "/perimetre"
        assert visitor.get(entree.accueil).headers["location"].startswith("/perimetre")

    def test_the_frame_says_who_looks_and_where_one_is(self, browser: TestClient, entree: Entree) -> None:
        compte, page = entree.directory.compte, browser.get(entree.page).text

        assert f"{compte.prenom} {compte.nom[0]}." in page
        assert entree.role in page
        assert re.findall(r'<a href="([^"]*)" aria-current="page"', page) == [entree.page]

    def test_signing_out_counts_from_the_next_request(self, browser: TestClient, entree: Entree) -> None:
        answer = browser.post("/deconnexion", data={"_csrf": token_of(browser.get("/aide").text)})

        assert answer.headers["location"] == "/connexion?fait=session-fermee"
        assert entree.sessions.kept == {}
        assert browser.get(entree.accueil).headers["location"] == f"/connexion?suite={entree.accueil}"

    @pytest.mark.parametrize("path", ["/deconnexion", "/perimetre"])
    def test_h9_a_form_without_the_token_of_the_session_is_refused(self, browser: TestClient, entree: Entree, path: str) -> None:
        token = browser.cookies[entree.sessions.cookie]

        answer = browser.post(path, data={"_csrf": "0" * 64, "perimetre": "0"})

        assert answer.status_code == 403
        assert browser.get(entree.accueil).status_code == 200
        assert browser.cookies[entree.sessions.cookie] == token

    def test_b7_another_site_neither_signs_in_nor_out(self, browser: TestClient, entree: Entree) -> None:
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        answers = [browser.post(path, data=entree.good, headers=elsewhere) for path in ("/connexion", "/deconnexion", "/perimetre")]

        assert [answer.status_code for answer in answers] == [403, 403, 403]
        assert len(entree.sessions.kept) == 1

    def test_ux_d06_a_page_left_open_asks_for_the_token_of_the_new_session(self, browser: TestClient, entree: Entree) -> None:
        old = browser.get("/connexion/jeton").json()["jeton"]
        browser.post("/connexion", data=entree.good)

        renewed = browser.get("/connexion/jeton")

        assert renewed.json()["jeton"] != old
        assert renewed.json()["jeton"] == token_of(browser.get("/aide").text)
        assert renewed.headers["cache-control"] == "no-store"

    def test_ux_d05_nobody_has_no_token_and_is_told_so_in_french(self, visitor: TestClient) -> None:
        answer = visitor.get("/connexion/jeton", headers={"Accept": "application/json"})

        assert answer.status_code == 401
        assert answer.json()["detail"].startswith("Votre session est terminée")
