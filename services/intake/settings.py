"""Settings of intake."""

import base64
import binascii
from datetime import timedelta
from typing import Final

from pydantic import Field, PositiveInt, SecretStr, field_validator

from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    PurgeSettings,
    VerifierSettings,
    settings_config,
)

_KEY_BYTES: Final = 32


class Settings(ProcessSettings, DatabaseSettings, BusSettings, VerifierSettings, PurgeSettings):
    """What the process needs."""

    model_config = settings_config("INTAKE_")

    receipt_public_key: SecretStr = Field(description="Ed25519 JWK of attachment: whose upload receipts are believed (house §9.6).")
    doublon_key: SecretStr = Field(description="Base64 of 32 bytes: key of the duplicate guard's hash (domain BU-5).")
    brouillon_conservation_jours: PositiveInt = Field(default=30, description="Days a draft lives after its last save (ux D09).")

    @field_validator("doublon_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        try:
            length = len(base64.b64decode(value.get_secret_value(), validate=True))
        except binascii.Error as error:
            raise ValueError("not base64") from error
        if length != _KEY_BYTES:
            raise ValueError("not 32 bytes")
        return value

    @property
    def brouillon_conservation(self) -> timedelta:
        """How long a draft is kept."""
        return timedelta(days=self.brouillon_conservation_jours)

    @property
    def doublon_secret(self) -> bytes:
        """The key itself."""
        return base64.b64decode(self.doublon_key.get_secret_value())


class OwnerSettings(OwnerDatabaseSettings):
    """What migrations need."""

    model_config = settings_config("INTAKE_")
