"""The demonstration's demandes, one per state, played over HTTP by the accounts of the register through the public APIs.

Each scene is the story of one demande; what it leaves behind is what its name says.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from deploy.story.contenus import contenu, contenu_attestation, contenu_mas, docx, pdf, two_files
from deploy.story.programs import AgentProgram, Fichier, PartnerProgram, RefusedError
from shared.contracts.http.case import PageDemandes, PieceVue
from shared.contracts.http.intake import AccuseVue, Contenu

CCAS = "camille.fictif@exemple.fr"
HOPITAL = "noa.invente@exemple.fr"
TUTELLE = "lou.modele@exemple.fr"
MISSION_LOCALE = "ange.figure@exemple.fr"
FOYER = "charly.patron@exemple.fr"
MANDATAIRE = "claude.maquette@exemple.fr"
AGENT = "alix.agent@exemple.fr"
CONSEILLER = "morgan.mas@exemple.fr"
PARTENARIAT = "maxime.partenariat@exemple.fr"
_DEADLINE_S = 60.0
_POLL_S = 0.3
_NOT_FOUND = 404
_SOON = timedelta(seconds=10)  # the engine must take the order before it falls due

# Moves a deadline of a demande, as an operator would (demonstration only): number, key, how long from now.
MoveEcheance = Callable[[str, str, timedelta], Awaitable[None]]


class NotReachedError(Exception):
    """A state did not come in time."""


@dataclass
class Troupe:
    """The signed-in programs of everybody on stage; each signs in once."""

    gateway_url: str
    case_url: str
    move_echeance: MoveEcheance
    rang: int = 0  # of the next invented person: the duplicate guard knows them apart
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _partners: dict[str, PartnerProgram] = field(default_factory=dict)
    _agents: dict[str, AgentProgram] = field(default_factory=dict)

    @asynccontextmanager
    async def on_stage(self) -> AsyncIterator["Troupe"]:
        """Signs everybody out at the end."""
        async with self._stack:
            yield self

    async def partner(self, courriel: str) -> PartnerProgram:
        """The partner's program."""
        if courriel not in self._partners:
            signing_in = PartnerProgram.signed_in(self.gateway_url, courriel)
            self._partners[courriel] = await self._stack.enter_async_context(signing_in)
        return self._partners[courriel]

    async def agent(self, courriel: str = AGENT) -> AgentProgram:
        """The caisse's program."""
        if courriel not in self._agents:
            signing_in = AgentProgram.signed_in(self.case_url, courriel)
            self._agents[courriel] = await self._stack.enter_async_context(signing_in)
        return self._agents[courriel]

    async def file(self, courriel: str, offre: str, champs: Contenu, *fichiers: Fichier) -> AccuseVue:
        """A partner files."""
        return await (await self.partner(courriel)).file_demande(offre, champs, *fichiers)

    async def taken(self, accuse: AccuseVue, courriel: str = AGENT) -> AgentProgram:
        """An agent takes the demande in charge, once it is in the queue."""
        agent = await self.agent(courriel)
        await reached(lambda: _is_open(agent, accuse.numero))
        await agent.take_in_charge(accuse.numero)
        return agent

    def personne(self) -> int:
        """The number of one more invented person."""
        self.rang += 1
        return self.rang


@dataclass(frozen=True, slots=True)
class Scene:
    """One story: its name is the state it leaves."""

    nom: str
    play: Callable[[Troupe], Awaitable[str]]


