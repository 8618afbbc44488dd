"""Criteria of the history as a URL carries them: an empty or unknown value is no criterion, never an error (UX-L02)."""

from datetime import date
from typing import Final, get_args

from pydantic import BaseModel

from shared.contracts.http.case import Filtres, RechercheRequest
from shared.webkit.form_data import whole_number

_TAILLES: Final = get_args(Filtres.model_fields["taille"].annotation)
_TRIS: Final = get_args(Filtres.model_fields["tri"].annotation)
_ORDRES: Final = get_args(Filtres.model_fields["ordre"].annotation)
_STATUTS: Final = ("NOUVEAU", "PRIS_EN_CHARGE", "RESOLU")
_LAST_PAGE: Final = 100_000
_YES: Final = frozenset({"true", "1", "oui", "on"})


class Criteres(BaseModel):
    """The query string, as typed by a form or kept in a bookmark."""

    page: str = "1"
    taille: str = ""
    tri: str = ""
    ordre: str = ""
    offre: str = ""
    motif: str = ""
    statut: str = ""
    attente: str = ""
    depuis: str = ""
    jusqua: str = ""
    suivies: str = ""
    miennes: str = ""

    def as_recherche(self, texte: str = "") -> RechercheRequest:
        """The criteria that mean something."""
        taille, page = whole_number(self.taille), whole_number(self.page) or 1
        return RechercheRequest.model_validate(
            {
                "page": min(page, _LAST_PAGE),
                "taille": taille if taille in _TAILLES else _TAILLES[0],
                "tri": self.tri if self.tri in _TRIS else _TRIS[0],
                "ordre": self.ordre if self.ordre in _ORDRES else "desc",
                "offre": self.offre or None,
                "motif": self.motif or None,
                "statut": self.statut if self.statut in _STATUTS else None,
                "attente": self.attente in _YES,
                "depuis": _day(self.depuis),
                "jusqua": _day(self.jusqua),
                "suivies": self.suivies in _YES,
                "miennes": self.miennes in _YES,
                "texte": texte,
            }
        )


def _day(texte: str) -> str | None:
    try:
        return date.fromisoformat(texte).isoformat()
    except ValueError:
        return None
