"""Commands of the gateway: `python -m services.gateway.cli migrate`."""

import argparse
from pathlib import Path

from services.gateway.settings import MigrationSettings
from shared.plumbing.migrations import upgrade

MIGRATIONS = Path(__file__).parent / "store" / "migrations"


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m services.gateway.cli", description=__doc__)
    parser.add_argument("command", choices=["migrate"])
    parser.parse_args()
    upgrade(MIGRATIONS, str(MigrationSettings().owner_database_url.get_secret_value()))


if __name__ == "__main__":
    main()
