"""Alembic's entry for case."""

from services.case.store.tables import Base
from shared.plumbing.migrations import run_env

run_env(Base.metadata)
