"""`ep tools`: the pinned servers."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.tools.console import ToolError
from deploy.tools.install import install_tools, report

app = typer.Typer(no_args_is_help=True)


@app.command()
def install(*, tests: Annotated[bool, typer.Option(help="Also what only the tests need.")] = False) -> None:
    """Find every tool, install what is missing: PATH, cache, distribution, release, build."""
    try:
        install_tools(tests=tests, java=tests)
    except ToolError as error:
        typer.echo(f"\n{error}", err=True)
        raise typer.Exit(1) from error


@app.command()
def show() -> None:
    """Where each tool is."""
    table = Table("tool", "place", "says")
    for row in report():
        table.add_row(*row)
    Console().print(table)
