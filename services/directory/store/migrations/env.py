"""Alembic's entry for directory."""

from services.directory.store.tables import Base
from shared.plumbing.migrations import run_env

run_env(Base.metadata)
