"""Alembic for every service, the same way: `services/<s>/store/migrations/versions/`, run as the owner role.

Expand, backfill, contract; lock and statement time-outs are set for every migration.
"""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.operations import Operations
from sqlalchemy import MetaData, create_engine, pool, text

from shared.plumbing import tables
from shared.plumbing.database import row_level_security

_LOCATION = "script_location"


def upgrade(location: Path, owner_url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`. `location`: the service's `store/migrations` folder."""
    command.upgrade(_config(location, owner_url), revision)


def new_revision(location: Path, owner_url: str, message: str) -> None:
    """Write a new migration file from the difference between the tables in code and the database (developers)."""
    command.revision(_config(location, owner_url), message, autogenerate=True)


def _config(location: Path, owner_url: str) -> Config:
    config = Config()
    config.set_main_option(_LOCATION, str(location))
    config.attributes["owner_url"] = owner_url
    return config


def run_env(*metadata: MetaData) -> None:
    """The whole body of a service's `env.py`."""
    engine = create_engine(context.config.attributes["owner_url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=[*metadata, tables.METADATA])
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def create_technical_tables(op: Operations) -> None:
    """First migration of every service: outbox, inbox, audit (append-only for the application), idempotency, read copies."""
    tables.METADATA.create_all(op.get_bind())
    for statement in (*tables.TECHNICAL_DDL, *row_level_security("idempotence")):
        op.execute(statement)
    role = op.get_bind().engine.url.username or ""
    application = role.removesuffix("_owner")
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM "{application}"')  # quoted: "case" is a word of SQL
