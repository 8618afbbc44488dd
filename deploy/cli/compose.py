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


@app.command()
def env(*, force: Annotated[bool, typer.Option(help="Replace the file that is there.")] = False) -> None:
    """Write .env: secrets generated once (kept in .stack-compose/secrets), mode 0600."""
    if ENV_FILE.exists() and not force:
        say(f"{ENV_FILE} is already there; --force writes it again from the same secrets")
        raise typer.Exit(1)
    secrets = SecretStore(FOLDER / "secrets")
    written = secrets.write_env("compose", compose_variables(secrets))
    written.replace(ENV_FILE)
    say(f"{ENV_FILE} written; now: docker compose up --build --detach")


@app.command()
def nats() -> None:
    """Write deploy/compose/nats.conf from deploy/nats/permissions.yaml."""
    NATS_FILE.write_text(compose_configuration(), encoding="utf-8")
    say(f"{NATS_FILE} written")


def compose_variables(secrets: SecretStore) -> dict[str, str]:
    """Every variable without a default in docker-compose.yml; the same names as `.env.example`."""
    values = {
        "COMPOSE_PROFILES": "mail",
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
