"""`ep events`: watch the facts on the bus."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from deploy.cli.addresses import ops_bus
from deploy.local.bus_tools import facts_since, ops_jetstream
from shared.contracts.evenements import Enveloppe

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `tail` a sub-command while it is the only one."""


@app.command()
def tail(
    aggregate: Annotated[str, typer.Argument(help="demande, piece_jointe, referentiel or compte.")] = "demande",
    minutes: Annotated[int, typer.Option(help="How far back to begin.")] = 60,
) -> None:
    """Show facts as they come, until Ctrl+C: instant, fact, number or id."""
    try:
        asyncio.run(_tail(aggregate, datetime.now(UTC) - timedelta(minutes=minutes)))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _tail(aggregate: str, since: datetime) -> None:
    async with ops_jetstream(ops_bus()) as jetstream:
        async for subject, payload in facts_since(jetstream, aggregate, since):
            enveloppe = Enveloppe.model_validate_json(payload)
            typer.echo(f"{enveloppe.time:%Y-%m-%d %H:%M:%S}  {subject:<36}  {enveloppe.subject}")
