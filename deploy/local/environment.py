"""What each process is told, from the layout and the secrets: one dictionary per deployable, written to one env file each.

Names are those of the Settings classes: `tests/architecture/test_compose.py` compares them with this file and with docker-compose.yml,
whose own variables it compares with `.env.example`.
"""

import json

from deploy.local import clamd, object_store, postgres, temporal
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.secret_store import SecretStore

SERVICES = ("gateway", "directory", "intake", "attachment", "case", "notification")
PROFILE = "demo"
FRONTS = ("gateway", "case")
CODEC_KEY = "2026-a"
MASTER_KEY = "2026-a"
AMELI_REGISTRE = REPOSITORY / "deploy" / "demo" / "ameli.json"
SENDER = "ne-pas-repondre@espace-partenaires.exemple.fr"
# Which addresses of others a process calls.
CALLS: dict[str, tuple[str, ...]] = {
    "gateway": ("directory", "intake", "attachment", "case", "notification"),
    "case": ("directory", "attachment", "notification"),
}
_TEMPORAL_USERS = ("case", "attachment", "workflows")


class Environments:
    """The variables of every process of one stack."""

    def __init__(self, layout: Layout, secrets: SecretStore) -> None:
        """Secrets that are missing are made the first time they are asked for."""
        self._layout, self._secrets = layout, secrets

    def of(self, name: str) -> dict[str, str]:
        """The variables of a deployable, prefixed: `CASE_PORT`, `CASE_DATABASE_URL` and so on."""
        values = self._process(name) | self._bus(name)
        if name in SERVICES:
            values |= self._database(name) | {"TOKEN_PUBLIC_KEYS": self._public_keys()}
        if name in _TEMPORAL_USERS:
            values |= self._temporal()
        if name in FRONTS:
            values |= {"TOKEN_PRIVATE_KEY": self._secrets.private_jwk(f"token_{name}", name)}
        values |= {f"{other.upper()}_URL": self._layout.url(other) for other in CALLS.get(name, ())}
        values |= getattr(self, f"_{name}", dict)()
        return {f"{name.upper()}_{key}": value for key, value in values.items()}

    def migrations_of(self, service: str) -> dict[str, str]:
        """What only `migrate` gets: the owner's address."""
        password = self._secrets.password(f"postgres_{service}_owner")
        address = postgres.url(self._layout, f"{service}_owner", password, service)
        return self.of(service) | {f"{service.upper()}_OWNER_DATABASE_URL": address}

    def activities(self) -> dict[str, str]:
        """All activity workers in one process: its own settings, and those of both services."""
        own = {f"ACTIVITIES_{key}": value for key, value in (self._process("activities") | self._temporal()).items()}
        return own | self.of("case") | self.of("attachment")

    def _process(self, name: str) -> dict[str, str]:
        return {
            "ENVIRONMENT": PROFILE,
            "HOST": "127.0.0.1",
            "PORT": str(self._layout.port(name)),
            "LOG_FORMAT": "columns",
        }

    def _database(self, name: str) -> dict[str, str]:
        password = self._secrets.password(f"postgres_{name}")
        return {"DATABASE_URL": postgres.url(self._layout, name, password, name)}

    def _bus(self, name: str) -> dict[str, str]:
        return {
            "NATS_URL": f"nats://127.0.0.1:{self._layout.port('nats')}",
            "NATS_SEED": self._secrets.nkey_seed(f"nats_{name}"),
        }

    def _temporal(self) -> dict[str, str]:
        return {
            "TEMPORAL_ADDRESS": temporal.address(self._layout),
            "TEMPORAL_NAMESPACE": temporal.NAMESPACE,
            "CODEC_KEYS": json.dumps({CODEC_KEY: self._secrets.key("codec")}),
            "CODEC_ACTIVE_KEY": CODEC_KEY,
        }

    def _public_keys(self) -> str:
        return json.dumps({"keys": [self._secrets.public_jwk(f"token_{front}", front) for front in FRONTS]})

    def _receipt_public_key(self) -> dict[str, str]:
        return {"RECEIPT_PUBLIC_KEY": json.dumps(self._secrets.public_jwk("attachment_receipt", "attachment"))}

    def _gateway(self) -> dict[str, str]:
        return {"PUBLIC_URL": self._layout.url("gateway")}

    def _intake(self) -> dict[str, str]:
        return self._receipt_public_key() | {"DOUBLON_KEY": self._secrets.key("intake_doublon")}

    def _case(self) -> dict[str, str]:
        return self._receipt_public_key() | {
            "PUBLIC_URL": self._layout.url("case"),
            "AMELI_REGISTRE": str(AMELI_REGISTRE),
        }

    def _attachment(self) -> dict[str, str]:
        values = {
            # Another host name than the fronts': a downloaded file never shares their cookies.
            "PUBLIC_URL": f"http://localhost:{self._layout.port('attachment')}",
            "S3_ENDPOINT": f"127.0.0.1:{self._layout.port('object_store')}",
            "S3_SECURE": "false",
            "S3_QUARANTINE_BUCKET": object_store.QUARANTINE,
            "S3_CLEAN_BUCKET": object_store.CLEAN,
            "CLAMD_SOCKET": str(clamd.socket_path(self._layout)),
            "ANTIVIRUS_PROFILE": "eicar-only",
            "MASTER_KEYS": json.dumps({MASTER_KEY: self._secrets.key("attachment_master")}),
            "ACTIVE_MASTER_KEY": MASTER_KEY,
            "RECEIPT_PRIVATE_KEY": self._secrets.private_jwk("attachment_receipt", "attachment"),
        }
        for act in object_store.ACTS:
            access, secret = object_store.credential(self._secrets, act)
            values |= {f"S3_{act.upper()}_ACCESS_KEY": access, f"S3_{act.upper()}_SECRET_KEY": secret}
        return values

    def _notification(self) -> dict[str, str]:
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self._layout.port("smtp")),
            "SENDER": SENDER,
            "PARTNER_URL": self._layout.url("gateway"),
            "AGENT_URL": self._layout.url("case"),
        }

    def _workflows(self) -> dict[str, str]:
        return {
            "CODEC_PORT": str(self._layout.port("codec")),
            "TEMPORAL_UI_ORIGIN": self._layout.url("temporal_ui"),
        }
