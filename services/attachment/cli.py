"""Commands of attachment: `python -m services.attachment.cli migrate | purge-orphans [--even-most] | rewrap-keys`."""

import argparse
import asyncio
import sys
from pathlib import Path

from services.attachment.operations.purge_orphans import OrphanPurge, PurgeReport
from services.attachment.operations.rewrap_keys import KeyRotation
from services.attachment.settings import CommandSettings, MigrationSettings
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade

MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def migrate(settings: MigrationSettings) -> None:
    """Bring the schema up to date, as the owner."""
    upgrade(MIGRATIONS, str(settings.owner_database_url.get_secret_value()))


async def purge_orphans(settings: CommandSettings, *, even_most: bool) -> PurgeReport:
    """Destroy uploads that no demande names, and objects that no row names: what the process does by itself every day."""
    database = Database(str(settings.database_url.get_secret_value()), service="attachment")
    purge = OrphanPurge(
        database=database,
        buckets=settings.purge_buckets(),
        clock=Clock(),
        delai=settings.orphelines_delai,
        delai_objet=settings.objets_delai,
        even_most=even_most,
    )
    try:
        return await purge.purge()
    finally:
        await database.close()


async def rewrap_keys(settings: CommandSettings) -> int:
    """Wrap again, with the active master key, every data key that another one wraps."""
    database = Database(str(settings.database_url.get_secret_value()), service="attachment")
    rotation = KeyRotation(database=database, keys=settings.key_ring(), buckets=settings.purge_buckets(), clock=Clock())
    try:
        return await rotation.rewrap()
    finally:
        await database.close()


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m services.attachment.cli", description=__doc__)
    parser.add_argument("command", choices=["migrate", "purge-orphans", "rewrap-keys"])
    parser.add_argument("--even-most", action="store_true", help="delete objects without a row even when they are most of the store")
    chosen = parser.parse_args()
    match chosen.command:
        case "migrate":
            migrate(MigrationSettings())
        case "rewrap-keys":
            sys.stdout.write(f"{asyncio.run(rewrap_keys(CommandSettings()))} keys wrapped again\n")
        case _:
            report = asyncio.run(purge_orphans(CommandSettings(), even_most=chosen.even_most))
            sys.stdout.write(f"{report.pieces_jointes} files and {report.objets} objects destroyed\n")
            if report.retenus:
                sys.exit(f"{report.retenus} objects without a row are most of the store: is this its database? Else --even-most")


if __name__ == "__main__":
    main()
