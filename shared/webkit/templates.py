"""The Jinja environment of a front: strict, escaping, with French filters and fingerprinted static addresses."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from shared.kernel.clock import Clock
from shared.webkit import french, messages_fr
from shared.webkit.frame import Frame

TEMPLATES = Path(__file__).parent / "templates"


def build_environment(folders: Sequence[Path], *, static_url: Callable[[str], str], clock: Clock) -> Environment:
    """The environment of a front: its own templates first, the shared ones behind."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader([*folders, TEMPLATES])]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        static=static_url, now=clock.now, statuts=messages_fr.STATUTS, etats_piece=messages_fr.ETATS_PIECE, messages=messages_fr.FAITS
    )
    environment.filters.update(
        moment=_moment,
        moment_court=_moment_court,
        heure=_heure,
        echeance=_echeance,
        jour=_jour,
        relatif=lambda instant: french.relatif(instant, clock.now()),
        reste=lambda instant: french.duree(instant - clock.now()),
        octets=french.octets,
        formats=french.formats,
        telephone=french.telephone,
        nombre=french.nombre,
        pourcentage=french.pourcentage,
        typo=french.typo,
        pluriel=french.pluriel,
        paragraphes=_paragraphes,
    )
    return environment


def _zone(context: Context) -> str:
    frame = context.get("frame")
    return frame.fuseau if isinstance(frame, Frame) else Frame().fuseau


@pass_context
def _moment(context: Context, instant: datetime) -> Markup:
    """`<time>` with « 16 février 2026 à 16 h 30 » in the caisse's zone (UX-X09)."""
    return _time(instant, french.moment(instant, _zone(context)))


@pass_context
def _moment_court(context: Context, instant: datetime) -> Markup:
    """`<time>` with « 16/02/2026 16 h 30 »."""
    return _time(instant, french.moment_court(instant, _zone(context)))


@pass_context
def _heure(context: Context, instant: datetime) -> Markup:
    """`<time>` with « 16 h 30 »."""
    return _time(instant, french.heure(instant, _zone(context)))


@pass_context
def _echeance(context: Context, instant: datetime) -> Markup:
    """`<time>` with the whole limit, day and hour: « 3 mars 2026 à 10 h 00 » (UX-W01)."""
    return _moment(context, instant)


@pass_context
def _jour(context: Context, valeur: date | datetime) -> str:
    """« 16/02/2026 »: the local day when given an instant."""
    if isinstance(valeur, datetime):
        return french.moment_court(valeur, _zone(context)).split(" ", 1)[0]
    return french.jour(valeur)


def _time(instant: datetime, texte: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(instant.isoformat(), texte)


def _paragraphes(texte: str) -> Markup:
    """Blank lines become paragraphs; everything is escaped."""
    blocs = [bloc.strip() for bloc in texte.replace("\r\n", "\n").split("\n\n") if bloc.strip()]
    return Markup("").join(Markup("<p class='ep-prose'>{}</p>").format(escape(bloc)) for bloc in blocs)
