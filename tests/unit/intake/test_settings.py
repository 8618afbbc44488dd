"""The process refuses to start on a key that is not one (trust §3, secrets)."""

import base64

import pytest
from pydantic import ValidationError

from services.intake.settings import Settings

ENVIRONMENT = {
    "ENVIRONMENT": "demo",
    "PORT": "8403",
    "DATABASE_URL": "postgresql+psycopg://intake:secret@127.0.0.1/intake",
    "NATS_URL": "nats://127.0.0.1:4222",
    "NATS_SEED": "SU",
    "TOKEN_PUBLIC_KEYS": "{}",
    "RECEIPT_PUBLIC_KEY": "{}",
}


def load(monkeypatch: pytest.MonkeyPatch, doublon_key: str) -> Settings:
    for name, value in {**ENVIRONMENT, "DOUBLON_KEY": doublon_key}.items():
        monkeypatch.setenv(f"INTAKE_{name}", value)
    return Settings()


def test_the_guard_s_key_is_32_bytes_in_base64_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, base64.b64encode(b"k" * 32).decode())

    assert settings.doublon_secret == b"k" * 32
    assert "kkk" not in repr(settings)
    assert base64.b64encode(b"k" * 32).decode() not in repr(settings)


@pytest.mark.parametrize("key", ["", "change-me", base64.b64encode(b"short").decode()])
def test_another_key_stops_the_process(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with pytest.raises(ValidationError):
        load(monkeypatch, key)
