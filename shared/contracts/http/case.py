"""HTTP of case.

For the gateway, with the partner's token:
GET    /v1/demandes?page&taille&tri&ordre&offre&statut&attente&depuis&jusqua&suivies&miennes -> PageDemandes
POST   /v1/demandes/recherche          RechercheRequest -> PageDemandes      nominative text never in a URL (UX-L03)
GET    /v1/demandes/{numero}           -> DemandeVue                         404
POST   /v1/demandes/{numero}/messages  MessageRequest + Idempotency-Key -> 201 DemandeVue; 409 resolved or stale version, 422
GET    /v1/demandes/{numero}/brouillon -> BrouillonMessage                   what the account is writing, empty when nothing
PUT    /v1/demandes/{numero}/brouillon BrouillonMessage -> 204               404; an empty text forgets it
PUT    /v1/demandes/{numero}/suivi     SuiviRequest -> 204
GET    /v1/documents                   -> list[DocumentRecu]                 soonest expiry first, expired of the last 30 days after

For programs of the caisse, with the agent's bearer (POST /api/v1/connexion), the same acts as the agent UI:
GET    /api/v1/demandes?vue&page&taille               -> PageFile
GET    /api/v1/demandes/{numero}                      -> DossierVue
POST   /api/v1/demandes/{numero}/prise-en-charge      -> DossierVue   409 taken by somebody else
POST   /api/v1/demandes/{numero}/messages             MessageAgentRequest -> 201 DossierVue
POST   /api/v1/demandes/{numero}/pieces-jointes       multipart, relayed to attachment -> 201 RecuVue
POST   /api/v1/demandes/{numero}/reouverture          -> DossierVue
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract
from shared.contracts.depots import PersonneConcernee


class DemandeResume(Contract):
    """A row of the partner's history (domain §3.3)."""

    numero: str
    offre: str
    offre_libelle: str
    motif_libelle: str
    deposee_le: AwareDatetime
    demandeur_nom: str
    personne: str
    statut: str  # NOUVEAU, PRIS_EN_CHARGE, RESOLU
    statut_modifie_le: AwareDatetime
    complement_demande: bool = False
    nouvelle_reponse: bool = False
    suivie: bool = False
    documents_a_telecharger: int = 0
    expiration_la_plus_proche: AwareDatetime | None = None


class PageDemandes(Contract):
    """One page of rows, with the total of the filter."""

    demandes: list[DemandeResume]
    total: int
    page: int
    taille: int


class Filtres(Contract):
    """Filters of the history; local days of the caisse, bounds included. `tri`: deposee_le, statut, numero, offre."""

    page: int = 1
    taille: Literal[10, 25, 50] = 10
    tri: Literal["deposee_le", "statut_modifie_le", "numero", "offre", "statut"] = "deposee_le"
    ordre: Literal["asc", "desc"] = "desc"
    offre: str | None = None
    motif: str | None = None
    statut: str | None = None
    attente: bool = False  # only those that wait for the partner
    depuis: str | None = None  # AAAA-MM-JJ
    jusqua: str | None = None
    suivies: bool = False
    miennes: bool = False


class RechercheRequest(Filtres):
    """Nominative search: number, name of the person or of the demandeur; case, accents and hyphens ignored (UX-L04)."""

    texte: str = ""


class PieceVue(Contract):
    """A file of a demande. The partner sees names of what was sent, downloads what was received (domain §3.5).

    `etat` of a sent file: recue (analysis awaited), saine, infectee, refusee. Of a received one: en_attente (verdict awaited),
    disponible, expiree, ecartee.
    """

    id: UUID
    nom: str
    taille_octets: int
    sens: Literal["envoyee", "recue"]
    etat: str
    type: str = "autre"
    type_libelle: str = ""
    justification: str = ""
    hors_liste: bool = False
    raison: str = ""
    mise_a_disposition_le: AwareDatetime | None = None
    echeance_telechargement: AwareDatetime | None = None
    telechargee: bool = False


class MessageVue(Contract):
    """One message of the thread, oldest first. `genre`: depot, question, information, reponse_finale, complement."""

    id: UUID
    cote: Literal["fo", "bo"]
    auteur: str  # "EXEMPLE Anne" for partners; the service for the caisse when a partner looks
    de_moi: bool = False
    genre: str
    texte: str
    envoye_le: AwareDatetime
    pieces: list[PieceVue] = []


class DemandeVue(Contract):
    """The detail page of the partner (domain §3.4)."""

    numero: str
    version: int
    offre: str
    offre_libelle: str
    motif: str
    motif_libelle: str
    deposee_le: AwareDatetime
    demandeur_nom: str
    statut: str
    statut_modifie_le: AwareDatetime
    pris_en_charge_le: AwareDatetime | None = None  # the first time, also when it was implicit
    complement_demande: bool
    peut_repondre: bool
    suivie: bool
    personne: PersonneConcernee | None
    commentaire: str
    precisions: list[tuple[str, str]] = []  # label, value as read
    reponse: str = ""
    echeance_indicative: AwareDatetime | None = None  # only where the caisse shows it
    messages: list[MessageVue]
    pieces: list[PieceVue]


