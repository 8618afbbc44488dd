"""The process refuses to start on a key that is not one (trust §3, secrets)."""

import base64
from datetime import timedelta

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


def test_the_period_of_the_purge_is_a_day_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    key = base64.b64encode(b"k" * 32).decode()

    by_default = load(monkeypatch, key).purge_period
    monkeypatch.setenv("INTAKE_PURGE_PERIOD", "PT6H")

    assert (by_default, load(monkeypatch, key).purge_period) == (timedelta(days=1), timedelta(hours=6))


@pytest.mark.parametrize("period", ["PT0S", "-P1D"])
def test_a_period_that_never_ends_or_never_rests_stops_the_process(monkeypatch: pytest.MonkeyPatch, period: str) -> None:
    monkeypatch.setenv("INTAKE_PURGE_PERIOD", period)

    with pytest.raises(ValidationError):
        load(monkeypatch, base64.b64encode(b"k" * 32).decode())


@pytest.mark.parametrize("key", ["", "change-me", base64.b64encode(b"short").decode()])
def test_another_key_stops_the_process(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with pytest.raises(ValidationError):
        load(monkeypatch, key)
