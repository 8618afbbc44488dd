"""`ep seed`: reference data, the demonstration, and the Var's year 2025."""

import asyncio

import typer

from deploy.cli.addresses import application_url
from deploy.demo.register import seed_register
from deploy.tools.console import say
from services.directory.cli import publish_catalogue
from services.directory.ports.hashing import Argon2Hasher
from shared.kernel.clock import Clock
from shared.plumbing.database import Database

app = typer.Typer(no_args_is_help=True)


@app.command()
def reference() -> None:
    """Publish the catalogue of every caisse; nothing happens where nothing changed."""
    asyncio.run(_reference())


async def _reference() -> None:
    database = Database(application_url("directory"), service="directory")
    try:
        for code, version in (await publish_catalogue(database, Clock())).items():
            say(f"caisse {code}: " + ("unchanged" if version is None else f"version {version} published"))
    finally:
        await database.close()


async def _register() -> None:
    database, hasher = Database(application_url("directory"), service="directory"), Argon2Hasher()
    try:
        structures, comptes = await seed_register(database, hasher=hasher, clock=Clock())
    finally:
        hasher.close()
        await database.close()
    say(f"register: {structures} structures and {comptes} accounts added")


@app.command()
def demo() -> None:
    """Invented structures, accounts and demandes in every state, through the public APIs."""
    asyncio.run(_demo())


async def _demo() -> None:
    await _reference()
    await _register()