async def reached(state: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a state. Raises: NotReachedError after a minute."""
    end = time.monotonic() + _DEADLINE_S
    while not await state():
        if time.monotonic() > end:
            raise NotReachedError
        await asyncio.sleep(_POLL_S)


async def count_demandes(troupe: Troupe) -> int:
    """How many demandes the first partner's structure has: none means that the demonstration was never played."""
    partner = await troupe.partner(CCAS)
    return PageDemandes.model_validate_json((await partner.get("/api/v1/demandes")).content).total


async def _nouvelle(troupe: Troupe) -> str:
    champs = contenu("transmettre_suivre_dossier", troupe.personne())
    return (await troupe.file(CCAS, "transmettre_suivre_dossier", champs, *two_files())).numero


async def _urgente(troupe: Troupe) -> str:
    champs = {**contenu("signaler_difficulte", troupe.personne()), "motif": "situation_urgence"}
    return (await troupe.file(TUTELLE, "signaler_difficulte", champs)).numero


async def _prise_en_charge(troupe: Troupe) -> str:
    accuse = await troupe.file(HOPITAL, "signaler_difficulte", contenu("signaler_difficulte", troupe.personne()))
    await troupe.taken(accuse)
    return accuse.numero


async def _attente_partenaire(troupe: Troupe) -> str:
    champs = {**contenu("transmettre_suivre_dossier", troupe.personne()), "motif": "dossier_ouverture_droits"}
    accuse = await troupe.file(CCAS, "transmettre_suivre_dossier", champs, Fichier("Formulaire.pdf", pdf("Formulaire"), "formulaire"))
    agent = await troupe.taken(accuse)
    await agent.ask(accuse.numero, "Il manque une pièce d'identité lisible : pouvez-vous nous l'adresser ?")
    return accuse.numero


async def _retour_partenaire(troupe: Troupe) -> str:
    accuse = await troupe.file(CCAS, "transmettre_suivre_dossier", contenu("transmettre_suivre_dossier", troupe.personne()))
    agent = await troupe.taken(accuse)
    await agent.ask(accuse.numero, "Pouvez-vous nous adresser l'attestation sur l'honneur signée ?")
    partner = await troupe.partner(CCAS)
    piece = Fichier("Attestation signee.docx", docx(), "attestation_honneur")
    await partner.answer(accuse.numero, "Voici l'attestation signée ce matin.", piece)
    return accuse.numero


async def _resolue(troupe: Troupe) -> str:
    accuse = await troupe.file(MISSION_LOCALE, "demander_rdv_assure", contenu("demander_rdv_assure", troupe.personne()))
    agent = await troupe.taken(accuse)
    await agent.resolve(accuse.numero, "Un rendez-vous téléphonique est fixé, la personne a été prévenue par courrier.")
    return accuse.numero


async def _resolue_avec_document(troupe: Troupe) -> str:
    return (await _answered_with_file(troupe, CCAS)).numero


async def _document_expire(troupe: Troupe) -> str:
    accuse = await _answered_with_file(troupe, TUTELLE)
    partner = await troupe.partner(TUTELLE)
    piece = next(iter(await _received(partner, accuse.numero)))
    await troupe.move_echeance(accuse.numero, f"piece_jointe:{piece.id}:j15", _SOON)
    await reached(lambda: _is_expired(partner, accuse.numero, piece.id))
    return accuse.numero


async def _en_retard(troupe: Troupe) -> str:
    champs = {**contenu("transmettre_suivre_dossier", troupe.personne()), "motif": "dossier_aide_financiere"}
    accuse = await troupe.file(FOYER, "transmettre_suivre_dossier", champs)
    agent = await troupe.agent()
    await reached(lambda: _is_open(agent, accuse.numero))
    await troupe.move_echeance(accuse.numero, "prise_en_charge:100", _SOON)
    return accuse.numero


async def _saisine_mas(troupe: Troupe) -> str:
    return (await troupe.file(HOPITAL, "signaler_difficulte", contenu_mas(troupe.personne()))).numero


async def _saisine_mas_prise(troupe: Troupe) -> str:
    accuse = await troupe.file(CCAS, "signaler_difficulte", contenu_mas(troupe.personne()))
    await troupe.taken(accuse, CONSEILLER)
    return accuse.numero


async def _attestation(troupe: Troupe) -> str:
    procuration = Fichier("Procuration.pdf", pdf("Procuration"), "procuration")
    identite = Fichier("Piece d'identite.pdf", pdf("Identite"), "piece_identite")
    signee_le = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    champs = {**contenu_attestation(troupe.personne()), "date_signature_procuration": signee_le}
    return (await troupe.file(MANDATAIRE, "demander_document", champs, procuration, identite)).numero


async def _contact(troupe: Troupe) -> str:
    accuse = await troupe.file(CCAS, "contacter_organisme", contenu("contacter_organisme"))
    return accuse.numero


SCENES: Sequence[Scene] = (
    Scene("nouvelle", _nouvelle),
    Scene("nouvelle, urgente", _urgente),
    Scene("prise en charge", _prise_en_charge),
    Scene("attend le partenaire", _attente_partenaire),
    Scene("le partenaire a répondu", _retour_partenaire),
    Scene("résolue", _resolue),
    Scene("résolue, document à télécharger", _resolue_avec_document),
    Scene("résolue, document expiré", _document_expire),
    Scene("en retard", _en_retard),
    Scene("saisine MAS", _saisine_mas),
    Scene("saisine MAS, prise en charge", _saisine_mas_prise),
    Scene("attestation de droits", _attestation),
    Scene("contact", _contact),
)


async def _answered_with_file(troupe: Troupe, courriel: str) -> AccuseVue:
    """Resolved with a document that waits to be downloaded."""
    champs = contenu("demander_document", troupe.personne())
    accuse = await troupe.file(courriel, "demander_document", champs)
    agent = await troupe.taken(accuse)
    certificat = Fichier("Certificat provisoire.pdf", pdf("Certificat provisoire"))
    await agent.resolve(accuse.numero, "Vous trouverez le certificat demandé en pièce jointe.", certificat)
    partner = await troupe.partner(courriel)
    await reached(lambda: _has_document(partner, accuse.numero))
    return accuse


async def _is_open(agent: AgentProgram, numero: str) -> bool:
    try:
        await agent.read(numero)
    except RefusedError as error:
        if error.status != _NOT_FOUND:
            raise
        return False
    return True


async def _received(partner: PartnerProgram, numero: str) -> list[PieceVue]:
    try:
        return [piece for piece in (await partner.read(numero)).pieces if piece.sens == "recue"]
    except RefusedError as error:
        if error.status != _NOT_FOUND:
            raise
        return []


async def _has_document(partner: PartnerProgram, numero: str) -> bool:
    return any(piece.etat == "disponible" for piece in await _received(partner, numero))


async def _is_expired(partner: PartnerProgram, numero: str, piece_jointe_id: UUID) -> bool:
    return any(piece.id == piece_jointe_id and piece.etat == "expiree" for piece in await _received(partner, numero))
