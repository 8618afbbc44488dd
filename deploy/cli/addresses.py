"""Where commands find what they act on: the variables of a deployment when they are set, else the local stack.

`docker compose run --rm ep …` and the pod of deploy/kubernetes/ep.yaml are given them all.
"""

import os

import psycopg

from deploy.local import postgres
from deploy.local.bus_tools import BusAddress
from deploy.local.layout import Layout
from deploy.local.nats import OPS
from deploy.local.secret_store import SecretStore


def application_url(service: str) -> str:
    """The address of the service's database for its application role."""
    return os.environ.get(f"{service.upper()}_DATABASE_URL") or _local(service, service)


def owner_url(service: str) -> str:
    """The address of the service's database for the owner of its tables."""
    return os.environ.get(f"{service.upper()}_OWNER_DATABASE_URL") or _local(service, f"{service}_owner")


def admin_connection(database: str) -> psycopg.Connection:
    """The administrator's connection to a database: that of `POSTGRES_HOST` and `POSTGRES_PASSWORD`, as the one-shot jobs have them."""
    if host := os.environ.get("POSTGRES_HOST"):
        return postgres.connect_admin(host, postgres.PORT, os.environ["POSTGRES_PASSWORD"], database)
    layout = Layout.from_environment()
    return postgres.admin_connection(layout, SecretStore(layout.secrets), database)


def ops_bus() -> BusAddress:
    """The bus, as operators enter it: `NATS_URL` and `NATS_SEED`, as the one-shot jobs have them."""
    if url := os.environ.get("NATS_URL"):
        return BusAddress(url, os.environ["NATS_SEED"])
    layout = Layout.from_environment()
    return BusAddress(f"nats://127.0.0.1:{layout.port('nats')}", SecretStore(layout.secrets).nkey_seed(f"nats_{OPS}"))


def service_url(service: str) -> str:
    """The HTTP address of a service or front."""
    return os.environ.get(f"EP_{service.upper()}_URL") or Layout.from_environment().url(service)


def _local(service: str, role: str) -> str:
    layout = Layout.from_environment()
    secrets = SecretStore(layout.secrets)
    return postgres.url(layout, role, secrets.password(f"postgres_{role}"), service)
