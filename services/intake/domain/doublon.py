"""The duplicate guard: same structure, same person, same offre and motif, still open (domain BU-5).

Only a keyed hash is kept: after the case is open nothing here tells who the person is.
"""

import hashlib
import hmac
from dataclasses import dataclass

from services.intake.domain.textes import search_key
from shared.kernel.identifiers import NumeroDemande, StructureId

ECRIRE, SUIVRE, CONFIRMER = "ecrire_dans_la_demande_ouverte", "suivi_demande_assure", "confirmer_autre_demarche"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demarche:
    """What makes two filings the same one; spelling of names does not."""

    structure_id: StructureId
    nom: str
    prenom: str
    date_naissance: str
    offre: str
    motif: str

    def key(self, secret: bytes) -> str:
        """HMAC-SHA256 in hexadecimal."""
        parts = (
            str(self.structure_id),
            search_key(self.nom),
            search_key(self.prenom),
            self.date_naissance,
            self.offre,
            self.motif,
        )
        return hmac.new(secret, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class DoublonConfirme:
    """The open demande the partner was warned of, and why this is another démarche."""

    numero: NumeroDemande
    justification: str


def sorties(*, suivi_possible: bool, confirmation_possible: bool) -> tuple[str, ...]:
    """The exits left to the partner, in the order they are shown."""
    return (ECRIRE, *((SUIVRE,) if suivi_possible else ()), *((CONFIRMER,) if confirmation_possible else ()))
