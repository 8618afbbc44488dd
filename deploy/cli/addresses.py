"""Where commands find a service's database: the variable of a deployment when it is set, else the local stack."""

import os

from deploy.local import postgres
from deploy.local.layout import Layout
from deploy.local.secret_store import SecretStore


def application_url(service: str) -> str:
    """The address of the service's database for its application role."""
    return os.environ.get(f"{service.upper()}_DATABASE_URL") or _local(service, service)


def owner_url(service: str) -> str:
    """The address of the service's database for the owner of its tables."""
    return os.environ.get(f"{service.upper()}_OWNER_DATABASE_URL") or _local(service, f"{service}_owner")


def service_url(service: str) -> str:
    """The HTTP address of a service or front."""
    return os.environ.get(f"EP_{service.upper()}_URL") or Layout.from_environment().url(service)


def _local(service: str, role: str) -> str:
    layout = Layout.from_environment()
    secrets = SecretStore(layout.secrets)
    return postgres.url(layout, role, secrets.password(f"postgres_{role}"), service)
