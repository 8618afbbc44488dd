"""Commands of intake: `python -m services.intake.cli migrate | purge`."""

import argparse
import asyncio
from pathlib import Path

from services.intake.consumers.rounds import PurgeRound
from services.intake.settings import OwnerSettings, Settings
from shared.kernel.clock import Clock
from shared.plumbing import migrations
from shared.plumbing.database import Database
from shared.plumbing.logs import configure_logs
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.retention import Retention

_MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def migrate() -> None:
    """Bring the schema up to date, as its owner."""
    migrations.upgrade(_MIGRATIONS, str(OwnerSettings().owner_database_url.get_secret_value()))


async def purge(settings: Settings, clock: Clock) -> None:
    """Let go of what is past its time now: what the process does by itself every day."""
    database = Database(str(settings.database_url.get_secret_value()), service="intake-purge")
    reference = ReferenceReader()
    try:
        await PurgeRound(
            database=database, reference=reference, clock=clock, conservation_brouillon=settings.brouillon_conservation
        ).go_round()
        await Retention(database, clock, reference).apply()
    finally:
        await database.close()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m services.intake.cli", description=__doc__)
    parser.add_argument("command", choices=("migrate", "purge"))
    if parser.parse_args(arguments).command == "migrate":
        migrate()
        return
    settings = Settings()
    configure_logs("intake", settings.log_format)
    asyncio.run(purge(settings, Clock()))


if __name__ == "__main__":
    main()
