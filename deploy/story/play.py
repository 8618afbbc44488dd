"""The story of each offre, step by step, as `ep demo` plays it: from the filing to the answer, and one to its expiry."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from deploy.local.layout import Layout
from deploy.story.contenus import OFFRES, contenu, pdf, two_files
from deploy.story.programs import AgentProgram, Fichier, PartnerProgram, RefusedError
from shared.contracts.http.case import DossierVue

TECHNICIEN, AGENT = "camille.fictif@exemple.fr", "alix.agent@exemple.fr"
Tell = Callable[[str], None]
MoveDeadline = Callable[
    [str, str, datetime], Awaitable[bool]
]  # numero, cle, new instant; False while the process does not know that deadline
T = TypeVar("T")
_PATIENCE_S = 60.0
_POLL_S = 0.2
_SOON = timedelta(seconds=3)


class NeverCameError(Exception):
    """A state the story waits for did not come: some process is down."""


@dataclass(frozen=True, slots=True)
class Story:
    """Who plays, and whom to tell."""

    partenaire: PartnerProgram
    agent: AgentProgram
    tell: Tell

    async def play_offre(self, offre: str) -> str:
        """File, take in charge, ask, answer back, resolve. Returns the number."""
        fichiers = two_files() if offre == "transmettre_suivre_dossier" else ()
        accuse = await self.partenaire.file_demande(offre, contenu(offre, time.time_ns() // 1000 % 10_000_000), *fichiers)
        self.tell(f"{accuse.numero} · « {accuse.offre_libelle} » déposée")
        await self._opened(accuse.numero)
        await self.agent.take_in_charge(accuse.numero)
        self.tell(f"{accuse.numero} · prise en charge")
        await self.agent.ask(accuse.numero, "Pouvez-vous confirmer le numéro de téléphone de la personne ?")
        await self.partenaire.answer(accuse.numero, "Il est à jour.")
        self.tell(f"{accuse.numero} · question, réponse du partenaire")
        await self.agent.resolve(accuse.numero, "Votre demande est traitée. Aucune autre démarche n'est nécessaire.")
        self.tell(f"{accuse.numero} · résolue")
        return accuse.numero

    async def play_expiry(self, move_deadline: MoveDeadline) -> str:
        """An answer with a file, downloaded, then its fifteen days brought to seconds by an operator: 410, bytes and key gone."""
        offre = "transmettre_suivre_dossier"
        accuse = await self.partenaire.file_demande(offre, contenu(offre, time.time_ns() // 1000 % 10_000_000))
        await self._opened(accuse.numero)
        reponse = Fichier("Notification.pdf", pdf("Notification de droits"))
        await self.agent.resolve(accuse.numero, "Vos droits sont ouverts : voir la notification jointe.", reponse)
        self.tell(f"{accuse.numero} · résolue avec un fichier, analysé puis publié")
        piece_id = await self._published(accuse.numero)
        await _wait(lambda: self._downloaded(piece_id), "the file to be downloadable")
        self.tell(f"{accuse.numero} · fichier téléchargé par le partenaire")
        fin = f"piece_jointe:{piece_id}:j15"  # j12 reminds nobody once the file was read
        await _wait(lambda: move_deadline(accuse.numero, fin, datetime.now(UTC) + _SOON), "the process to time the end of the file")
        await _wait(lambda: self._expired(accuse.numero), "the file to expire")
        self.tell(f"{accuse.numero} · quinze jours plus tard : 410, octets et clé détruits, le nom reste")
        return accuse.numero

    async def _opened(self, numero: str) -> DossierVue:
        return await _wait(lambda: self._read(numero), "case to open the demande")

    async def _read(self, numero: str) -> DossierVue | None:
        try:
            return await self.agent.read(numero)
        except RefusedError as error:
            if error.status == 404:
                return None
            raise

    async def _published(self, numero: str) -> UUID:
        async def available() -> UUID | None:
            pieces = (await self.agent.read(numero)).pieces
            return next((piece.id for piece in pieces if piece.sens == "recue" and piece.etat == "disponible"), None)

        return await _wait(available, "the file to be found clean")

    async def _downloaded(self, piece_id: UUID) -> bool:
        try:
            return bool(await self.partenaire.download(piece_id))
        except RefusedError as error:
            if error.status in {404, 409}:  # its publication is on its way
                return False
            raise

    async def _expired(self, numero: str) -> bool:
        vue = await self.partenaire.read(numero)
        return all(piece.etat == "expiree" for piece in vue.pieces if piece.sens == "recue")


@asynccontextmanager
async def story(layout: Layout, tell: Tell) -> AsyncIterator[Story]:
    """Both programs signed in on the stack."""
    async with (
        PartnerProgram.signed_in(layout.url("gateway"), TECHNICIEN) as partenaire,
        AgentProgram.signed_in(layout.url("case"), AGENT) as agent,
    ):
        yield Story(partenaire, agent, tell)


async def play_everything(layout: Layout, tell: Tell, move_deadline: MoveDeadline) -> list[str]:
    """One demande of each offre, then one to its expiry. Returns their numbers. Raises: RefusedError, NeverCameError."""
    async with story(layout, tell) as played:
        numeros = [await played.play_offre(offre) for offre in OFFRES]
        return [*numeros, await played.play_expiry(move_deadline)]


async def _wait(state: Callable[[], Awaitable[T | None]], what: str) -> T:
    deadline = time.monotonic() + _PATIENCE_S
    while not (value := await state()):
        if time.monotonic() > deadline:
            message = f"waited {_PATIENCE_S:.0f} s for {what}"
            raise NeverCameError(message)
        await asyncio.sleep(_POLL_S)
    return value
