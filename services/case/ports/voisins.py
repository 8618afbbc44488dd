"""The services the agent front calls, with the agent's own identity: accounts, files, notices (house §2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final
from uuid import UUID

import httpx2
from pydantic import TypeAdapter

from shared.contracts.http.attachment import LienVue, RecuVue, TelechargementRequest
from shared.contracts.http.directory import ConnexionResult
from shared.contracts.http.notification import AvisLusRequest, AvisVue
from shared.contracts.perimetre import Perimetre
from shared.plumbing.http_client import ServiceClient
from shared.plumbing.identity import TokenSigner

_AVIS = TypeAdapter(list[AvisVue])
_COTE: Final = "caisse"


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file on its way: never kept here, only relayed."""

    nom: str
    contenu: BinaryIO
    type_mime: str = "application/octet-stream"


class Voisins:
    """Three neighbours behind one door. Every call raises the house's errors, DependencyError when one does not answer."""

    def __init__(self, clients: Mapping[str, httpx2.AsyncClient], signer: TokenSigner) -> None:
        self._signer = signer
        self._directory = ServiceClient("directory", clients["directory"])
        self._attachment = ServiceClient("attachment", clients["attachment"])
        self._notification = ServiceClient("notification", clients["notification"])

    async def sign_in(self, courriel: str, mot_de_passe: str, adresse_ip: str) -> ConnexionResult:
        """Check the credentials of somebody of the caisse. Raises: UnauthenticatedError, ThrottledError."""
        body = {"courriel": courriel, "mot_de_passe": mot_de_passe, "cote": _COTE, "adresse_ip": adresse_ip}
        answer = await self._directory.call("POST", "/v1/connexion", token=self._signer.for_machine("directory"), json=body)
        return ConnexionResult.model_validate_json(answer.content)

    async def relay_upload(self, agent: Perimetre, fichier: Fichier) -> RecuVue:
        """Hand a file over. Raises: RuleError with the reason of a refusal."""
        part = {"fichier": (fichier.nom, fichier.contenu, fichier.type_mime)}
        response = await self._attachment.call("POST", "/v1/pieces-jointes", token=self._signer.for_person(agent, "attachment"), files=part)
        return RecuVue.model_validate_json(response.content)

    async def drop_upload(self, agent: Perimetre, piece_id: UUID) -> None:
        """Destroy a file that was not sent."""
        await self._attachment.call("DELETE", f"/v1/pieces-jointes/{piece_id}", token=self._signer.for_person(agent, "attachment"))

    async def open_piece(self, agent: Perimetre, piece_id: UUID) -> str:
        """A link of a minute to a clean file, on the download host. Raises: ConflictError while its verdict is awaited; GoneError."""
        asked = TelechargementRequest(piece_jointe_id=piece_id)
        token = self._signer.for_person(agent, "attachment")
        response = await self._attachment.call("POST", "/v1/telechargements", token=token, json=asked.model_dump(mode="json"))
        return LienVue.model_validate_json(response.content).url

    async def list_avis(self, agent: Perimetre) -> list[AvisVue]:
        """The last notices, newest first."""
        response = await self._notification.call("GET", "/v1/avis", token=self._signer.for_person(agent, "notification"))
        return _AVIS.validate_json(response.content)

    async def mark_read(self, agent: Perimetre, ids: Sequence[UUID]) -> None:
        """Notices that were displayed."""
        body = AvisLusRequest(ids=list(ids)).model_dump(mode="json")
        await self._notification.call("POST", "/v1/avis/lus", token=self._signer.for_person(agent, "notification"), json=body)

    async def close(self) -> None:
        """Give the connections back."""
        await self._directory.close()
        await self._attachment.close()
        await self._notification.close()
