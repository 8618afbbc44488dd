"""Settings of directory, one class per process that needs them."""

from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    VerifierSettings,
    settings_config,
)

PREFIX = "DIRECTORY_"


class Settings(ProcessSettings, DatabaseSettings, BusSettings, VerifierSettings):
    """The API, the questions and the relay, in one process."""

    model_config = settings_config(PREFIX)


class CommandSettings(DatabaseSettings):
    """Commands that act as the application: publish, accounts."""

    model_config = settings_config(PREFIX)


class MigrationSettings(OwnerDatabaseSettings):
    """Migrations, as the owner."""

    model_config = settings_config(PREFIX)
