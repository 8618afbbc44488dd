"""`ep workflow`: the processes of demandes, and what an operator may do to one.

Locally the engine, its keys and the record are those of the stack; elsewhere the WORKFLOWS_* and POSTGRES_* variables say them.
"""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError

from deploy.cli.addresses import admin_connection
from deploy.local.environment import Environments
from deploy.local.layout import Layout
from deploy.local.secret_store import SecretStore
from shared.contracts import workflows as names
from shared.contracts.situation import Processus
from shared.contracts.workflows import ExtendEcheanceRequest, OperatorRequest, SkipEtapeRequest
from shared.kernel.errors import HouseError
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.settings import TemporalSettings, settings_config
from shared.plumbing.temporal import build_codec, build_data_converter
from workflows import operators
from workflows.operators import Fiche, Ligne

app = typer.Typer(no_args_is_help=True)
T = TypeVar("T")
_PREFIX = "WORKFLOWS_"
_CONNECT_S = 10
# Not resolved, or resolved so lately that a received file may still have to expire (15 days, a setting of the caisse).
_OPEN = "SELECT numero FROM demande WHERE sous_etat <> 'resolu' OR derniere_activite_le > now() - interval '90 days' ORDER BY numero"
_KNOWN = "SELECT numero FROM demande WHERE numero = ANY(%s)"
_LET_GO_S = 0.2  # the client's threads let go of their last call: else the interpreter may end under them, and abort
_MYSELF = getpass.getuser()

