"""Commands of directory: `python -m services.directory.cli migrate | publish-catalogue`."""

import argparse
import asyncio
import sys
from pathlib import Path

from services.directory.operations.publish_referentiel import publish_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from services.directory.settings import CommandSettings, MigrationSettings
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade

MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def migrate(settings: MigrationSettings) -> None:
    """Bring the schema up to date, as the owner."""
    upgrade(MIGRATIONS, str(settings.owner_database_url.get_secret_value()))


async def publish_catalogue(database: Database, clock: Clock) -> dict[CaisseCode, int | None]:
    """Publish every caisse of the catalogue; the version given to each, None where nothing changed."""
    catalogue = read_catalogue()
    published: dict[CaisseCode, int | None] = {}
    for caisse in catalogue.caisses:
        perimetre = systeme(CaisseCode(caisse.code))
        async with database.transaction(perimetre) as session:
            published[perimetre.caisse_code] = await publish_referentiel(session, catalogue, perimetre=perimetre, clock=clock)
    return published


async def _publish(settings: CommandSettings) -> None:
    database = Database(str(settings.database_url.get_secret_value()), service="directory")
    try:
        for code, version in (await publish_catalogue(database, Clock())).items():
            done = "unchanged" if version is None else f"version {version} published"
            sys.stdout.write(f"{code}: {done}\n")
    finally:
        await database.close()


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m services.directory.cli", description=__doc__)
    parser.add_argument("command", choices=["migrate", "publish-catalogue"])
    if parser.parse_args().command == "migrate":
        migrate(MigrationSettings())
    else:
        asyncio.run(_publish(CommandSettings()))


if __name__ == "__main__":
    main()
