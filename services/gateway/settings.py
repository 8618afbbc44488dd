"""Settings of the gateway: its own session cache, the services it calls, the key that says who acts."""

from datetime import timedelta

from pydantic import AnyHttpUrl, Field

from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    SignerSettings,
    VerifierSettings,
    settings_config,
)

PREFIX = "GATEWAY_"


class Settings(ProcessSettings, DatabaseSettings, BusSettings, SignerSettings, VerifierSettings):
    """The partner front and its API, in one process."""

    model_config = settings_config(PREFIX)

    public_url: AnyHttpUrl = Field(description="Own base address as browsers see it: the only origin of a change of state.")
    directory_url: AnyHttpUrl = Field(description="Accounts.")
    intake_url: AnyHttpUrl = Field(description="Offres, drafts, filings.")
    attachment_url: AnyHttpUrl = Field(description="Files.")
    case_url: AnyHttpUrl = Field(description="Demandes after filing.")
    notification_url: AnyHttpUrl = Field(description="In-app notices.")
    session_idle: timedelta = Field(default=timedelta(minutes=30), description="A session unused that long is over. trust §3")
    session_life: timedelta = Field(default=timedelta(hours=8), description="A session is over that long after sign-in. trust §3")
    rate_sign_in: str = Field(default="20/minute", description="Sign-in attempts per address. trust §3")
    rate_reads: str = Field(default="600/minute", description="Reads per program and minute.")
    rate_writes: str = Field(default="120/minute", description="Writes per program and minute.")
    contact: str = Field(default="", description="How to reach the service partenariat, shown on the help page.")


class MigrationSettings(OwnerDatabaseSettings):
    """Migrations, as the owner."""

    model_config = settings_config(PREFIX)
