"""`ep contracts`: publish what travels into docs/contrats."""

import typer

from deploy.contracts.asyncapi import render_asyncapi
from deploy.contracts.openapi import SERVICES, fetch_openapi
from deploy.local.layout import REPOSITORY, Layout

app = typer.Typer(no_args_is_help=True)
FOLDER = REPOSITORY / "docs" / "contrats"


@app.command()
def asyncapi() -> None:
    """Facts and questions, from the models."""
    (FOLDER / "asyncapi.yaml").write_text(render_asyncapi(), encoding="utf-8")


@app.command()
def openapi() -> None:
    """One document per service, from the running stack."""
    layout = Layout.from_environment()
    for service in SERVICES:
        (FOLDER / f"{service}.openapi.json").write_text(fetch_openapi(layout.url(service)), encoding="utf-8")
        typer.echo(f"{service}.openapi.json")
