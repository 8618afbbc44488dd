"""`ep user`: accounts of partners and agents."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.addresses import application_url
from services.directory.domain.compte import Portee, StatutCompte
from services.directory.operations.manage_comptes import (
    NouveauCompte,
    add_portee,
    create_compte,
    move_compte,
    reset_mot_de_passe,
)
from services.directory.ports.hashing import Argon2Hasher
from services.directory.store import caisses, comptes
from shared.contracts.perimetre import Role, systeme
from shared.kernel.clock import Clock
from shared.kernel.errors import DomainError, RuleError
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import Database

app = typer.Typer(no_args_is_help=True)
Caisse = Annotated[str, typer.Option(help="Three digits, e.g. 831.")]
MotDePasse = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked when not given.")]


@app.command("list")
def list_users(*, caisse: Annotated[str | None, typer.Option(help="One caisse only.")] = None) -> None:
    """Accounts with their places."""
    _run(lambda database: _list(database, caisse))


@app.command()
def add(
    courriel: str,
    *,
    nom: Annotated[str, typer.Option()],
    prenom: Annotated[str, typer.Option()],
    role: Annotated[Role, typer.Option()],
    caisse: Caisse,
    structure: Annotated[UUID | None, typer.Option(help="For a partner's role.")] = None,
    mot_de_passe: MotDePasse,
) -> None:
    """Create an account with one place."""
    nouveau = NouveauCompte(courriel=courriel, nom=nom, prenom=prenom, mot_de_passe=mot_de_passe)
    portee = Portee(caisse_code=CaisseCode(caisse), role=role.value, structure_id=StructureId(structure) if structure else None)
    _run(lambda database: _add(database, nouveau, portee))


@app.command()
def disable(courriel: str, *, caisse: Caisse) -> None:
    """Suspend an account: its sessions end, it may be enabled again."""
    _run(lambda database: _move(database, courriel, CaisseCode(caisse), StatutCompte.SUSPENDU))


@app.command()
def enable(courriel: str, *, caisse: Caisse) -> None:
    """Bring a suspended account back."""
    _run(lambda database: _move(database, courriel, CaisseCode(caisse), StatutCompte.ACTIF))


@app.command()
def password(courriel: str, *, caisse: Caisse, mot_de_passe: MotDePasse) -> None:
    """Give a new password, and forget failed tries."""
    _run(lambda database: _reset(database, courriel, CaisseCode(caisse), mot_de_passe))


def _run(act: Callable[[Database], Awaitable[None]]) -> None:
    """One command on directory's database; what the domain refuses is said in a line."""

    async def run() -> None:
        async with _database() as database:
            await act(database)

    try:
        asyncio.run(run())
    except DomainError as error:
        details = [field.message for field in error.fields] if isinstance(error, RuleError) else []
        typer.echo(" ".join([f"{error.title}: {error}", *details]), err=True)
        raise typer.Exit(1) from error


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    database = Database(application_url("directory"), service="directory")
    try:
        yield database
    finally:
        await database.close()


async def _list(database: Database, only: str | None) -> None:
    table = Table("e-mail", "name", "role", "caisse", "structure", "status")
    async with database.technical_transaction() as session:
        codes = [code for code, _ in await caisses.list_caisses(session) if only in {None, code}]
    for code in codes:
        perimetre = systeme(code)
        async with database.transaction(perimetre) as session:
            for compte, place in await comptes.list_comptes(session, perimetre):
                structure = str(place.structure_id or "")
                name = f"{compte.nom} {compte.prenom}"
                table.add_row(compte.courriel, name, place.role, code, structure, compte.statut.value)
    Console().print(table)


async def _add(database: Database, nouveau: NouveauCompte, portee: Portee) -> None:
    perimetre, hasher = systeme(portee.caisse_code), Argon2Hasher()
    async with database.transaction(perimetre) as session:
        compte = await create_compte(session, nouveau, perimetre=perimetre, hasher=hasher, clock=Clock())
        await add_portee(session, compte, portee, perimetre=perimetre, clock=Clock())
    typer.echo(f"{compte.courriel}: created ({compte.compte_id})")


async def _move(database: Database, courriel: str, caisse_code: CaisseCode, vers: StatutCompte) -> None:
    perimetre = systeme(caisse_code)
    async with database.transaction(perimetre) as session:
        compte = await move_compte(session, courriel, vers, perimetre=perimetre, clock=Clock())
    typer.echo(f"{compte.courriel}: {compte.statut}")


async def _reset(database: Database, courriel: str, caisse_code: CaisseCode, mot_de_passe: str) -> None:
    perimetre = systeme(caisse_code)
    async with database.transaction(perimetre) as session:
        compte = await reset_mot_de_passe(session, courriel, mot_de_passe, perimetre=perimetre, hasher=Argon2Hasher(), clock=Clock())
    typer.echo(f"{compte.courriel}: password changed")
