"""Commands of case: `python -m services.case.cli migrate`."""

import argparse
from pathlib import Path

from services.case.settings import MigrationSettings
from shared.plumbing.migrations import upgrade

MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def migrate(settings: MigrationSettings) -> None:
    """Bring the schema up to date, as the owner."""
    upgrade(MIGRATIONS, str(settings.owner_database_url.get_secret_value()))


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m services.case.cli", description=__doc__)
    parser.add_argument("command", choices=["migrate"])
    parser.parse_args()
    migrate(MigrationSettings())


if __name__ == "__main__":
    main()
