"""Alembic's entry for notification."""

from services.notification.store.tables import Base
from shared.plumbing.migrations import run_env

run_env(Base.metadata)
