"""The one-shot jobs of docker-compose.yml: `databases` before the engine's schema, `stores` once the engine answers.

The same functions as the local stack's; running them again changes nothing.
"""

import argparse
import asyncio
import os

import psycopg

from deploy.local import nats, object_store, postgres, temporal

_TEMPORAL_ROLE = "temporal"
_TEMPORAL_DATABASES = ("temporal", "temporal_visibility")


def apply_databases() -> None:
    """A database and two roles per service, and those of the engine."""
    postgres.apply_roles(_connect, _password)
    with _connect("postgres") as connection:
        postgres.keep_role(connection, _TEMPORAL_ROLE, os.environ["TEMPORAL_DB_PASSWORD"])
        for database in _TEMPORAL_DATABASES:
            postgres.keep_database(connection, database, owner=_TEMPORAL_ROLE)


async def apply_stores() -> None:
    """Streams and durables, buckets and their policies, namespace and search attributes."""
    await nats.apply_declaration(os.environ["NATS_URL"], os.environ["NATS_SEED"])
    await asyncio.to_thread(object_store.apply_buckets, os.environ["S3_ENDPOINT"], os.environ["S3_ROOT_SECRET"])
    await temporal.apply_namespace(os.environ["TEMPORAL_ADDRESS"])


def _connect(database: str) -> psycopg.Connection:
    return postgres.connect_admin(os.environ["POSTGRES_HOST"], postgres.PORT, os.environ["POSTGRES_PASSWORD"], database)


def _password(role: str) -> str:
    service, _, owner = role.partition("_")
    return os.environ[f"{service.upper()}_OWNER_DB_PASSWORD" if owner else f"{service.upper()}_DB_PASSWORD"]


def main() -> None:
    """Run one of the jobs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=["databases", "stores"])
    if parser.parse_args().job == "databases":
        apply_databases()
    else:
        asyncio.run(apply_stores())


if __name__ == "__main__":
    main()
