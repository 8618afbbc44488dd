"""`ep compose`: what docker-compose.yml needs before its first start."""

import json
from typing import Annotated

import typer

from deploy.local.environment import CODEC_KEY, FRONTS, MASTER_KEY, SERVICES
from deploy.local.layout import REPOSITORY
from deploy.local.nats import OPS, compose_configuration, services
from deploy.local.object_store import ACTS
from deploy.local.secret_store import SecretStore
from deploy.tools.console import say

app = typer.Typer(no_args_is_help=True)
FOLDER = REPOSITORY / ".stack-compose"
ENV_FILE = REPOSITORY / ".env"
NATS_FILE = REPOSITORY / "deploy" / "compose" / "nats.conf"


# What one chooses, by profile. In production mails go to a relay, and operators read payloads with tokens of their issuer.
DEMONSTRATION = {"COMPOSE_PROFILES": "mail,demo", "CASE_AMELI_REGISTRE": "/etc/espace-partenaires/ameli.json"}
PRODUCTION = {"COMPOSE_PROFILES": "", "EP_ENVIRONMENT": "production", "TEMPORAL_DISABLE_WRITE_ACTIONS": "true"}
PRODUCTION_ASKS = (
    "WORKFLOWS_CODEC_TOKEN_PUBLIC_KEYS", "GATEWAY_PUBLIC_URL", "CASE_PUBLIC_URL", "ATTACHMENT_PUBLIC_URL", "TEMPORAL_UI_ORIGIN",
    "SMTP_HOST", "SMTP_PORT", "MAIL_SENDER",
)  # fmt: skip


@app.command()
def env(
    *,
    force: Annotated[bool, typer.Option(help="Replace the file that is there.")] = False,
    production: Annotated[bool, typer.Option(help="The production profile: no demonstration data, nothing simulated.")] = False,
) -> None:
    """Write .env: secrets generated once (kept in .stack-compose/secrets), mode 0600."""
    if ENV_FILE.exists() and not force:
        say(f"{ENV_FILE} is already there; --force writes it again from the same secrets")
        raise typer.Exit(1)
    secrets = SecretStore(FOLDER / "secrets")
    written = secrets.write_env("compose", (PRODUCTION if production else DEMONSTRATION) | compose_variables(secrets))
    written.replace(ENV_FILE)
    asks = f"add to it {', '.join(PRODUCTION_ASKS)} (.env.example says what each is); then" if production else "now"
    say(f"{ENV_FILE} written; {asks}: docker compose up --build --detach")


@app.command()
def nats() -> None:
    """Write deploy/compose/nats.conf from deploy/nats/permissions.yaml."""
    NATS_FILE.write_text(compose_configuration(), encoding="utf-8")
    say(f"{NATS_FILE} written")


def compose_variables(secrets: SecretStore) -> dict[str, str]:
    """Every variable that docker-compose.yml requires: secrets and keys, the same in both profiles."""
    values = {
        "POSTGRES_PASSWORD": secrets.password("postgres_admin"),
        "TEMPORAL_DB_PASSWORD": secrets.password("postgres_temporal"),
        "S3_ROOT_SECRET": secrets.password("s3_root"),
        "CODEC_KEYS": json.dumps({CODEC_KEY: secrets.key("codec")}),
        "CODEC_ACTIVE_KEY": CODEC_KEY,
        "INTAKE_DOUBLON_KEY": secrets.key("intake_doublon"),
        "ATTACHMENT_MASTER_KEYS": json.dumps({MASTER_KEY: secrets.key("attachment_master")}),
        "ATTACHMENT_ACTIVE_MASTER_KEY": MASTER_KEY,
        "ATTACHMENT_RECEIPT_PRIVATE_KEY": secrets.private_jwk("attachment_receipt", "attachment"),
        "RECEIPT_PUBLIC_KEY": json.dumps(secrets.public_jwk("attachment_receipt", "attachment")),
        "TOKEN_PUBLIC_KEYS": json.dumps({"keys": [secrets.public_jwk(f"token_{front}", front) for front in FRONTS]}),
    }
    values |= {f"{front.upper()}_TOKEN_PRIVATE_KEY": secrets.private_jwk(f"token_{front}", front) for front in FRONTS}
    for service in SERVICES:
        values[f"{service.upper()}_DB_PASSWORD"] = secrets.password(f"postgres_{service}")
        values[f"{service.upper()}_OWNER_DB_PASSWORD"] = secrets.password(f"postgres_{service}_owner")
    for user in (*services(), OPS):
        values[f"{user.upper()}_NATS_SEED"] = secrets.nkey_seed(f"nats_{user}")
        values[f"NATS_NKEY_{user.upper()}"] = secrets.nkey_public(f"nats_{user}")
    return values | {f"S3_{act.upper()}_SECRET": secrets.password(f"s3_{act}") for act in ACTS}
