"""The desk of an agent, as pages and programs see it: what can be read and done, in the words of the contracts.

Who may do what is decided behind it (`operations/droits.py`); the pages only hide what would be refused.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol
from uuid import UUID

from services.case.domain.charge import CompteCharge
from services.case.domain.vue import Vue
from services.case.operations.list_file import FiltresFile
from shared.contracts.depots import PersonneConcernee
from shared.contracts.http.case import BrouillonMessage, DossierVue, MessageAgentRequest, PageFile
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande

PAGE: Final = 25


LIBELLES: Final[dict[Vue, str]] = {
    Vue.A_PRENDRE_EN_CHARGE: "À prendre en charge",
    Vue.MES_DEMANDES: "Mes demandes",
    Vue.REPONSE_RECUE: "Réponse reçue",
    Vue.ATTENTE_PARTENAIRE: "En attente partenaire",
    Vue.EN_RETARD: "En retard",
    Vue.MAS: "Accompagnement santé",
    Vue.ATTESTATIONS: "Attestations",
    Vue.SANS_SUITE: "Sans suite depuis 15 j",
    Vue.TOUTES: "Toutes",
}


@dataclass(frozen=True, slots=True)
class Choix:
    """One value of a filter or of a list, with its words."""

    valeur: str
    libelle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifications:
    """What an agent says of an attestation, all of it at once. `coches`: codes of the facts ticked; `date_signature`: the procuration's."""

    coches: frozenset[str]
    qualite: str
    motif_inaccessibilite: str = ""
    date_signature: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoixFile:
    """What the filters of the queue and the requalification offer, from the caisse's own catalogue."""

    offres: tuple[Choix, ...] = ()
    motifs: tuple[tuple[str, tuple[Choix, ...]], ...] = ()  # offre label, its motifs ("offre/motif")
    autres_files: frozenset[str] = frozenset()  # motifs whose queue this role does not serve
    a_deposer: frozenset[str] = frozenset()  # motifs that only a filing gives (a consent is declared there)
    fuseau: str = "Europe/Paris"
    formats: tuple[str, ...] = ()
    max_fichiers: int = 8
    max_octets: int = 5 * 1024 * 1024
    telechargement_jours: int = 15


class Bureau(Protocol):
    """Every method raises the house's errors: NotFoundError for a foreign demande, ForbiddenError, ConflictError, RuleError."""

    async def choices(self, agent: Perimetre) -> ChoixFile:
        """What filters and forms offer."""

    async def list_file(self, agent: Perimetre, filtres: FiltresFile) -> PageFile:
        """One page of a view, most urgent first, with the counters of every view."""

    async def search(self, agent: Perimetre, texte: str, page: int) -> PageFile:
        """Demandes of the caisse by number or name (ux A05)."""

    async def read(self, agent: Perimetre, numero: NumeroDemande) -> DossierVue:
        """The whole demande; the reading is traced (ux A22)."""

    async def open_piece(self, agent: Perimetre, numero: NumeroDemande, piece_id: UUID) -> None:
        """Look at a file of the demande: traced, refused for a file that is not in it (ux A22)."""

    async def watch(self, agent: Perimetre, numero: NumeroDemande) -> tuple[str, list[str]]:
        """A landmark of what the page shows now, and who else looks at it (ux A06)."""

    async def take(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """Take in charge, once: the second one is told who was first (ux A04)."""

    async def take_next(self, agent: Perimetre) -> NumeroDemande | None:
        """Take the most urgent one this role may take; None when nothing waits (ux A05)."""

    async def charges(self, agent: Perimetre) -> list[CompteCharge]:
        """What each agent of the caisse holds, by name; for a superviseur."""

    async def assign(self, agent: Perimetre, numero: NumeroDemande, a_qui: CompteCharge) -> None:
        """A superviseur gives the demande to an agent (ux A14)."""

    async def send(self, agent: Perimetre, numero: NumeroDemande, message: MessageAgentRequest) -> None:
        """Say something to the partner; a stale version is refused (ux A07)."""

    async def note(self, agent: Perimetre, numero: NumeroDemande, texte: str) -> None:
        """Write a note that the partner never sees (ux A11)."""

    async def read_brouillon(self, agent: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        """What this agent was writing there; empty when nothing (ux A08)."""

    async def save_brouillon(self, agent: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        """Keep it as it stands; an empty text forgets it."""

    async def reopen(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """Take up a resolved demande again."""

    async def requalify(self, agent: Perimetre, numero: NumeroDemande, offre: str, motif: str, personne: PersonneConcernee | None) -> None:
        """Give the demande its right motif; deadlines are computed anew from the filing. `personne`: when the filing named nobody."""

    async def redact(self, agent: Perimetre, numero: NumeroDemande, message_id: UUID) -> None:
        """Take the text of a message out for good (RG-03)."""

    async def note_tentative(self, agent: Perimetre, numero: NumeroDemande, canal: str, issue: str) -> None:
        """Log an attempt to reach the person."""

    async def close_saisine(self, agent: Perimetre, numero: NumeroDemande, issue: str) -> None:
        """Record the outcome of the referral, which answers the partner."""

    async def withdraw_consentement(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """The person takes the consent back: work stops."""

    async def set_compte(self, agent: Perimetre, numero: NumeroDemande, compte: str) -> None:
        """Say which ameli account the person has: OA, OI or N."""

    async def check_attestation(self, agent: Perimetre, numero: NumeroDemande, verifications: Verifications) -> None:
        """Set what only an agent knows of the documents and of the person."""

    async def answer_attestation(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """What the decision asks was done (put on the ameli account, sent by post…): the standard sentence answers (ux A20)."""
