"""How each front asks directory who signs in: as itself, for its own side, and what it makes of the answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
import pytest
from joserfc.jwk import OKPKey

from services.case.ports.voisins import Voisins
from services.gateway.ports import http_services
from services.gateway.ports.http_services import HttpDirectory
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyTimeoutError, DependencyUnavailableError, ThrottledError, UnauthenticatedError
from shared.plumbing.identity import TokenSigner
from shared.webkit.sign_in import AskDirectory

COMPTE = {
    "compte_id": "00000000-0000-0000-0000-00000000000a",
    "nom": "Exemple",
    "prenom": "Anne",
    "courriel": "anne@exemple.fr",
    "perimetres": [],
}


@dataclass
class Directory:
    """Answers what it is told to, and keeps what it was asked."""

    answer: Callable[[], httpx2.Response]
    asked: list[httpx2.Request] = field(default_factory=list)

    def client(self) -> httpx2.AsyncClient:
        async def handle(request: httpx2.Request) -> httpx2.Response:
            await request.aread()
            self.asked.append(request)
            return self.answer()

        return httpx2.AsyncClient(base_url="http://directory", transport=httpx2.MockTransport(handle))


@pytest.fixture(params=["partenaire", "caisse"])
def cote(request: pytest.FixtureRequest) -> str:
    """The side of each front."""
    return str(request.param)


@pytest.fixture
def directory() -> Directory:
    return Directory(lambda: httpx2.Response(200, json=COMPTE))


@pytest.fixture
def ask(cote: str, directory: Directory, monkeypatch: pytest.MonkeyPatch) -> AskDirectory:
    key = OKPKey.generate_key("Ed25519", {"kid": cote}, private=True)
    signer = TokenSigner(json.dumps(key.as_dict(private=True)), Clock())
    if cote == "caisse":
        return Voisins({name: directory.client() for name in ("directory", "attachment", "notification")}, signer).sign_in
    monkeypatch.setattr(http_services, "build_client", lambda _url: directory.client())
    return HttpDirectory("directory", "http://directory", signer).sign_in


async def test_a_front_asks_for_its_own_side_as_itself(ask: AskDirectory, directory: Directory, cote: str) -> None:
    result = await ask("anne@exemple.fr", "une phrase", "192.0.2.1")

    asked = directory.asked[0]
    assert result.nom == "Exemple"
    assert json.loads(asked.content) == {
        "courriel": "anne@exemple.fr",
        "mot_de_passe": "une phrase",
        "cote": cote,
        "adresse_ip": "192.0.2.1",
    }
    assert (asked.url.path, asked.headers["authorization"].partition(" ")[0]) == ("/v1/connexion", "Bearer")


async def test_wrong_credentials_are_nobody(ask: AskDirectory, directory: Directory) -> None:
    directory.answer = lambda: httpx2.Response(401, json={"status": 401, "code": "identifiants-refused", "title": "non"})

    with pytest.raises(UnauthenticatedError):
        await ask("anne@exemple.fr", "non", "192.0.2.1")


async def test_a_sign_in_that_is_slowed_down_says_for_how_long(ask: AskDirectory, directory: Directory) -> None:
    directory.answer = lambda: httpx2.Response(429, json={"status": 429, "code": "too-many-attempts", "title": "non", "retry_after_s": 8})

    with pytest.raises(ThrottledError) as error:
        await ask("anne@exemple.fr", "non", "192.0.2.1")

    assert error.value.retry_after_s == 8


@pytest.mark.parametrize(
    ("failure", "told"),
    [(httpx2.ConnectError("refused"), DependencyUnavailableError), (httpx2.ReadTimeout("late"), DependencyTimeoutError)],
)
async def test_a_directory_that_does_not_answer_is_no_wrong_password(
    ask: AskDirectory, directory: Directory, failure: Exception, told: type[Exception]
) -> None:
    def fail() -> httpx2.Response:
        raise failure

    directory.answer = fail

    with pytest.raises(told):
        await ask("anne@exemple.fr", "une phrase", "192.0.2.1")
