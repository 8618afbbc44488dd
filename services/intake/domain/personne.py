"""The insured person as partners type them: names, birth, place (domain §1.3). Tolerant, never completed. There is no NIR."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from services.intake.domain.errors import ValeurRefusedError
from services.intake.domain.pays import AUTRES_NOMS, PAYS
from services.intake.domain.textes import search_key

_SEPARATEURS = frozenset("-‐‑–'’ʼ`´ \u00a0\u202f")
_DATE = re.compile(r"(\d{2})(\d{2})(\d{4})|(\d{1,2})[/\-. ](\d{1,2})[/\-. ](\d{4})")
_DEPARTEMENT = re.compile(r"0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[4-8]")
_JOUR_MAX = 31  # lunar dates: any day up to it, 00 when unknown (ux F10)
_PAYS_BY_KEY = {search_key(pays): pays for pays in PAYS} | {search_key(autre): pays for autre, pays in AUTRES_NOMS.items()}


def check_nom(texte: str, quoi: str) -> str:
    """A name as typed: letters of any script, blanks, hyphens, apostrophes (ux F12). `quoi`: "nom" or "prénom".

    Raises: ValeurRefusedError.
    """
    letters = [c for c in texte if unicodedata.category(c)[0] in "LM"]
    if len(letters) + sum(c in _SEPARATEURS for c in texte) != len(texte):
        message = f"Le {quoi} ne doit contenir que des lettres, des espaces, des traits d'union et des apostrophes"
        raise ValeurRefusedError(message, "caracteres")
    if not letters:
        raise ValeurRefusedError(f"Saisissez le {quoi}", "requis")
    return texte


@dataclass(frozen=True, slots=True)
class DateNaissance:
    """A date of birth as it stands: lunar or incomplete ones are kept, never completed (domain §1.3)."""

    jour: int
    mois: int
    annee: int

    def __str__(self) -> str:
        return f"{self.jour:02d}/{self.mois:02d}/{self.annee:04d}"

    @property
    def date_civile(self) -> date | None:
        """The day on the calendar, or None when the date is incomplete or lunar."""
        try:
            return date(self.annee, self.mois, self.jour)
        except ValueError:
            return None

    def is_after(self, jour: date) -> bool:
        """Whether the person would be born after this day; what is unknown is given the benefit of the doubt."""
        civile = self.date_civile
        if civile is not None:
            return civile > jour
        mois_connu = self.mois if 1 <= self.mois <= 12 else 1
        return (self.annee, mois_connu) > (jour.year, jour.month)


def parse_date_naissance(texte: str, *, annee_min: int, jour: date) -> DateNaissance:
    """Reads `01011960`, `01/01/1960`, `1-1-1960`; day 00–31, month 00–99, year from `annee_min` to this year (ux F10).

    `jour`: today in the caisse's zone. Raises: ValeurRefusedError.
    """
    match = _DATE.fullmatch(texte)
    if match is None:
        raise ValeurRefusedError("Saisissez la date de naissance sous la forme JJ/MM/AAAA, par exemple 01/01/1960", "format")
    naissance = DateNaissance(*(int(groupe) for groupe in match.groups() if groupe is not None))
    if naissance.jour > _JOUR_MAX:
        raise ValeurRefusedError("Le jour de naissance doit être compris entre 00 et 31", "jour")
    if not annee_min <= naissance.annee <= jour.year:
        raise ValeurRefusedError(f"L'année de naissance doit être comprise entre {annee_min} et {jour.year}", "annee")
    if naissance.is_after(jour):
        raise ValeurRefusedError("La date de naissance ne doit pas être dans le futur", "futur")
    return naissance


def parse_lieu_naissance(texte: str) -> str:
    """A département's code, or the label of a country of the list (domain §1.3). Raises: ValeurRefusedError."""
    code = texte.upper().replace(" ", "")
    if _DEPARTEMENT.fullmatch(code):
        return code
    cle = search_key(texte)
    if cle in _PAYS_BY_KEY:
        return _PAYS_BY_KEY[cle]
    if cle == "FRANCE":
        raise ValeurRefusedError("Pour une naissance en France, saisissez le numéro du département", "departement")
    raise ValeurRefusedError("Saisissez un numéro de département (01 à 95, 2A, 2B, 971 à 978, 984 à 988) ou un pays de la liste", "lieu")
