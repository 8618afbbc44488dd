"""Playing stories on the running stack: who signs in where, and the states one waits for."""

import itertools
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx2

from deploy.story.contenus import contenu, pdf, two_files
from deploy.story.programs import AgentProgram, Fichier, PartnerProgram, RefusedError, obtain_jeton
from shared.contracts.http.case import DossierVue
from shared.contracts.http.intake import AccuseVue
from tests.integration.support import DEADLINE, RunningStack, wait_for

TECHNICIEN, AUTRE_TECHNICIEN, AGENT = "camille.fictif@exemple.fr", "noa.invente@exemple.fr", "alix.agent@exemple.fr"
SUPERVISEUR, CONSEILLER = "claude.superviseur@exemple.fr", "morgan.mas@exemple.fr"
RESOLUTION = Fichier("reponse.pdf", pdf("Votre dossier est complet"))


@dataclass(frozen=True, slots=True)
class Scene:
    """A partner and an agent, both signed in as programs."""

    stack: RunningStack
    partenaire: PartnerProgram
    agent: AgentProgram

    async def opened(self, numero: str) -> DossierVue:
        """Wait until case has opened it."""
        return await wait_for(lambda: absent_until_there(self.agent, numero), deadline=DEADLINE * 3)

    async def files_in(self, numero: str, etats: Sequence[str], sens: str = "envoyee", *, every: float = 0.05) -> DossierVue:
        """Wait until the files of this direction are in these states, in any order. `every`: seconds between two looks."""

        async def reached() -> DossierVue | None:
            dossier = await absent_until_there(self.agent, numero)
            found = sorted(piece.etat for piece in dossier.pieces if piece.sens == sens) if dossier else None
            return dossier if found == sorted(etats) else None

        return await wait_for(reached, deadline=DEADLINE * 3, every=every)

    async def downloaded(self, piece_jointe_id: UUID) -> bytes | None:
        """The bytes of a received file, or None while its publication is on its way to attachment. Raises: RefusedError."""
        try:
            return await self.partenaire.download(piece_jointe_id)
        except RefusedError as error:
            if error.status in {404, 409}:
                return None
            raise


@asynccontextmanager
async def scene(stack: RunningStack, technicien: str = TECHNICIEN, agent: str = AGENT) -> AsyncIterator[Scene]:
    """Both hold a bearer, asked for once in a run: the fronts slow down whoever signs in all the time."""
    async with (
        PartnerProgram.holding(stack.url("gateway"), await _jeton(stack.url("gateway"), technicien)) as partenaire,
        AgentProgram.holding(stack.url("case"), await _jeton(stack.url("case"), agent)) as caisse,
    ):
        yield Scene(stack, partenaire, caisse)


async def _jeton(base_url: str, courriel: str) -> str:
    if (base_url, courriel) not in _JETONS:
        _JETONS[base_url, courriel] = await wait_for(lambda: obtain_jeton(base_url, courriel))
    return _JETONS[base_url, courriel]


async def absent_until_there(agent: AgentProgram, numero: str) -> DossierVue | None:
    """The demande, or None while the caisse does not have it (or answers nothing at all)."""
    try:
        return await agent.read(numero)
    except RefusedError as error:
        if error.status in {404, 503}:
            return None
        raise
    except httpx2.TransportError:
        return None


async def file_two_pieces(en_scene: Scene, personne: int) -> AccuseVue:
    """An ordinary filing: « Transmettre », with a Word document and a PDF."""
    offre = "transmettre_suivre_dossier"
    return await en_scene.partenaire.file_demande(offre, contenu(offre, personne), *two_files())


_JETONS: dict[tuple[str, str], str] = {}
_PERSONNES = itertools.count(secrets.randbelow(10_000_000))


def unique_person() -> int:
    """A number nobody used in this run: the duplicate guard knows people apart."""
    return next(_PERSONNES)
