"""The antivirus profile is explicit, and test signatures never reach production (trust §2.5)."""

import json
from typing import Protocol

import pytest
from pydantic import ValidationError

from services.attachment.settings import Settings

_ACTES = ("upload", "scan", "serve", "purge")
VALEURS = {
    "environment": "demo",
    "port": "8404",
    "database_url": "postgresql+psycopg://attachment:tres-cache@127.0.0.1/attachment",
    "nats_url": "nats://127.0.0.1:4222",
    "nats_seed": "tres-cache",
    "temporal_address": "127.0.0.1:7233",
    "codec_keys": json.dumps({"a": "AAAA"}),
    "codec_active_key": "a",
    "token_public_keys": '{"keys": []}',
    "s3_endpoint": "127.0.0.1:9000",
    "s3_secure": "false",
    "master_keys": json.dumps({"a": "AAAA"}),
    "active_master_key": "a",
    "public_url": "http://localhost:8404",
    "clamd_socket": "/run/clamd.sock",
    "antivirus_profile": "eicar-only",
    "receipt_private_key": "{}",
    **{f"s3_{acte}_access_key": acte for acte in _ACTES},
    **{f"s3_{acte}_secret_key": "tres-cache" for acte in _ACTES},
}


class Charger(Protocol):
    def __call__(self, **plus: str) -> Settings: ...


@pytest.fixture
def charger(monkeypatch: pytest.MonkeyPatch) -> Charger:
    def charge(**plus: str) -> Settings:
        for nom, valeur in (VALEURS | plus).items():
            monkeypatch.setenv(f"ATTACHMENT_{nom.upper()}", valeur)
        return Settings()

    return charge


def test_the_demo_may_know_only_the_test_signature(charger: Charger) -> None:
    assert charger().antivirus_profile == "eicar-only"


def test_production_refuses_the_test_signature(charger: Charger) -> None:
    with pytest.raises(ValidationError, match="eicar-only"):
        charger(environment="production")


def test_no_secret_is_printed(charger: Charger) -> None:
    assert "tres-cache" not in repr(charger())
