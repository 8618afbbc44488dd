"""Days and moments typed in a form: the browser's own form or the French one."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from services.intake.domain.errors import ValeurRefusedError

_JOURS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y")
_MOMENTS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%d/%m/%Y à %H:%M", "%d/%m/%Y à %Hh%M")
_ANNEE_MIN = 1900
_ANNEE_MAX = 9998  # one more, and a zone may lead a moment out of what `datetime` holds


def parse_jour(texte: str, *, futur: bool, jour: date) -> date:
    """A day: `2026-03-01` or `01/03/2026`. `jour`: today, locally. Raises: ValeurRefusedError."""
    lue = next((lue for forme in _JOURS if (lue := _read(texte, forme)) is not None), None)
    if lue is None or lue.year < _ANNEE_MIN:
        raise ValeurRefusedError("Saisissez une date sous la forme JJ/MM/AAAA, par exemple 01/03/2026", "format")
    if not futur and lue.date() > jour:
        raise ValeurRefusedError("La date ne doit pas être dans le futur", "futur")
    return lue.date()


def parse_moment(texte: str, *, futur: bool, now: datetime, fuseau: str) -> datetime:
    """A moment, in UTC: ISO with or without offset, `01/03/2026 10:30`, or a day alone (its first minute).

    Without an offset it is local to the caisse (`fuseau`). Raises: ValeurRefusedError.
    """
    lu = _read_iso(texte) or next((lu for forme in (*_MOMENTS, *_JOURS) if (lu := _read(texte, forme)) is not None), None)
    if lu is None or not _ANNEE_MIN <= lu.year <= _ANNEE_MAX:
        raise ValeurRefusedError("Saisissez une date et une heure, par exemple 01/03/2026 10:30", "format")
    moment = lu.replace(tzinfo=lu.tzinfo or ZoneInfo(fuseau)).astimezone(UTC)
    if not futur and moment > now:
        raise ValeurRefusedError("Le moment ne doit pas être dans le futur", "futur")
    return moment


def _read(texte: str, forme: str) -> datetime | None:
    try:
        return datetime.strptime(texte, forme)  # noqa: DTZ007  a local value: the caller gives it its zone
    except ValueError:
        return None


def _read_iso(texte: str) -> datetime | None:
    try:
        return datetime.fromisoformat(texte)
    except ValueError:
        return None
