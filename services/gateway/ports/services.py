"""The services as the gateway sees them. Each call carries the identity of the person who acts; refusals are the house's errors."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.contracts.http.attachment import LienVue, RecuVue
from shared.contracts.http.case import BrouillonMessage, DemandeVue, DocumentRecu, Filtres, MessageRequest, PageDemandes, RechercheRequest
from shared.contracts.http.directory import ConnexionResult
from shared.contracts.http.intake import (
    AccuseVue,
    BrouillonRequest,
    BrouillonVue,
    DepotRequest,
    DepotVue,
    FormulaireVue,
    NonOuverteVue,
    OffresVue,
)
from shared.contracts.http.notification import AvisVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande


class Directory(Protocol):
    """Accounts."""

    async def sign_in(self, courriel: str, mot_de_passe: str, adresse_ip: str) -> ConnexionResult:
        """Who this is. Raises: UnauthenticatedError (one answer for every wrong credential), ThrottledError."""


class Intake(Protocol):
    """Offres, drafts and filings."""

    async def list_offres(self, perimetre: Perimetre) -> OffresVue:
        """The five offres, closed ones with the reason."""

    async def read_formulaire(self, perimetre: Perimetre, offre: str) -> FormulaireVue:
        """What the form of one offre needs. Raises: NotFoundError."""

    async def list_brouillons(self, perimetre: Perimetre) -> list[BrouillonVue]:
        """Own drafts, newest first."""

    async def read_brouillon(self, perimetre: Perimetre, brouillon_id: UUID) -> BrouillonVue:
        """One own draft. Raises: NotFoundError."""

    async def create_brouillon(self, perimetre: Perimetre, brouillon: BrouillonRequest) -> BrouillonVue:
        """A first save."""

    async def save_brouillon(self, perimetre: Perimetre, brouillon_id: UUID, brouillon: BrouillonRequest) -> BrouillonVue:
        """A later save. Raises: ConflictError when another tab saved in between, NotFoundError when it is filed or gone."""

    async def delete_brouillon(self, perimetre: Perimetre, brouillon_id: UUID) -> None:
        """Forget a draft."""

    async def file_demande(self, perimetre: Perimetre, depot: DepotRequest, cle: UUID) -> AccuseVue:
        """File it, once per key. Raises: RuleError with fields, ConflictError `doublon` with the open demande."""

    async def read_filed(self, perimetre: Perimetre, cle: UUID) -> AccuseVue:
        """What was filed with this key in the last day. Raises: NotFoundError."""

    async def list_non_ouvertes(self, perimetre: Perimetre) -> list[NonOuverteVue]:
        """Filings of the structure that case has not opened yet, newest first."""

    async def read_depot(self, perimetre: Perimetre, numero: NumeroDemande) -> DepotVue:
        """What was filed. Raises: NotFoundError."""

    async def read_accuse(self, perimetre: Perimetre, numero: NumeroDemande) -> bytes:
        """The receipt, a PDF. Raises: NotFoundError."""


class Case(Protocol):
    """The demandes after filing."""

    async def list_demandes(self, perimetre: Perimetre, filtres: Filtres) -> PageDemandes:
        """A page of the structure's history."""

    async def search_demandes(self, perimetre: Perimetre, recherche: RechercheRequest) -> PageDemandes:
        """The same, by a name or a number."""

    async def read_demande(self, perimetre: Perimetre, numero: NumeroDemande) -> DemandeVue:
        """The detail. Raises: NotFoundError, also when case has not opened it yet."""

    async def send_message(self, perimetre: Perimetre, numero: NumeroDemande, message: MessageRequest, cle: UUID) -> DemandeVue:
        """The partner's answer, once per key. Raises: ConflictError (resolved, or the thread moved), RuleError."""

    async def read_brouillon(self, perimetre: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        """What this account is writing there; empty when nothing."""

    async def save_brouillon(self, perimetre: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        """Keep it as it stands; an empty text forgets it. Raises: NotFoundError, RuleError."""

    async def follow(self, perimetre: Perimetre, numero: NumeroDemande, *, suivie: bool) -> None:
        """The star of this account."""

    async def list_documents(self, perimetre: Perimetre) -> list[DocumentRecu]:
        """Received files, soonest expiry first, expired ones of the last 30 days after."""


class Attachment(Protocol):
    """Files."""

    async def store(self, perimetre: Perimetre, nom: str, contenu: bytes) -> RecuVue:
        """A file already read (form without script). Raises: RuleError with the reason."""

    async def relay(self, perimetre: Perimetre, corps: AsyncIterator[bytes], entetes: Mapping[str, str]) -> RecuVue:
        """A multipart body passed on as it comes. Raises: RuleError with the reason."""

    async def discard(self, perimetre: Perimetre, piece_jointe_id: UUID) -> None:
        """Forget a file that is attached to nothing yet."""

    async def link(self, perimetre: Perimetre, piece_jointe_id: UUID) -> LienVue:
        """A short link on the download host. Raises: NotFoundError, GoneError, ConflictError while the verdict is awaited."""


class Notification(Protocol):
    """In-app notices."""

    async def list_avis(self, perimetre: Perimetre) -> list[AvisVue]:
        """Newest first."""

    async def mark_read(self, perimetre: Perimetre, ids: Sequence[UUID]) -> None:
        """Those were displayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the gateway composes its pages from."""

    directory: Directory
    intake: Intake
    case: Case
    attachment: Attachment
    notification: Notification
