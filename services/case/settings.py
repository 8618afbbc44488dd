"""Settings of case, one class per process that needs them, and the tools both its processes build from them."""

from pathlib import Path

from pydantic import Field, SecretStr

from services.case.operations.tools import Tools
from services.case.ports.ameli import NoRegistreAmeli
from services.case.ports.json_ameli import JsonRegistreAmeli
from shared.kernel.clock import Clock
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    SignerSettings,
    TemporalSettings,
    VerifierSettings,
    settings_config,
)
from shared.plumbing.signatures import StatementVerifier

PREFIX = "CASE_"
_DEMO = "demo"


class Settings(ProcessSettings, DatabaseSettings, BusSettings, VerifierSettings, SignerSettings, TemporalSettings):
    """The API, the agent UI, the consumers, the relay and the activity worker."""

    model_config = settings_config(PREFIX)

    public_url: str = Field(description="Base address of the agent UI, as browsers see it.")
    directory_url: str = Field(description="Address of directory: sign-in of agents, acts of pilotage.")
    attachment_url: str = Field(description="Address of attachment: uploads relayed, links to files.")
    notification_url: str = Field(description="Address of notification: notices of the agents.")
    rate_sign_in: str = Field(default="60/minute", description="Sign-in attempts per address; an office often has one. trust §3")
    receipt_public_key: SecretStr = Field(description="JWK of attachment: believes its upload receipts.")
    ameli_registre: Path | None = Field(default=None, description="Simulated ameli registry (JSON): demonstration only.")


class MigrationSettings(OwnerDatabaseSettings):
    """Migrations, as the owner."""

    model_config = settings_config(PREFIX)


class RegistreForbiddenError(ValueError):
    """The simulated registry pretends to be nothing in production."""

    def __init__(self) -> None:
        super().__init__("CASE_AMELI_REGISTRE is a simulation: only the demo profile may use it")


def build_tools(settings: Settings) -> Tools:
    """What operations are handed, the same in the service and in its worker. Raises: RegistreForbiddenError."""
    demonstration = settings.environment == _DEMO
    if settings.ameli_registre is not None and not demonstration:
        raise RegistreForbiddenError
    return Tools(
        clock=Clock(),
        reference=ReferenceReader(),
        receipts=StatementVerifier(settings.receipt_public_key.get_secret_value()),
        ameli=JsonRegistreAmeli(settings.ameli_registre) if settings.ameli_registre else NoRegistreAmeli(),
        demonstration=demonstration,
    )
