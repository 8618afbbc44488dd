"""`ep outbox`: facts that have not left yet, and facts to publish again."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from deploy.cli.addresses import admin_connection
from deploy.local.environment import SERVICES as DEPLOYABLES

app = typer.Typer(no_args_is_help=True)
SERVICES = tuple(name for name in DEPLOYABLES if name != "gateway")  # it says nothing on the bus
_COUNT = "SELECT count(*), min(created_at) FROM outbox WHERE published_at IS NULL"
_AGAIN = "UPDATE outbox SET published_at = NULL WHERE published_at >= %s"
_HINT = "NOTIFY outbox"


@app.command()
def status() -> None:
    """How many facts each service still holds, and since when."""
    for service in SERVICES:
        with admin_connection(service) as connection:
            count, oldest = connection.execute(_COUNT).fetchone() or (0, None)
        typer.echo(f"{service:<14} {count:>6}  {'' if oldest is None else oldest.isoformat(timespec='seconds')}")


@app.command()
def retry(
    service: Annotated[str, typer.Argument(help="The service whose facts are published again.")],
    hours: Annotated[float, typer.Option(help="Facts published in the last … hours (a bus that lost its store).")] = 24,
) -> None:
    """Publish recent facts again: readers recognise those they had."""
    with admin_connection(service) as connection:
        again = connection.execute(_AGAIN, (datetime.now(UTC) - timedelta(hours=hours),)).rowcount
        connection.execute(_HINT)
    typer.echo(f"{again} facts of {service} will be published again.")
