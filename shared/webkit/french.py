"""How dates, numbers and sizes read in French (UX-X09, ux §8.27). Pure; the zone is always given."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"
_LOCALE = "fr_FR"
_KO = 1024
_MO = 1024 * 1024
_FRENCH_NUMBER = re.compile(r"^\+33([1-9])(\d{2})(\d{2})(\d{2})(\d{2})$")
_FAMILLES: Final = (
    ("PDF", ("pdf",)),
    ("Word", ("doc", "docx")),
    ("Excel", ("xls", "xlsx", "csv")),
    ("TIFF", ("tiff",)),
    ("PNG", ("png",)),
    ("JPEG", ("jpeg",)),
)
_HIGH_PUNCTUATION = re.compile(r" ([:;!?»])")
_MINUTE = 60
_HOUR = 3600
_DAY = 86400


def jour_long(jour: date) -> str:
    """« 16 février 2026 », « 1er mars 2026 »."""
    month_year = format_date(jour, "MMMM y", locale=_LOCALE)
    number = "1er" if jour.day == 1 else str(jour.day)
    return f"{number}{NBSP}{month_year}"


def jour(jour_: date) -> str:
    """« 16/02/2026 »."""
    return jour_.strftime("%d/%m/%Y")


def heure(instant: datetime, fuseau: str) -> str:
    """« 16 h 30 »."""
    local = instant.astimezone(ZoneInfo(fuseau))
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def moment(instant: datetime, fuseau: str) -> str:
    """« 16 février 2026 à 16 h 30 », local time of `fuseau`."""
    return f"{jour_long(instant.astimezone(ZoneInfo(fuseau)).date())} à {heure(instant, fuseau)}"


def moment_court(instant: datetime, fuseau: str) -> str:
    """« 16/02/2026 16 h 30 »."""
    return f"{jour(instant.astimezone(ZoneInfo(fuseau)).date())} {heure(instant, fuseau)}"


def duree(reste: timedelta) -> str:
    """« 4 jours », « 6 h », « 12 min »: the largest whole unit, never negative."""
    seconds = max(0, int(reste.total_seconds()))
    if seconds >= _DAY:
        days = seconds // _DAY
        return f"{days}{NBSP}jour{'s' if days > 1 else ''}"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR}{NBSP}h"
    return f"{max(1, seconds // _MINUTE)}{NBSP}min"


def relatif(instant: datetime, maintenant: datetime) -> str:
    """« dans 6 h », « il y a 2 jours », « à l'instant »."""
    if abs((instant - maintenant).total_seconds()) < _MINUTE:
        return "à l'instant"
    if instant >= maintenant:
        return f"dans {duree(instant - maintenant)}"
    return f"il y a {duree(maintenant - instant)}"


def nombre(valeur: float) -> str:
    """« 16 016 »: narrow no-break spaces between thousands."""
    return format_decimal(valeur, locale=_LOCALE)


def pourcentage(valeur: float) -> str:
    """« +1 178,21 % »: signed, two decimals (UX-R02)."""
    return format_percent(valeur, format="+#,##0.00\u202f%;-#,##0.00\u202f%", locale=_LOCALE, decimal_quantization=False)


def octets(taille: int) -> str:
    """« 120 Ko », « 1,2 Mo » (1 Ko = 1 024 octets, as the 5 Mo limit counts)."""
    if taille < _KO:
        return f"{taille}{NBSP}octet{'s' if taille > 1 else ''}"
    if taille < _MO:
        return f"{taille // _KO}{NBSP}Ko"
    return f"{format_decimal(round(taille / _MO, 1), locale=_LOCALE)}{NBSP}Mo"


def formats(codes: Sequence[str]) -> str:
    """« PDF, Word (.doc, .docx), Excel (.xls, .xlsx, .csv), TIFF, PNG, JPEG »: the formats a caisse accepts, in this order (UX-U02)."""
    told = []
    for famille, membres in _FAMILLES:
        if acceptes := [f".{code}" for code in membres if code in codes]:
            told.append(f"{famille} ({', '.join(acceptes)})" if len(membres) > 1 else famille)
    return ", ".join(told)


def telephone(numero: str) -> str:
    """« 07.00.00.00.00 » for a French number kept as E.164; anything else as it stands (UX-F13)."""
    found = _FRENCH_NUMBER.match(numero)
    return f"0{found[1]}.{found[2]}.{found[3]}.{found[4]}.{found[5]}" if found else numero


def typo(texte: str) -> str:
    """No-break spaces before : ; ! ? » and after «, for texts that come from data."""
    return _HIGH_PUNCTUATION.sub(rf"{NBSP}\1", texte).replace("« ", f"«{NBSP}")


def pluriel(nombre_: int, singulier: str, pluriel_: str = "") -> str:
    """« 1 document », « 2 documents », « 0 document »."""
    mot = (pluriel_ or f"{singulier}s") if nombre_ > 1 else singulier
    return f"{nombre(nombre_)}{NBSP}{mot}"


def alphabetical(texte: str) -> str:
    """What labels are sorted by: accents and case do not count."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", texte).casefold() if not unicodedata.combining(sign))
