"""Settings of notification."""

from pydantic import Field, PositiveInt

from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    VerifierSettings,
    settings_config,
)


class Settings(ProcessSettings, DatabaseSettings, BusSettings, VerifierSettings):
    """What the process needs."""

    model_config = settings_config("NOTIFICATION_")
    smtp_host: str = Field(description="Mail relay.")
    smtp_port: PositiveInt = Field(description="Its port.")
    sender: str = Field(description="Address messages come from; nobody reads its mailbox.")
    partner_url: str = Field(description="Base address of the partner front, as browsers see it.")
    agent_url: str = Field(description="Base address of the agent front, as browsers see it.")


class MigrationSettings(OwnerDatabaseSettings):
    """What migrations need."""

    model_config = settings_config("NOTIFICATION_")
