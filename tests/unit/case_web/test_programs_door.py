"""Programs of the caisse sign in by the same door as the agents (house §9.8): same accounts, same tries of an address."""

from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.case.api.agent_session import build_session_router
from services.case.web.context import ROLES
from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.perimetre import Role
from shared.kernel.clock import FixedClock
from shared.plumbing.problems import install_problems
from shared.webkit.identite import Identite
from shared.webkit.sessions import PROGRAMME
from shared.webkit.sign_in import SignIn
from tests.unit.case_web.fakes import MARDI, MOT_DE_PASSE, un_agent, un_id
from tests.unit.webkit.door import RATE_SIGN_IN
from tests.unit.webkit.fakes import FakeDirectory, MemorySessions


@dataclass(frozen=True, slots=True)
class Programme:
    """A program that calls, directory behind it, and the bearers it was given."""

    client: TestClient
    directory: FakeDirectory
    sessions: MemorySessions

    def sign_in(self, **body: str) -> tuple[int, dict[str, object]]:
        """Status and body of a sign-in with the right credentials, unless `body` says others."""
        compte = self.directory.compte
        answer = self.client.post("/api/v1/connexion", json={"courriel": compte.courriel, "mot_de_passe": MOT_DE_PASSE, **body})
        return answer.status_code, {**answer.json(), "attendre": answer.headers.get("retry-after")}

    def caisses(self) -> list[tuple[str, str]]:
        """Caisse and role of each open session."""
        perimetres = [Identite.model_validate(session.contenu).perimetre for session in self.sessions.kept.values()]
        return [(perimetre.caisse_code, perimetre.role) for perimetre in perimetres if perimetre]


def un_programme(compte: ConnexionResult | None = None) -> Programme:
    clock = FixedClock(MARDI)
    directory, sessions = FakeDirectory(compte or un_agent(), MOT_DE_PASSE), MemorySessions("agent_api", PROGRAMME, clock)
    app = FastAPI()
    app.state.programmes = sessions
    app.include_router(build_session_router(SignIn(directory.sign_in, roles=ROLES, rate=RATE_SIGN_IN), sessions, clock))
    install_problems(app)
    return Programme(TestClient(app), directory, sessions)


def test_a_program_of_one_caisse_names_none_and_holds_its_bearer_for_eight_hours() -> None:
    programme = un_programme()

    status, body = programme.sign_in()

    assert (status, body["expire_le"]) == (201, (MARDI + PROGRAMME.absolue).isoformat().replace("+00:00", "Z"))
    assert programme.caisses() == [("831", "agent")]


@pytest.mark.parametrize("named", [{}, {"caisse": "751"}])
def test_a_program_of_two_caisses_names_one_of_them(named: dict[str, str]) -> None:
    programme = un_programme(un_agent(caisses=("411", "831")))

    refused, body = programme.sign_in(**named)
    accepted, _ = programme.sign_in(caisse="831")

    assert (refused, accepted) == (422, 201)
    assert body["detail"] == "Choisissez une de vos caisses : 411, 831."
    assert body["champs"] == [{"champ": "caisse", "message": body["detail"], "code": "requis"}]
    assert programme.caisses() == [("831", "agent")]


def test_several_roles_in_one_caisse_are_one_place() -> None:
    programme = un_programme(un_agent(Role.CONSEILLER_MAS, Role.SUPERVISEUR))

    assert programme.sign_in()[0] == 201
    assert programme.caisses() == [("831", "conseiller_mas")]


def test_a_wrong_password_and_a_partner_s_account_are_told_the_same() -> None:
    agent, partenaire = un_programme(), un_programme(_un_partenaire())

    wrong, other = agent.sign_in(mot_de_passe="pas le bon"), partenaire.sign_in()

    assert (wrong[0], other[0]) == (401, 401)
    assert (wrong[1]["code"], other[1]["code"]) == ("unauthenticated", "unauthenticated")
    assert partenaire.sessions.kept == {}


def test_a_slowed_down_program_is_told_how_long_to_wait() -> None:
    programme = un_programme()
    programme.directory.slow_down_s = 8

    status, body = programme.sign_in()

    assert (status, body["attendre"]) == (429, "8")


def test_programs_are_limited_by_address() -> None:
    programme = un_programme()
    answers = [programme.sign_in(mot_de_passe="pas le bon")[0] for _ in range(5)]

    status, body = programme.sign_in()

    assert answers == [401] * 5
    assert (status, body["attendre"]) == (429, "86400")


def _un_partenaire() -> ConnexionResult:
    place = PerimetreOffert(
        caisse_code="831", caisse_libelle="CPAM 831", structure_id=un_id("ccas"), structure_nom="CCAS", role=Role.TECHNICIEN
    )
    return un_agent().model_copy(update={"perimetres": [place]})
