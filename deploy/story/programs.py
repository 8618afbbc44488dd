"""The two programs of a story: a partner's and an agent's, over the public APIs only, as anybody would write them.

Used by the demonstration, the seeds, the tests and the bench: one way to play a demande.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID, uuid4

import httpx2

from shared.contracts.http.attachment import LienVue, RecuVue
from shared.contracts.http.case import DemandeVue, DossierVue, JetonVue, MessageAgentRequest, MessageRequest, PieceMessage
from shared.contracts.http.intake import AccuseVue, Contenu, PieceJointeRequest

MOT_DE_PASSE = "Demo-Partenaires-2026"
_TIMEOUT = httpx2.Timeout(30.0, connect=5.0)


class RefusedError(Exception):
    """The house said no: status and code of the problem, never its values."""

    def __init__(self, response: httpx2.Response) -> None:
        problem = response.json() if "json" in response.headers.get("content-type", "") else {}
        fields = [f"{champ['champ']}: {champ['message']}" for champ in problem.get("champs", [])]
        super().__init__(f"{response.status_code} {problem.get('code', '')} {problem.get('detail', '')} {fields or ''}".strip())
        self.status, self.code, self.problem = response.status_code, str(problem.get("code", "")), problem


@dataclass(frozen=True, slots=True)
class Fichier:
    """A file to send: its name, its bytes and the type the sender gives it."""

    nom: str
    contenu: bytes
    type: str = "autre"
    justification: str = ""


class Program:
    """A signed-in program of one account at one front."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    @classmethod
    @asynccontextmanager
    async def signed_in(cls, base_url: str, courriel: str, *, mot_de_passe: str = MOT_DE_PASSE) -> AsyncIterator[Self]:
        """Sign in for a bearer of 8 hours. Raises: RefusedError."""
        async with cls.holding(base_url, await obtain_jeton(base_url, courriel, mot_de_passe=mot_de_passe)) as program:
            yield program

    @classmethod
    @asynccontextmanager
    async def holding(cls, base_url: str, jeton: str) -> AsyncIterator[Self]:
        """A program that holds a bearer already."""
        async with httpx2.AsyncClient(base_url=base_url, timeout=_TIMEOUT, headers={"Authorization": f"Bearer {jeton}"}) as client:
            yield cls(client)

    async def get(self, path: str) -> httpx2.Response:
        """Read. Raises: RefusedError."""
        return checked(await self.client.get(path))

    async def post(self, path: str, body: object, *, key: UUID | None = None) -> httpx2.Response:
        """Act, once per key. Raises: RefusedError."""
        return checked(await self.client.post(path, json=body, headers={"Idempotency-Key": str(key or uuid4())}))


class PartnerProgram(Program):
    """What a partner organisation's own software does."""

    async def upload(self, fichier: Fichier) -> RecuVue:
        """Send a file; the receipt joins it to a demande or message. Raises: RefusedError."""
        told = await self.client.post("/api/v1/pieces-jointes", files={"fichier": (fichier.nom, fichier.contenu)})
        return RecuVue.model_validate_json(checked(told).content)

    async def file_demande(self, offre: str, contenu: Contenu, *fichiers: Fichier, key: UUID | None = None) -> AccuseVue:
        """File a demande with its files. Raises: RefusedError."""
        pieces = [
            PieceJointeRequest(recu=(await self.upload(fichier)).recu, type=fichier.type, justification=fichier.justification)
            for fichier in fichiers
        ]
        body = {"offre": offre, "contenu": contenu, "pieces": [piece.model_dump(mode="json") for piece in pieces]}
        return AccuseVue.model_validate_json((await self.post("/api/v1/demandes", body, key=key)).content)

    async def read(self, numero: str) -> DemandeVue:
        """The demande as the partner sees it. Raises: RefusedError."""
        return DemandeVue.model_validate_json((await self.get(f"/api/v1/demandes/{numero}")).content)

    async def answer(self, numero: str, texte: str, *fichiers: Fichier) -> DemandeVue:
        """Write in the thread, with files. Raises: RefusedError."""
        pieces = [
            PieceMessage(recu=(await self.upload(fichier)).recu, type=fichier.type, justification=fichier.justification)
            for fichier in fichiers
        ]
        body = MessageRequest(texte=texte, pieces=pieces).model_dump(mode="json")
        return DemandeVue.model_validate_json((await self.post(f"/api/v1/demandes/{numero}/messages", body)).content)

    async def download(self, piece_jointe_id: UUID) -> bytes:
        """The bytes of a received file, by its link of a minute. Raises: RefusedError (410 after the 15 days)."""
        told = await self.post("/api/v1/telechargements", {"piece_jointe_id": str(piece_jointe_id)})
        lien = LienVue.model_validate_json(told.content)
        return checked(await self.client.get(lien.url, headers={"Authorization": ""})).content


class AgentProgram(Program):
    """What the caisse's own tools do: the same acts as the agent UI."""

    async def read(self, numero: str) -> DossierVue:
        """The demande as the agent sees it. Raises: RefusedError (404 until case has opened it)."""
        return DossierVue.model_validate_json((await self.get(f"/api/v1/demandes/{numero}")).content)

    async def take_in_charge(self, numero: str) -> DossierVue:
        """Take it; one agent wins. Raises: RefusedError."""
        return DossierVue.model_validate_json((await self.post(f"/api/v1/demandes/{numero}/prise-en-charge", {})).content)

    async def upload(self, numero: str, fichier: Fichier) -> RecuVue:
        """Send a file for the structure of this demande. Raises: RefusedError."""
        told = await self.client.post(f"/api/v1/demandes/{numero}/pieces-jointes", files={"fichier": (fichier.nom, fichier.contenu)})
        return RecuVue.model_validate_json(checked(told).content)

    async def ask(self, numero: str, texte: str) -> DossierVue:
        """Ask the partner: the net clock stops. Raises: RefusedError."""
        return await self._write(numero, MessageAgentRequest(genre="question", texte=texte))

    async def resolve(self, numero: str, texte: str, *fichiers: Fichier) -> DossierVue:
        """Answer for good, with files. Raises: RefusedError."""
        pieces = [PieceMessage(recu=(await self.upload(numero, fichier)).recu) for fichier in fichiers]
        return await self._write(numero, MessageAgentRequest(genre="reponse_finale", texte=texte, pieces=pieces))

    async def _write(self, numero: str, message: MessageAgentRequest) -> DossierVue:
        told = await self.post(f"/api/v1/demandes/{numero}/messages", message.model_dump(mode="json"))
        return DossierVue.model_validate_json(told.content)


async def obtain_jeton(base_url: str, courriel: str, *, mot_de_passe: str = MOT_DE_PASSE) -> str:
    """A bearer of 8 hours. Raises: RefusedError."""
    async with httpx2.AsyncClient(base_url=base_url, timeout=_TIMEOUT) as client:
        told = checked(await client.post("/api/v1/connexion", json={"courriel": courriel, "mot_de_passe": mot_de_passe}))
    return JetonVue.model_validate_json(told.content).jeton


def checked(response: httpx2.Response) -> httpx2.Response:
    """The response itself when it is a success. Raises: RefusedError."""
    if response.status_code >= httpx2.codes.BAD_REQUEST:
        raise RefusedError(response)
    return response
