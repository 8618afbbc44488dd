"""Commands of intake: `python -m services.intake.cli migrate | purge`."""

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path

import structlog

from services.intake.operations.purge import purge_caisse
from services.intake.settings import OwnerSettings, Settings
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.plumbing import migrations
from shared.plumbing.database import Database
from shared.plumbing.logs import configure_logs
from shared.plumbing.reference import ReferenceReader

log = structlog.get_logger(__name__)
_MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def migrate() -> None:
    """Bring the schema up to date, as its owner."""
    migrations.upgrade(_MIGRATIONS, str(OwnerSettings().owner_database_url.get_secret_value()))


async def purge(settings: Settings, clock: Clock) -> None:
    """Let go of what is past its time, caisse by caisse."""
    database, reference = Database(str(settings.database_url.get_secret_value()), service="intake-purge"), ReferenceReader()
    conservation = timedelta(days=settings.brouillon_conservation_jours)
    async with database.technical_transaction() as session:
        caisses = await reference.caisses(session)
    for caisse_code in caisses:
        perimetre = systeme(caisse_code)
        async with database.transaction(perimetre) as session:
            done = await purge_caisse(
                session, perimetre=perimetre, reference=reference, conservation_brouillon=conservation, now=clock.now()
            )
        log.info("caisse_purged", caisse_code=caisse_code, count=done.brouillons + done.reponses + done.accuses)
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
