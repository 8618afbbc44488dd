"""`ep docs`: what the documentation shows and no one writes by hand."""

import subprocess
import sys

import typer

from deploy.cli import contracts
from deploy.local.layout import REPOSITORY

app = typer.Typer(no_args_is_help=True)


@app.command()
def screenshots() -> None:
    """Play the README's story on the running stack and take its pictures into docs/img."""
    told = subprocess.run([sys.executable, "-m", "tests.e2e.screenshots"], cwd=REPOSITORY, check=False)  # the browser comes with the tests
    if told.returncode:
        raise typer.Exit(told.returncode)


@app.command(name="all")
def everything() -> None:
    """Contracts and pictures."""
    contracts.asyncapi()
    contracts.openapi()
    screenshots()
