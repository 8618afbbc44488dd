"""Alembic's entry for the gateway."""

from services.gateway.store.tables import METADATA
from shared.plumbing.migrations import run_env

run_env(METADATA)
