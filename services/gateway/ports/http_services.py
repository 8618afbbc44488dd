"""The services over HTTP, with the user's identity in a signed token of 60 seconds (house §9.7)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final
from uuid import UUID

import httpx2
from pydantic import TypeAdapter

from services.gateway.ports.services import Services
from shared.contracts.http.attachment import LienVue, RecuVue, TelechargementRequest
from shared.contracts.http.case import (
    BrouillonMessage,
    DemandeVue,
    DocumentRecu,
    Filtres,
    MessageRequest,
    PageDemandes,
    RechercheRequest,
    SuiviRequest,
)
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
from shared.contracts.http.notification import AvisLusRequest, AvisVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.http_client import ServiceClient, build_client
from shared.plumbing.identity import TokenSigner

_RELAY_TIMEOUT: Final = httpx2.Timeout(60.0, connect=2.0)
_BROUILLONS: Final = TypeAdapter(list[BrouillonVue])
_NON_OUVERTES: Final = TypeAdapter(list[NonOuverteVue])
_DOCUMENTS: Final = TypeAdapter(list[DocumentRecu])
_AVIS: Final = TypeAdapter(list[AvisVue])


class HttpService:
    """One service, called for a person."""

    def __init__(self, name: str, base_url: str, signer: TokenSigner) -> None:
        self._name, self._signer = name, signer
        self._client = ServiceClient(name, build_client(base_url))

    async def _call(self, perimetre: Perimetre, method: str, path: str, **options: object) -> httpx2.Response:
        token = self._signer.for_person(perimetre, self._name)
        try:
            return await self._client.call(method, path, token=token, **options)  # type: ignore[arg-type]  # options are httpx2's own
        except UnicodeEncodeError as error:  # half a character, which JSON allows to write and nothing can store
            raise RuleError("Supprimez les caractères invisibles de ce texte.") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()


class HttpDirectory(HttpService):
    """Accounts, asked by the front itself: nobody is signed in yet."""

    async def sign_in(self, courriel: str, mot_de_passe: str, adresse_ip: str) -> ConnexionResult:
        """As the contract says."""
        # Built by hand: a SecretStr of the contract would be serialised as stars.
        corps = {"courriel": courriel, "mot_de_passe": mot_de_passe, "cote": "partenaire", "adresse_ip": adresse_ip}
        answer = await self._client.call("POST", "/v1/connexion", token=self._signer.for_machine(self._name), json=corps)
        return ConnexionResult.model_validate_json(answer.content)


class HttpIntake(HttpService):
    """Offres, drafts and filings."""

    async def list_offres(self, perimetre: Perimetre) -> OffresVue:
        """As the contract says."""
        return OffresVue.model_validate_json((await self._call(perimetre, "GET", "/v1/offres")).content)

    async def read_formulaire(self, perimetre: Perimetre, offre: str) -> FormulaireVue:
        """As the contract says."""
        return FormulaireVue.model_validate_json((await self._call(perimetre, "GET", f"/v1/offres/{offre}")).content)

    async def list_brouillons(self, perimetre: Perimetre) -> list[BrouillonVue]:
        """As the contract says."""
        return _BROUILLONS.validate_json((await self._call(perimetre, "GET", "/v1/brouillons")).content)

    async def read_brouillon(self, perimetre: Perimetre, brouillon_id: UUID) -> BrouillonVue:
        """As the contract says."""
        return BrouillonVue.model_validate_json((await self._call(perimetre, "GET", f"/v1/brouillons/{brouillon_id}")).content)

    async def create_brouillon(self, perimetre: Perimetre, brouillon: BrouillonRequest) -> BrouillonVue:
        """As the contract says."""
        answer = await self._call(perimetre, "POST", "/v1/brouillons", json=brouillon.model_dump(mode="json"))
        return BrouillonVue.model_validate_json(answer.content)

    async def save_brouillon(self, perimetre: Perimetre, brouillon_id: UUID, brouillon: BrouillonRequest) -> BrouillonVue:
        """As the contract says."""
        answer = await self._call(perimetre, "PUT", f"/v1/brouillons/{brouillon_id}", json=brouillon.model_dump(mode="json"))
        return BrouillonVue.model_validate_json(answer.content)

    async def delete_brouillon(self, perimetre: Perimetre, brouillon_id: UUID) -> None:
        """As the contract says."""
        await self._call(perimetre, "DELETE", f"/v1/brouillons/{brouillon_id}")

    async def file_demande(self, perimetre: Perimetre, depot: DepotRequest, cle: UUID) -> AccuseVue:
        """As the contract says."""
        headers = {"Idempotency-Key": str(cle)}
        answer = await self._call(perimetre, "POST", "/v1/demandes", json=depot.model_dump(mode="json"), headers=headers)
        return AccuseVue.model_validate_json(answer.content)

    async def read_filed(self, perimetre: Perimetre, cle: UUID) -> AccuseVue:
        """As the contract says."""
        return AccuseVue.model_validate_json((await self._call(perimetre, "GET", f"/v1/demandes/deposees/{cle}")).content)

    async def list_non_ouvertes(self, perimetre: Perimetre) -> list[NonOuverteVue]:
        """As the contract says."""
        return _NON_OUVERTES.validate_json((await self._call(perimetre, "GET", "/v1/demandes/non-ouvertes")).content)

    async def read_depot(self, perimetre: Perimetre, numero: NumeroDemande) -> DepotVue:
        """As the contract says."""
        return DepotVue.model_validate_json((await self._call(perimetre, "GET", f"/v1/demandes/{numero}")).content)

    async def read_accuse(self, perimetre: Perimetre, numero: NumeroDemande) -> bytes:
        """As the contract says."""
        answer = await self._call(perimetre, "GET", f"/v1/demandes/{numero}/accuse.pdf")
        return bytes(answer.content)


class HttpCase(HttpService):
    """The demandes after filing."""

    async def list_demandes(self, perimetre: Perimetre, filtres: Filtres) -> PageDemandes:
        """As the contract says."""
        # By POST like the search: in a query string every value is text, and the contract's page sizes are numbers.
        return await self.search_demandes(perimetre, RechercheRequest(**filtres.model_dump()))

    async def search_demandes(self, perimetre: Perimetre, recherche: RechercheRequest) -> PageDemandes:
        """As the contract says."""
        answer = await self._call(perimetre, "POST", "/v1/demandes/recherche", json=recherche.model_dump(mode="json"))
        return PageDemandes.model_validate_json(answer.content)

    async def read_demande(self, perimetre: Perimetre, numero: NumeroDemande) -> DemandeVue:
        """As the contract says."""
        return DemandeVue.model_validate_json((await self._call(perimetre, "GET", f"/v1/demandes/{numero}")).content)

    async def send_message(self, perimetre: Perimetre, numero: NumeroDemande, message: MessageRequest, cle: UUID) -> DemandeVue:
        """As the contract says."""
        path, headers = f"/v1/demandes/{numero}/messages", {"Idempotency-Key": str(cle)}
        answer = await self._call(perimetre, "POST", path, json=message.model_dump(mode="json"), headers=headers)
        return DemandeVue.model_validate_json(answer.content)

    async def read_brouillon(self, perimetre: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        """As the contract says."""
        return BrouillonMessage.model_validate_json((await self._call(perimetre, "GET", f"/v1/demandes/{numero}/brouillon")).content)

    async def save_brouillon(self, perimetre: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        """As the contract says."""
        await self._call(perimetre, "PUT", f"/v1/demandes/{numero}/brouillon", json=brouillon.model_dump(mode="json"))

    async def follow(self, perimetre: Perimetre, numero: NumeroDemande, *, suivie: bool) -> None:
        """As the contract says."""
        await self._call(perimetre, "PUT", f"/v1/demandes/{numero}/suivi", json=SuiviRequest(suivie=suivie).model_dump())

    async def list_documents(self, perimetre: Perimetre) -> list[DocumentRecu]:
        """As the contract says."""
        return _DOCUMENTS.validate_json((await self._call(perimetre, "GET", "/v1/documents")).content)


class HttpAttachment(HttpService):
    """Files: bytes pass through, nothing is kept here."""

    async def store(self, perimetre: Perimetre, nom: str, contenu: bytes) -> RecuVue:
        """As the contract says."""
        files = {"fichier": (nom, contenu)}
        return _recu(await self._call(perimetre, "POST", "/v1/pieces-jointes", files=files, timeout=_RELAY_TIMEOUT))

    async def relay(self, perimetre: Perimetre, corps: AsyncIterator[bytes], entetes: Mapping[str, str]) -> RecuVue:
        """As the contract says."""
        return _recu(await self._call(perimetre, "POST", "/v1/pieces-jointes", content=corps, headers=entetes, timeout=_RELAY_TIMEOUT))

    async def discard(self, perimetre: Perimetre, piece_jointe_id: UUID) -> None:
        """As the contract says."""
        await self._call(perimetre, "DELETE", f"/v1/pieces-jointes/{piece_jointe_id}")

    async def link(self, perimetre: Perimetre, piece_jointe_id: UUID) -> LienVue:
        """As the contract says."""
        corps = TelechargementRequest(piece_jointe_id=piece_jointe_id).model_dump(mode="json")
        return LienVue.model_validate_json((await self._call(perimetre, "POST", "/v1/telechargements", json=corps)).content)


class HttpNotification(HttpService):
    """In-app notices."""

    async def list_avis(self, perimetre: Perimetre) -> list[AvisVue]:
        """As the contract says."""
        return _AVIS.validate_json((await self._call(perimetre, "GET", "/v1/avis")).content)

    async def mark_read(self, perimetre: Perimetre, ids: Sequence[UUID]) -> None:
        """As the contract says."""
        await self._call(perimetre, "POST", "/v1/avis/lus", json=AvisLusRequest(ids=list(ids)).model_dump(mode="json"))


def _recu(answer: httpx2.Response) -> RecuVue:
    return RecuVue.model_validate_json(answer.content)


def build_services(signer: TokenSigner, urls: Mapping[str, str]) -> tuple[Services, list[HttpService]]:
    """Every service at its address, and what has to be closed at the end."""
    directory = HttpDirectory("directory", urls["directory"], signer)
    intake = HttpIntake("intake", urls["intake"], signer)
    case = HttpCase("case", urls["case"], signer)
    attachment = HttpAttachment("attachment", urls["attachment"], signer)
    notification = HttpNotification("notification", urls["notification"], signer)
    services = Services(directory=directory, intake=intake, case=case, attachment=attachment, notification=notification)
    return services, [directory, intake, case, attachment, notification]
