"""`ep dlq`: messages that a reader refused for good."""

import asyncio
from typing import Annotated

import typer

from deploy.cli.addresses import ops_bus
from deploy.local.bus_tools import DeadLetter, dead_letters, drop, ops_jetstream, replay

app = typer.Typer(no_args_is_help=True)
Sequence = Annotated[int, typer.Argument(help="As `ep dlq list` shows it.")]


@app.command("list")
def list_() -> None:
    """Every dead letter, oldest first: who refused which fact, and why."""
    for letter in asyncio.run(_all()):
        typer.echo(f"{letter.sequence:>6}  {letter.durable:<30}  {letter.subject:<36}  {letter.error} ({letter.code})")


@app.command()
def show(sequence: Sequence) -> None:
    """One dead letter, with the fact it holds (ids only)."""
    letter = next((letter for letter in asyncio.run(_all()) if letter.sequence == sequence), None)
    if letter is None:
        typer.echo(f"No dead letter {sequence}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{letter.durable} refused {letter.subject}: {letter.error} ({letter.code})\n{letter.payload}")


@app.command("replay")
def replay_(sequence: Sequence) -> None:
    """Publish the fact again, then forget the letter."""
    letter = asyncio.run(_replay(sequence))
    typer.echo(f"{letter.subject} published again for {letter.durable}.")


@app.command("drop")
def drop_(sequence: Sequence) -> None:
    """Forget a dead letter."""
    asyncio.run(_drop(sequence))
    typer.echo(f"Dead letter {sequence} dropped.")


async def _all() -> list[DeadLetter]:
    async with ops_jetstream(ops_bus()) as jetstream:
        return await dead_letters(jetstream)


async def _replay(sequence: int) -> DeadLetter:
    async with ops_jetstream(ops_bus()) as jetstream:
        return await replay(jetstream, sequence)


async def _drop(sequence: int) -> None:
    async with ops_jetstream(ops_bus()) as jetstream:
        await drop(jetstream, sequence)
