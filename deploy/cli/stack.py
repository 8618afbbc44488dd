"""`ep stack`: the local stack."""

import json
import os
import sys
from typing import Annotated

import typer

from deploy.local import status as state
from deploy.local.environment import SERVICES, Environments
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.marks import digest
from deploy.local.programs import GROUPS, STORES
from deploy.local.readiness import NotReadyError
from deploy.local.secret_store import SecretStore
from deploy.local.stack import Stack, StackError, check_names
from deploy.tools.console import ToolError, say

app = typer.Typer(no_args_is_help=True)


@app.command()
def up(
    *,
    stores: Annotated[bool, typer.Option(help="Only the stores and the engine.")] = False,
    demo: Annotated[bool, typer.Option(help="With the demonstration in it, and where to look.")] = False,
) -> None:
    """Start what does not run, and wait until everything is ready."""
    stack = _stack()
    try:
        stack.up(groups=(STORES,) if stores else GROUPS)
    except (ToolError, StackError, TimeoutError) as error:
        _refuse(error)
    if demo:
        _seed_demo(stack)
        state.show(state.read(stack.layout))


@app.command()
def down() -> None:
    """Stop everything; the state stays."""
    _stack().down()


@app.command()
def reset(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Stop everything and forget it: records, files, secrets."""
    stack = _stack()
    if not yes:
        typer.confirm(f"Forget everything below {stack.layout.root}?", abort=True)
    stack.reset()


@app.command()
def restart(names: Annotated[list[str], typer.Argument(help="Processes, e.g. case activities.")]) -> None:
    """Restart processes with today's code, and wait until they are ready."""
    try:
        _stack().restart(names)
    except (ToolError, StackError, NotReadyError, TimeoutError) as error:
        _refuse(error)


@app.command()
def migrate() -> None:
    """Bring the tables of every service to today's version."""
    try:
        _stack().migrate()
    except StackError as error:
        _refuse(error)


@app.command()
def revision(
    service: Annotated[str, typer.Argument(help="e.g. case")], message: Annotated[str, typer.Argument(help="What it changes.")]
) -> None:
    """Write a new migration of a service, from the difference between its tables in code and in the running stack."""
    if service not in SERVICES or not message:
        _refuse(StackError(f"Say which service ({', '.join(SERVICES)}) and what the migration changes."))
    from shared.plumbing.migrations import new_revision  # noqa: PLC0415 - Alembic takes a second to load, for this command alone

    layout = Layout.from_environment()
    url = Environments(layout, SecretStore(layout.secrets)).migrations_of(service)[f"{service.upper()}_OWNER_DATABASE_URL"]
    new_revision(REPOSITORY / "services" / service / "store" / "migrations", url, message)


@app.command()
def status(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Addresses, health and demo accounts. Exit code 1 when something that should run is not ready."""
    found = state.read(Layout.from_environment())
    typer.echo(json.dumps(found.as_json(), indent=1, ensure_ascii=False)) if as_json else state.show(found)
    if not found.is_ready:
        raise typer.Exit(1)


@app.command()
def logs(
    names: Annotated[list[str] | None, typer.Argument(help="Processes; all of them by default.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.")] = 50,
) -> None:
    """The last lines of each process."""
    try:
        check_names(names or [])
    except StackError as error:
        _refuse(error)
    folder = Layout.from_environment().logs
    files = [folder / f"{name}.log" for name in names] if names else sorted(folder.glob("*.log"))
    missing = [file.stem for file in files if not file.exists()]
    if missing or not files:
        _refuse(StackError(f"No log of {', '.join(missing) or 'anything'} in {folder}"))
    sys.stdout.flush()
    options = ["-n", str(lines), *(["-F"] if follow else [])]
    os.execvp("tail", ["tail", *options, *map(str, files)])  # noqa: S606 - tail follows and rotates better than we would


def _seed_demo(stack: Stack) -> None:
    """Once, and again when what it is made of changes."""
    today = digest([REPOSITORY / "deploy" / "demo", REPOSITORY / "deploy" / "story", REPOSITORY / "services" / "directory"])
    if stack.marks.holds("demo", today):
        return
    from deploy.cli.seed import demo as seed_demo  # noqa: PLC0415 - it loads the rules of directory, which no other start needs

    seed_demo(if_empty=True)
    stack.marks.keep({"demo": today})


def _stack() -> Stack:
    return Stack(Layout.from_environment(), say)


def _refuse(error: Exception) -> None:
    typer.echo(f"\n{error}", err=True)
    raise typer.Exit(1) from error
