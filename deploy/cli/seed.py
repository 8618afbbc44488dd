"""`ep seed`: reference data, the demonstration, and the Var's year 2025."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx2
import typer

from deploy.cli.addresses import application_url, service_url
from deploy.demo.register import seed_register
from deploy.demo.scenes import SCENES, NotReachedError, Scene, Troupe, count_demandes
from deploy.story.programs import RefusedError
from deploy.tools.console import say
from services.directory.cli import publish_catalogue
from services.directory.ports.hashing import Argon2Hasher
from shared.contracts.reference import ReferentielCaisse
from shared.contracts.situation import Processus
from shared.kernel.clock import Clock
from shared.plumbing.database import Database

app = typer.Typer(no_args_is_help=True)
_ANNEE = 2025


@app.command()
def reference() -> None:
    """Publish the catalogue of every caisse; nothing happens where nothing changed."""
    asyncio.run(_reference())


@app.command()
def demo(*, if_empty: Annotated[bool, typer.Option("--if-empty", help="Play nothing when demandes are there already.")] = False) -> None:
    """Invented structures, accounts and demandes in every state, through the public APIs."""
    _refuse_in_production()
    if not asyncio.run(_demo(if_empty=if_empty)):
        raise typer.Exit(1)


@app.command()
def var2025(
    *, with_2024: Annotated[bool, typer.Option(help="The year before too: what is older than 24 months is purged one day.")] = False
) -> None:
    """The Var's 16,016 demandes of 2025, all resolved, with 187 structures: invented, the same each time."""
    _refuse_in_production()
    from deploy.demo.load_var import load_annee, load_var_register  # noqa: PLC0415 — this command alone needs the rules of case

    async def register() -> ReferentielCaisse:
        await _reference()
        await _register()
        async with _directory() as database:
            return await load_var_register(database)

    referentiel = asyncio.run(register())
    for annee in (_ANNEE - 1, _ANNEE) if with_2024 else (_ANNEE,):
        load_annee(annee, referentiel)


def _refuse_in_production() -> None:
    """The password of the demonstration's accounts is printed in the README."""
    if os.environ.get("EP_ENVIRONMENT") == "production":
        typer.echo("Demonstration data is refused in production (EP_ENVIRONMENT=production).", err=True)
        raise typer.Exit(1)


async def _reference() -> None:
    async with _directory() as database:
        for code, version in (await publish_catalogue(database, Clock())).items():
            say(f"caisse {code}: " + ("unchanged" if version is None else f"version {version} published"))


async def _demo(*, if_empty: bool) -> bool:
    """Rules, register, scenes. Returns whether every scene was played to its end."""
    await _reference()
    await _register()
    troupe = Troupe(service_url("gateway"), service_url("case"), _move_echeance)
    async with troupe.on_stage():
        present = await count_demandes(troupe)
        if present and if_empty:
            say(f"demonstration: {present} demandes are there already")
            return True
        troupe.rang = present * len(SCENES)
        return all([await _played(troupe, scene) for scene in SCENES])


async def _played(troupe: Troupe, scene: Scene) -> bool:
    """Play one scene and say how it ended; the others are played anyway."""
    try:
        say(f"demonstration: {await scene.play(troupe)} {scene.nom}")
    except (RefusedError, NotReachedError, httpx2.HTTPError) as error:
        say(f"demonstration: « {scene.nom} » stopped: {type(error).__name__} {error}")
        return False
    return True


async def _move_echeance(numero: str, cle: str, delai: timedelta) -> None:
    """An operator moves a deadline; the command has an event loop of its own. Raises: NotReachedError when it is refused."""
    from deploy.cli.workflow import extend  # noqa: PLC0415 — the engine's client is slow to load, and scenes are played once

    echue_le = datetime.now(UTC) + delai
    try:
        await asyncio.to_thread(extend, numero, cle, echue_le, "demonstration", "ep seed", Processus.TRAITEMENT)
    except typer.Exit as error:
        raise NotReachedError from error


async def _register() -> None:
    hasher = Argon2Hasher()
    async with _directory() as database:
        structures, comptes = await seed_register(database, hasher=hasher, clock=Clock())
    hasher.close()
    say(f"register: {structures} structures and {comptes} accounts added")


@asynccontextmanager
async def _directory() -> AsyncIterator[Database]:
    database = Database(application_url("directory"), service="directory")
    try:
        yield database
    finally:
        await database.close()
