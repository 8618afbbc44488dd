"""Alembic's entry for intake."""

from services.intake.store.tables import Base
from shared.plumbing.migrations import run_env

run_env(Base.metadata)
