"""Alembic's entry for attachment."""

from services.attachment.store.tables import Base
from shared.plumbing.migrations import run_env

run_env(Base.metadata)
