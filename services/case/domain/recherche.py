"""How names are compared: without case, accents, hyphens nor apostrophes (UX-L04)."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from services.case.domain.demande import Demande, Personne

_SEPARATORS = re.compile(r"[\s\-‐-―,;./]+")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)")
_APOSTROPHES = re.compile("['’]")
_IGNORED = re.compile(r"[^a-z0-9]")
_MAX_MOTS = 8


def normalise(mot: str) -> str:
    """`D’Agostino` and `DAGOSTINO` are `dagostino`."""
    decompose = unicodedata.normalize("NFKD", mot.casefold().replace("œ", "oe").replace("æ", "ae"))
    return _IGNORED.sub("", decompose)


def mots_of(texte: str) -> list[str]:
    """The words of a text, each as it is compared, without empty ones."""
    return [mot for mot in (normalise(morceau) for morceau in _SEPARATORS.split(texte)) if mot]


def cles_recherche(demande: Demande) -> list[str]:
    """Everything a demande is found by: number, person with the day of birth, demandeur. A compound name: whole and by its parts."""
    personne = demande.personne
    textes = [demande.demandeur_nom, *([personne.nom, personne.prenom] if personne else [])]
    cles: set[str] = {demande.numero}
    for texte in textes:
        for morceau in texte.split():
            cles.update(mots_of(morceau))
            cles.add(normalise(morceau))
    if personne:
        cles.update(requete_of(personne.date_naissance))
    return sorted(cle for cle in cles if cle)


def requete_of(texte: str) -> list[str]:
    """The words looked for, each a beginning: at most eight. A hyphen parts words as a space does; a day of birth is one word."""
    return mots_of(_DATE.sub(_day, texte))[:_MAX_MOTS]


def is_named(nom: str, mots: Sequence[str]) -> bool:
    """Whether every word begins one of this name: of « CCAS d'Exempleville » too, « exempleville »."""
    cles = [*mots_of(nom), *mots_of(_APOSTROPHES.sub(" ", nom))]
    return bool(mots) and all(any(cle.startswith(mot) for cle in cles) for mot in mots)


def _day(trouvee: re.Match[str]) -> str:
    jour, mois, annee = trouvee.groups()
    return f" {jour:0>2}{mois:0>2}{annee} "


def personne_cle(personne: Personne | None) -> str | None:
    """The same person filed twice has the same key (BU-5)."""
    if personne is None:
        return None
    identite = "|".join((normalise(personne.nom), normalise(personne.prenom), personne.date_naissance))
    return hashlib.sha256(identite.encode()).hexdigest()
