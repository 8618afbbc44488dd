"""Whose address a request comes from, behind an ingress and without (limits of sign-ins count by it)."""

import pytest
from fastapi import FastAPI, Request
from pydantic import ValidationError
from starlette.testclient import TestClient

from shared.plumbing.process import PatientServer
from shared.plumbing.settings import ProcessSettings

INGRESS, STRANGER = "10.1.2.3", "203.0.113.9"


def address_seen(peer: str, forwarded: str, *, trusted: str) -> str:
    """What the app takes for the client's address."""
    app = FastAPI()

    @app.get("/")
    async def tell(request: Request) -> str:
        return request.client.host if request.client else ""

    config = PatientServer(app, host="127.0.0.1", port=0, trusted_proxies=trusted).config
    config.load()
    with TestClient(config.loaded_app, client=(peer, 50_000)) as client:
        seen: str = client.get("/", headers={"X-Forwarded-For": forwarded}).json()
    return seen


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "seen"),
    [
        (INGRESS, "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        (INGRESS, "192.0.2.66, 198.51.100.1", "10.0.0.0/8", "198.51.100.1"),  # what the client wrote itself is not believed
        (STRANGER, "198.51.100.1", "10.0.0.0/8", STRANGER),
        (INGRESS, "198.51.100.1", "", INGRESS),
        ("127.0.0.1", "198.51.100.1", "", "127.0.0.1"),
    ],
)
def test_only_a_proxy_we_named_tells_the_client_s_address(peer: str, forwarded: str, trusted: str, seen: str) -> None:
    assert address_seen(peer, forwarded, trusted=trusted) == seen


def test_a_misspelt_network_is_refused_at_start() -> None:
    with pytest.raises(ValidationError):
        ProcessSettings(environment="demo", port=1, trusted_proxies="10.0.0.0/8, ingress")