Numero = Annotated[str, typer.Argument(help="Number of the demande.")]
Cle = Annotated[str, typer.Argument(help="Key of the step or deadline, as `ep workflow show` says it.")]
Motif = Annotated[str, typer.Option(help="Why: recorded with the act.")]
Operateur = Annotated[str, typer.Option(help="Who acts: recorded with the act.")]
Which = Annotated[Processus, typer.Option("--processus", help="The demande's own process, or one of its children.")]
Instant = Annotated[
    datetime, typer.Option("--jusqu-au", formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"], help="2026-12-01T18:00+01:00")
]


class EngineSettings(TemporalSettings):
    """Where the engine is, and the keys of its payloads."""

    model_config = settings_config(_PREFIX)


@app.command("list")
def list_(
    *,
    intervention: Annotated[bool, typer.Option(help="Only those that need an operator.")] = False,
    en_retard: Annotated[bool, typer.Option(help="Only those that are late.")] = False,
    caisse: Annotated[str, typer.Option(help="Three digits: one caisse only.")] = "",
    query: Annotated[str, typer.Option(help="Another condition, in the engine's own words.")] = "",
) -> None:
    """Processes that run, newest first."""
    conditions = ['ExecutionStatus = "Running"', *([query] if query else [])]
    conditions += ["EpIntervention = true"] * intervention + ["EpEnRetard = true"] * en_retard
    conditions += [f"EpCaisse = '{caisse}'"] * (len(caisse) == 3 and caisse.isalnum())
    for ligne in _run(lambda client: _listed(client, " AND ".join(conditions))):
        typer.echo(_line(ligne))


@app.command()
def show(numero: Numero) -> None:
    """The process of a demande and its children: state, steps under way, what may be done."""
    fiches = _run(lambda client: _family(client, NumeroDemande(numero)))
    if not fiches:
        typer.echo(f"No process for {numero}.", err=True)
        raise typer.Exit(1)
    for fiche in fiches:
        typer.echo(_line(fiche.ligne))
        typer.echo("".join(f"  en cours : {pendante}\n" for pendante in fiche.pendantes) + fiche.details + "\n")


@app.command()
def hold(numero: Numero, motif: Motif, operateur: Operateur = _MYSELF, processus: Which = Processus.TRAITEMENT) -> None:
    """Time nothing and start nothing until resumed."""
    _act(numero, processus, names.HOLD, OperatorRequest(operateur=operateur, motif=motif))


@app.command()
def resume(numero: Numero, motif: Motif, operateur: Operateur = _MYSELF, processus: Which = Processus.TRAITEMENT) -> None:
    """Take up again what was held; start failed steps again."""
    _act(numero, processus, names.RESUME, OperatorRequest(operateur=operateur, motif=motif))


@app.command()
def skip(numero: Numero, cle: Cle, motif: Motif, operateur: Operateur = _MYSELF, processus: Which = Processus.TRAITEMENT) -> None:
    """Give up a step."""
    _act(numero, processus, names.SKIP_ETAPE, SkipEtapeRequest(operateur=operateur, motif=motif, cle=cle))


@app.command()
def extend(
    numero: Numero,
    cle: Cle,
    jusqu_au: Instant,
    motif: Motif,
    operateur: Operateur = _MYSELF,
    processus: Which = Processus.TRAITEMENT,
) -> None:
    """Move a deadline."""
    request = ExtendEcheanceRequest(operateur=operateur, motif=motif, cle=cle, echue_le=jusqu_au)
    _act(numero, processus, names.EXTEND_ECHEANCE, request)


@app.command()
def rebuild(
    numeros: Annotated[list[str] | None, typer.Argument(help="Numbers of demandes.")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Every demande that may still have something to wait for.")] = False,
    par_seconde: Annotated[float, typer.Option(min=0.1, help="So many a second, to leave room for the day's work.")] = 20,
) -> None:
    """End the process and its children, and start again from the record: harmless, steps are idempotent."""
    chosen = [NumeroDemande(numero) for numero in numeros or []] or (_open_numeros() if all_ else [])
    if not chosen:
        typer.echo("Nothing to build again: give numbers, or --all.", err=True)
        raise typer.Exit(2)
    if numeros and (unknown := set(numeros) - _known_numeros(chosen)):
        typer.echo(f"Not in the record, nothing was done: {', '.join(sorted(unknown))}.", err=True)  # its process would wait for ever
        raise typer.Exit(1)
    _run(lambda client: operators.rebuild_all(client, chosen, per_second=par_seconde))
    typer.echo(f"{len(chosen)} started again.")


def _open_numeros() -> list[NumeroDemande]:
    """From the record, never from the engine, which may have lost everything. A finished one reads, and ends at once."""
    with admin_connection("case") as connection:
        return [NumeroDemande(numero) for (numero,) in connection.execute(_OPEN).fetchall()]


def _known_numeros(numeros: list[NumeroDemande]) -> set[str]:
    """Those of which the record holds a demande."""
    with admin_connection("case") as connection:
        return {numero for (numero,) in connection.execute(_KNOWN, (numeros,)).fetchall()}


def _act(numero: str, processus: Processus, act: str, request: OperatorRequest) -> None:
    try:
        _run(lambda client: operators.act_on(client, NumeroDemande(numero), processus, act, request))
    except WorkflowUpdateFailedError as error:
        typer.echo(f"Refused: {_reason(error.cause)}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{act} recorded for {numero}.")


def _reason(cause: BaseException | None) -> str:
    if isinstance(cause, ActivityError):
        cause = cause.cause
    return cause.message if isinstance(cause, ApplicationError) else type(cause).__name__


async def _listed(client: Client, query: str) -> list[Ligne]:
    return [ligne async for ligne in operators.list_processus(client, query)]


async def _family(client: Client, numero: NumeroDemande) -> list[Fiche]:
    fiches = []
    for processus in Processus:
        try:
            fiches.append(await operators.look_at(client, numero, processus))
        except operators.ProcessusNotFoundError:
            continue
    return fiches


def _line(ligne: Ligne) -> str:
    marques = " ".join(["EN RETARD"] * ligne.en_retard + ["INTERVENTION"] * ligne.intervention)
    echeance = f"{ligne.echeance:%Y-%m-%d %H:%M} UTC" if ligne.echeance else "-"
    return f"{ligne.workflow_id:<38} {ligne.statut:<10} {ligne.etape:<22} {ligne.attente:<11} {echeance:<20} {marques}".rstrip()


def _run(act: Callable[[Client], Awaitable[T]]) -> T:
    async def connected() -> T:
        try:
            return await act(await connect_engine())
        finally:
            await asyncio.sleep(_LET_GO_S)

    try:
        return asyncio.run(connected())
    except HouseError as error:
        typer.echo(f"{error.title} : {error}", err=True)
        raise typer.Exit(1) from error


async def connect_engine() -> Client:
    """A client of the stack's engine, or of the one the WORKFLOWS_* variables name. Raises: typer.Exit, with why."""
    settings = _settings()
    codec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)
    try:
        return await asyncio.wait_for(
            Client.connect(settings.temporal_address, namespace=settings.temporal_namespace, data_converter=build_data_converter(codec)),
            _CONNECT_S,
        )
    except (RuntimeError, TimeoutError) as error:
        typer.echo(f"The engine does not answer at {settings.temporal_address}.", err=True)
        raise typer.Exit(1) from error


def _settings() -> EngineSettings:
    if f"{_PREFIX}TEMPORAL_ADDRESS" not in os.environ:
        layout = Layout.from_environment()
        os.environ.update(Environments(layout, SecretStore(layout.secrets)).of("workflows"))
    return EngineSettings()
