"""HTTP of directory, as the two fronts call it (machine calls: token with `sub` = `service:<front>`).

POST /v1/connexion            ConnexionRequest -> ConnexionResult; 401 (one answer for every wrong credential), 429
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from shared.contracts.base import Contract


class ConnexionRequest(Contract):
    """Credentials typed by a person or sent by a program. `cote`: `partenaire` or `caisse`."""

    courriel: Annotated[str, Field(max_length=254, pattern=r"^[^\x00]*$")]
    mot_de_passe: SecretStr
    cote: str
    adresse_ip: str = ""


class PerimetreOffert(Contract):
    """One place where the account may work: the person chooses one after sign-in."""

    caisse_code: str
    caisse_libelle: str
    structure_id: UUID | None = None
    structure_nom: str = ""
    role: str


class ConnexionResult(Contract):
    """Who signed in, and where they may work (ordered by caisse, structure; never empty)."""

    compte_id: UUID
    nom: str
    prenom: str
    courriel: str
    perimetres: list[PerimetreOffert]
