"""`ep demo`: play one demande of each offre over the public APIs, one of them to its expiry, and say where to look."""

import asyncio
from datetime import datetime

import httpx2
import typer
from rich.console import Console
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from deploy.cli.workflow import connect_engine
from deploy.local.layout import Layout
from deploy.story.play import NeverCameError, Tell, play_everything
from deploy.story.programs import RefusedError
from shared.contracts.situation import Processus
from shared.contracts.workflows import EXTEND_ECHEANCE, ExtendEcheanceRequest
from shared.kernel.identifiers import NumeroDemande
from workflows import operators

app = typer.Typer(invoke_without_command=True)


@app.callback()
def demo() -> None:
    """Five stories and an expiry, as programs of a partner and of the caisse play them."""
    layout, console = Layout.from_environment(), Console()
    try:
        with console.status("…"):
            numeros = asyncio.run(_play(layout, lambda step: console.print(f"  {step}")))
    except (RefusedError, NeverCameError, httpx2.TransportError) as error:
        console.print(f"[red]{error}[/red] — `ep stack status` says what does not answer.")
        raise typer.Exit(1) from error
    console.print(f"\nPartenaire : {layout.url('gateway')}/demandes/{numeros[0]}")
    console.print(f"Agent      : {layout.url('case')}/agent/demandes/{numeros[0]}")
    console.print(f"Temporal   : {layout.url('temporal_ui')}/namespaces/ep/workflows/traitement-demande:{numeros[-1]}")


async def _play(layout: Layout, tell: Tell) -> list[str]:
    client = await connect_engine()

    async def move(numero: str, cle: str, instant: datetime) -> bool:
        request = ExtendEcheanceRequest(operateur="ep demo", motif="démonstration de l'expiration", cle=cle, echue_le=instant)
        try:
            await operators.act_on(client, NumeroDemande(numero), Processus.TRAITEMENT, EXTEND_ECHEANCE, request)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError) and error.cause.type == "echeance-not-found":
                return False
            raise
        return True

    return await play_everything(layout, tell, move)
