"""One field of a form, checked by its type in the catalogue (domain §1.3): the value as it is stored, or what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from stdnum.fr import nir

from services.intake.domain import messages
from services.intake.domain.errors import ValeurRefusedError
from services.intake.domain.moments import parse_jour, parse_moment
from services.intake.domain.nir import has_nir
from services.intake.domain.personne import check_nom, parse_date_naissance, parse_lieu_naissance
from services.intake.domain.textes import is_text, normalize
from services.intake.operations.telephones import normalize_telephone
from shared.contracts.reference import Champ

Valeur = str | bool | list[str]
_VRAI: Final = frozenset({"true", "on", "oui", "1"})
_ANNEE_MIN: Final = 1900
_TELEPHONE_MAX: Final = 40
_NOMS: Final = {"nom": "nom", "prenom": "prénom"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """When the form is judged: the moment, the local day of the caisse and its zone."""

    now: datetime
    jour: date
    fuseau: str


def is_missing(valeur: Valeur | None) -> bool:
    """Whether nothing was answered: no value, blanks, an empty list, an unticked box."""
    if isinstance(valeur, str):
        return not valeur.strip() or valeur.strip() == "false"
    return not valeur


def check_champ(champ: Champ, valeur: Valeur | None, instant: Instant, *, requis: bool) -> Valeur | None:
    """The value to store, None when nothing was answered. Raises: ValeurRefusedError."""
    if valeur is None or is_missing(valeur):
        if requis:
            raise ValeurRefusedError(messages.ask_for(champ.code, champ.libelle), "requis")
        return None
    try:
        return _LECTEURS.get(champ.type, _read_texte)(champ, valeur, instant)
    except ValeurRefusedError as error:
        if error.code != messages.FUTUR:
            raise
        raise ValeurRefusedError(messages.in_future(champ.code, champ.libelle), error.code) from error


def check_text(texte: str) -> None:
    """What no text may hold: invisible characters, and a social-security number (RG-11). Raises: ValeurRefusedError."""
    if not is_text(texte):
        raise ValeurRefusedError(messages.CARACTERES, "caracteres")
    if has_nir(texte, nir.calc_check_digits):
        raise ValeurRefusedError(messages.NIR, "nir")


def _read_texte(champ: Champ, valeur: Valeur, _instant: Instant) -> str:
    texte = _text(valeur)
    if champ.max is not None and len(texte) > champ.max:
        raise ValeurRefusedError(messages.too_long(champ.code, champ.libelle, champ.max), "long")
    if champ.min is not None and len(texte) < champ.min:
        raise ValeurRefusedError(messages.too_short(champ.code, champ.libelle, champ.min), "court")
    return check_nom(texte, _NOMS[champ.code]) if champ.code in _NOMS else texte


def _read_choix(champ: Champ, valeur: Valeur, _instant: Instant) -> str:
    texte = _text(valeur)
    if texte not in [choix.code for choix in champ.choix]:
        raise ValeurRefusedError(messages.not_in_list(champ.libelle), "liste")
    return texte


def _read_choix_multiple(champ: Champ, valeur: Valeur, _instant: Instant) -> list[str]:
    choisis = valeur if isinstance(valeur, list) else [_text(valeur)]
    codes = [choix.code for choix in champ.choix]
    if any(choisi not in codes for choisi in choisis):
        raise ValeurRefusedError(messages.not_in_list(champ.libelle), "liste")
    return [code for code in codes if code in choisis]


def _read_case(champ: Champ, valeur: Valeur, _instant: Instant) -> bool:
    cochee = valeur is True or (isinstance(valeur, str) and valeur.strip().lower() in _VRAI)
    if champ.valeur_exigee and not cochee:
        raise ValeurRefusedError(messages.ask_for(champ.code, champ.libelle), "requis")
    return cochee


def _read_date_incomplete(champ: Champ, valeur: Valeur, instant: Instant) -> str:
    return str(parse_date_naissance(_text(valeur), annee_min=champ.annee_min or _ANNEE_MIN, jour=instant.jour))


def _read_date(champ: Champ, valeur: Valeur, instant: Instant) -> str:
    return parse_jour(_text(valeur), futur=champ.futur, jour=instant.jour).isoformat()


def _read_moment(champ: Champ, valeur: Valeur, instant: Instant) -> str:
    return parse_moment(_text(valeur), futur=champ.futur, now=instant.now, fuseau=instant.fuseau).isoformat()


def _read_lieu(_champ: Champ, valeur: Valeur, _instant: Instant) -> str:
    return parse_lieu_naissance(_text(valeur))


def _read_telephone(champ: Champ, valeur: Valeur, _instant: Instant) -> str:
    texte = _text(valeur)
    if len(texte) > _TELEPHONE_MAX:
        raise ValeurRefusedError(messages.too_long(champ.code, champ.libelle, _TELEPHONE_MAX), "long")
    return normalize_telephone(texte)


def _text(valeur: Valeur) -> str:
    if not isinstance(valeur, str):
        raise ValeurRefusedError(messages.MAL_FORME, "type")
    texte = normalize(valeur)
    check_text(texte)
    return texte


_LECTEURS: Final[dict[str, Callable[[Champ, Valeur, Instant], Valeur]]] = {
    "texte": _read_texte,
    "texte_long": _read_texte,
    "choix": _read_choix,
    "choix_multiple": _read_choix_multiple,
    "case": _read_case,
    "date": _read_date,
    "date_incomplete": _read_date_incomplete,
    "moment": _read_moment,
    "departement_ou_pays": _read_lieu,
    "telephone": _read_telephone,
}
