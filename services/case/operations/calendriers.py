"""From a caisse's settings to its working calendar: the public holidays come from the `holidays` library (domain §6.2)."""

from datetime import date, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays
from holidays.constants import PUBLIC

from services.case.domain.calendrier import Calendrier, Plage
from shared.contracts.reference import Parametres

# Zone of the settings -> subdivision of the library. Metropolitan France has none.
_SUBDIVISIONS: Final = {
    "metropole": None,
    "alsace_moselle": "6AE",
    "alsace-moselle": "6AE",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "la_reunion": "974",
    "mayotte": "976",
    "saint_barthelemy": "BL",
    "saint_martin": "MF",
    "nouvelle_caledonie": "NC",
    "polynesie_francaise": "PF",
    "saint_pierre_et_miquelon": "PM",
    "wallis_et_futuna": "WF",
}
_FRANCE: Final = "FR"
_VENDREDI_SAINT: Final = -2
_LUNDI_PENTECOTE: Final = 50


@lru_cache(maxsize=512)
def jours_feries(annee: int, zone: str, *, vendredi_saint: bool, lundi_pentecote: bool) -> frozenset[date]:
    """The public holidays of a year. Good Friday by the caisse's own flag, in every zone: the library always has it in Alsace-Moselle."""
    feries = set(country_holidays(_FRANCE, subdiv=_SUBDIVISIONS[zone], years=annee, categories=PUBLIC).keys())
    paques = _paques(annee)
    _set_day(feries, date.fromordinal(paques + _VENDREDI_SAINT), is_ferie=vendredi_saint)
    _set_day(feries, date.fromordinal(paques + _LUNDI_PENTECOTE), is_ferie=lundi_pentecote)
    return frozenset(feries)


@lru_cache(maxsize=64)
def _calendrier(
    fuseau: str,
    plages: tuple[tuple[int, str, str], ...],
    zone: str,
    vendredi_saint: bool,
    lundi_pentecote: bool,
    fermetures: frozenset[date],
) -> Calendrier:
    return Calendrier(
        fuseau=ZoneInfo(fuseau),
        plages={jour: Plage(time.fromisoformat(ouverture), time.fromisoformat(fermeture)) for jour, ouverture, fermeture in plages},
        jours_feries=lambda annee: jours_feries(annee, zone, vendredi_saint=vendredi_saint, lundi_pentecote=lundi_pentecote),
        fermetures=fermetures,
    )


def calendrier_of(parametres: Parametres) -> Calendrier:
    """The calendar of a caisse, built once per set of settings."""
    return _calendrier(
        parametres.fuseau,
        tuple((plage.jour, plage.ouverture, plage.fermeture) for plage in parametres.horaires),
        parametres.zone,
        parametres.vendredi_saint_ferie,
        parametres.lundi_pentecote_ferie,
        frozenset(parametres.fermetures),
    )


def _set_day(feries: set[date], jour: date, *, is_ferie: bool) -> None:
    if is_ferie:
        feries.add(jour)
    else:
        feries.discard(jour)


def _paques(annee: int) -> int:
    """Ordinal of Easter Sunday, read from the library: Easter Monday is a public holiday everywhere in France."""
    (lundi,) = country_holidays(_FRANCE, years=annee, language="fr").get_named("Lundi de Pâques", lookup="exact")
    return int(lundi.toordinal()) - 1
