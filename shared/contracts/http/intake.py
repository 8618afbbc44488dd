"""HTTP of intake, called by the gateway with the partner's token.

GET    /v1/offres                              -> OffresVue
GET    /v1/offres/{offre}                      -> FormulaireVue           404
GET    /v1/brouillons                          -> list[BrouillonVue]      (own drafts, newest first)
POST   /v1/brouillons         BrouillonRequest -> 201 BrouillonVue
GET    /v1/brouillons/{id}                     -> BrouillonVue            404
PUT    /v1/brouillons/{id}    BrouillonRequest -> BrouillonVue            409 when `version` is not the stored one
DELETE /v1/brouillons/{id}                     -> 204
POST   /v1/demandes           DepotRequest + header Idempotency-Key -> 201 AccuseVue; 422 fields; 409 `doublon` with DoublonVue
GET    /v1/demandes/non-ouvertes               -> list[NonOuverteVue]     filed by the structure, not yet opened by case, newest first
GET    /v1/demandes/deposees/{cle}             -> AccuseVue               404; what the account filed with this key in the last day
GET    /v1/demandes/{numero}                   -> DepotVue                404; what was filed, by the structure
GET    /v1/demandes/{numero}/accuse.pdf        -> application/pdf         404
"""

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.base import Contract
from shared.contracts.depots import Depot
from shared.contracts.reference import Champ, MotifRef, OffreRef, Regle, Texte


class OffreVue(Contract):
    """An offre as the partner's home shows it: closed ones are listed with the reason."""

    code: str
    libelle: str
    description: str
    disponible: bool
    raison: str = ""


class OffresVue(Contract):
    """The five offres in the order of the catalogue."""

    caisse_code: str
    caisse_libelle: str
    offres: list[OffreVue]


class FormulaireVue(Contract):
    """Everything needed to show the form of one offre to this structure today. `motifs`: those it may choose.

    `procuration_depuis`: the first day of signature less than `procuration_validite_mois` months ago, None where it is not said.
    """

    offre: OffreRef
    motifs: list[MotifRef]
    champs: dict[str, Champ]
    personne_concernee: list[str]
    types_pieces: dict[str, str]
    regles: dict[str, Regle]
    textes: dict[str, Texte]
    formats_autorises: list[str]
    max_fichiers: int
    max_octets: int
    pays: list[str]
    procuration_validite_mois: int = 0
    procuration_depuis: date | None = None
    disponible: bool
    raison: str = ""


class PieceJointeRequest(Contract):
    """A file uploaded before: the receipt signed by attachment, with the type the partner gives it."""

    recu: str
    type: str = "autre"
    justification: str = ""


class PieceVue(Contract):
    """A file of a draft, read from its receipt."""

    id: str
    nom: str
    taille_octets: int
    recu: str
    type: str
    justification: str = ""


Contenu = dict[str, str | bool | list[str]]
_LAST_VERSION: Final = 1_000_000_000  # within an integer column, the next one too


class BrouillonRequest(Contract):
    """The draft as it stands, incomplete or invalid alike. `version` 0 at creation."""

    offre: str
    contenu: Contenu = Field(default_factory=dict)
    pieces: list[PieceJointeRequest] = []
    version: int = Field(default=0, ge=0, le=_LAST_VERSION)


class BrouillonVue(Contract):
    """A saved draft, of one account."""

    id: UUID
    offre: str
    contenu: Contenu
    pieces: list[PieceVue]
    version: int
    cree_le: AwareDatetime
    modifie_le: AwareDatetime


class DepotRequest(Contract):
    """What the partner files. `contenu`: every field by code, as typed. The draft, when given, ends with the filing."""

    offre: str
    contenu: Contenu
    pieces: list[PieceJointeRequest] = []
    brouillon_id: UUID | None = None


class AccuseVue(Contract):
    """The acknowledgement (CRPA R112-11-1): number, instant, service in charge."""

    numero: str
    deposee_le: AwareDatetime
    offre: str
    offre_libelle: str
    motif: str
    motif_libelle: str
    demandeur_nom: str
    personne: str = ""  # "Madame FICTIVE Jeanne", empty without a person
    service: str
    pieces: list[str] = []  # names


class NonOuverteVue(AccuseVue):
    """A filing that case has not opened yet. `de_moi`: by the account that asks; `jour`: of the filing, local to the caisse."""

    de_moi: bool
    jour: date


class DoublonVue(Contract):
    """The open demande found, and the exits this caisse leaves (domain BU-5)."""

    numero: str
    sorties: list[str]  # ecrire_dans_la_demande_ouverte, suivi_demande_assure, confirmer_autre_demarche


class DepotVue(Contract):
    """The filing itself, with the words of its codes."""

    depot: Depot
    offre_libelle: str
    motif_libelle: str