class PieceMessage(Contract):
    """A file joined to a message: its receipt, and for a partner the type with a justification outside the list."""

    recu: str
    type: str = "autre"
    justification: str = ""


class MessageRequest(Contract):
    """The partner's answer: a text, files, or both. `version`: the thread that was on screen (None: not checked)."""

    texte: str = ""
    pieces: list[PieceMessage] = []
    version: int | None = None


class BrouillonMessage(Contract):
    """What one account is writing in a demande and has not sent: read by nobody else. `genre`: of an agent's message, once chosen."""

    texte: str = ""
    genre: Literal["", "question", "information", "reponse_finale", "note"] = ""
    modifie_le: AwareDatetime | None = None  # told, never taken


class SuiviRequest(Contract):
    """The star: personal to the account."""

    suivie: bool


class DocumentRecu(Contract):
    """A received file with the demande it belongs to. `resolue`: nothing more is written in it, only a linked one is filed."""

    numero: str
    offre: str = ""
    offre_libelle: str
    resolue: bool = False
    piece: PieceVue


class ConnexionApiRequest(Contract):
    """Sign-in of a program: structure and caisse only when the account has several perimetres."""

    courriel: str
    mot_de_passe: str
    caisse: str | None = None
    structure: UUID | None = None


class JetonVue(Contract):
    """An opaque bearer of 8 h."""

    jeton: str
    type: Literal["Bearer"] = "Bearer"
    expire_le: AwareDatetime


class Horloge(Contract):
    """A clock of the demande as the agent reads it; `reste_minutes` are opening minutes, negative when late.

    `depassee`: its instant has passed, even when no opening time has since: a night, a Sunday.
    """

    cle: Literal["prise_en_charge", "resolution"]
    echeance_brute: AwareDatetime
    echeance_nette: AwareDatetime
    reste_minutes: int
    suspendue: bool
    depassee: bool = False
    tenue: bool | None = None  # met or not, once stopped
    jour_minutes: int = 510  # opening minutes of an ordinary day of the caisse, to tell days


class LigneFile(Contract):
    """A row of the agent's queue."""

    numero: str
    version: int
    offre_libelle: str
    motif_libelle: str
    personne: str
    structure_nom: str
    deposee_le: AwareDatetime
    derniere_activite_le: AwareDatetime
    statut: str
    sous_etat: str
    agent_nom: str = ""
    horloge: Horloge | None = None
    urgente: bool = False
    nb_pieces: int = 0
    alertes: list[str] = []


class PageFile(Contract):
    """One page of a view of the queue, with the counters of every view the agent may open."""

    vue: str
    lignes: list[LigneFile]
    total: int
    page: int
    taille: int
    compteurs: dict[str, int]


class Journal(Contract):
    """A line of the history of a demande: who did what, when."""

    survenu_le: AwareDatetime
    acteur: str
    acte: str
    detail: str = ""


class ConsentementVue(Contract):
    """The declaration of oral consent to a referral (domain §4.3). `texte`: what the partner declared, in that version."""

    mode: str
    donne_par: str  # assure, representant_legal
    recueilli_par_nom: str = ""
    recueilli_le: AwareDatetime
    declare_le: AwareDatetime
    version_texte: int
    texte: str = ""


class TentativeVue(Contract):
    """An attempt to reach the person."""

    tente_le: AwareDatetime
    canal: str
    issue: str


class SaisineVue(Contract):
    """A referral to the mission accompagnement santé, attempts in order."""

    ouverte: bool
    issue: str = ""
    close_le: AwareDatetime | None = None
    retire_le: AwareDatetime | None = None  # the consent was withdrawn
    premier_contact_avant: AwareDatetime | None = None
    tentatives: list[TentativeVue] = []


class DossierVue(DemandeVue):
    """The same demande as the agent sees it."""

    sous_etat: str
    agent_nom: str
    agent_id: UUID | None
    structure_nom: str
    structure_type: str
    structure_habilitations: list[str]
    convention_statut: str
    peut_recevoir_pieces: bool  # outgoing files allowed for this structure (RG-02)
    priorite: int
    urgente: bool
    file_attente: str
    horloges: list[Horloge]
    doublons_ouverts: int  # open demandes for the same person, all structures (BU-5)
    doublon_justification: str = ""
    pieces_attendues: list[str] = []
    consentement: ConsentementVue | None = None
    saisine_mas: SaisineVue | None = None
    attestation: dict[str, str] | None = None
    journal: list[Journal] = []


class MessageAgentRequest(Contract):
    """What an agent sends. A `question` waits for the partner; a `reponse_finale` resolves; an `information` changes nothing.

    A file is published to the partner once its verdict is clean: the text leaves at once (house §9.4).
    """

    genre: Literal["question", "information", "reponse_finale"]
    texte: str
    pieces: list[PieceMessage] = []
    version: int | None = None
