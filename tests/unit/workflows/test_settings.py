"""Production refuses a codec server that opens payloads for anybody."""

import pytest
from pydantic import ValidationError

from workflows.settings import Settings

VALUES: dict[str, object] = {
    "port": 8406,
    "nats_url": "nats://127.0.0.1:8414",
    "nats_seed": "seed",
    "temporal_address": "127.0.0.1:8411",
    "codec_keys": {"essai": "MDAwMA=="},
    "codec_active_key": "essai",
    "codec_port": 8408,
    "temporal_ui_origin": "http://127.0.0.1:8412",
}


def test_the_demo_profile_opens_payloads_without_a_token() -> None:
    settings = Settings.model_validate({**VALUES, "environment": "demo"})

    assert settings.codec_token_public_keys is None


def test_production_refuses_to_open_payloads_without_a_token() -> None:
    with pytest.raises(ValidationError, match="CODEC_TOKEN_PUBLIC_KEYS"):
        Settings.model_validate({**VALUES, "environment": "production"})


def test_production_starts_with_the_keys_of_an_issuer() -> None:
    settings = Settings.model_validate({**VALUES, "environment": "production", "codec_token_public_keys": '{"keys": []}'})

    assert settings.codec_token_public_keys is not None
    assert '"keys"' not in repr(settings)
