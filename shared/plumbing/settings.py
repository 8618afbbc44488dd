"""The settings every deployable has, by theme: a Settings class mixes in what its process needs.

Built once in main, worker or cli; below, plain values travel. No default for a secret.
"""

import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, Secret, SecretStr, field_validator
from pydantic.networks import PostgresDsn
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def settings_config(prefix: str) -> SettingsConfigDict:
    """The one configuration of a Settings class: frozen, nothing unknown."""
    return SettingsConfigDict(env_prefix=prefix, frozen=True, extra="forbid")


class ProcessSettings(BaseSettings):
    """Where the process listens and how it speaks."""

    environment: Literal["demo", "production"] = Field(description="`demo` allows what production refuses at start.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(description="Port of HTTP, probes and metrics.")
    trusted_proxies: str = Field(
        default="",
        description="Addresses and networks, by commas, whose X-Forwarded-For is believed. Empty: who connects is who asks. "
        "Behind an ingress that is not named here everybody shares one address, and one limit of sign-ins.",
    )
    log_format: Literal["columns", "json"] = Field(default="json", description="`columns` for a terminal.")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in filter(None, value.split(",")):
            ip_network(part.strip())  # uvicorn would take a misspelt one for a host's name, and believe nobody
        return value


class DatabaseSettings(BaseSettings):
    """The service's own database."""

    database_url: Secret[PostgresDsn] = Field(description="Application role: not the owner, row-level security applies.")
    database_pool_size: NonNegativeInt = Field(default=8, description="Connections kept per process.")


class OwnerDatabaseSettings(BaseSettings):
    """What migrations alone may use."""

    owner_database_url: Secret[PostgresDsn] = Field(description="Role that owns the tables.")


class BusSettings(BaseSettings):
    """The bus, as one nkey per service."""

    nats_url: str = Field(description="nats://host:port")
    nats_seed: SecretStr = Field(description="nkey seed of this service.")


class TemporalSettings(BaseSettings):
    """The engine, and the keys that seal every payload."""

    temporal_address: str = Field(description="host:port of the frontend.")
    temporal_namespace: str = Field(default="ep", description="Namespace of the house.")
    codec_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(description="Key ring: key id -> base64 of 32 bytes.")
    codec_active_key: str = Field(description="Key id that seals; the others only open.")

    @field_validator("codec_keys", mode="before")
    @classmethod
    def _decode(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value


class VerifierSettings(BaseSettings):
    """Who may say who a person is."""

    token_public_keys: SecretStr = Field(description="JWKS of the fronts whose tokens are believed.")


class PurgeSettings(BaseSettings):
    """How often a service lets go, by itself, of what people left behind."""

    purge_period: timedelta = Field(
        default=timedelta(days=1),
        gt=timedelta(0),
        description="From one purge to the next, ISO 8601 (P1D); the first follows the start. [I]",
    )


class SignerSettings(BaseSettings):
    """Fronts only: the key that signs the user's identity towards services."""

    token_private_key: SecretStr = Field(description="Ed25519 JWK with its kid.")
