"""Facts in: who must be told, whose addresses are asked from directory, then one transaction (house §9.11)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from pydantic import ValidationError

from services.notification.domain.annonces import Annonce, Public, announce_demande, announce_echeance, announce_piece_jointe
from services.notification.domain.suivi import Suivi
from services.notification.operations.plan_annonces import Fait, find_suivi, plan_annonces, questions_of, remember_suivi
from shared.contracts.evenements import (
    FACTS,
    DemandeDeposee,
    DemandeEcheance,
    DemandeEvolution,
    Enveloppe,
    FaitDemande,
    FaitPieceJointe,
    PieceJointeMiseADisposition,
    fact_of,
)
from shared.contracts.perimetre import Perimetre, systeme
from shared.contracts.questions import Destinataire, DestinatairesAsked
from shared.kernel.clock import Clock
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId
from shared.plumbing.database import Database
from shared.plumbing.inbox import claim

log = structlog.get_logger(__name__)
AskDestinataires = Callable[[DestinatairesAsked], Awaitable[Sequence[Destinataire]]]
TELL_DEMANDES, TELL_FILES = "notification__tell", "notification__tell_files"


class Teller:
    """Turns facts into sendings and notices. `wake`: tells the postman that there is something to send."""

    def __init__(self, database: Database, ask: AskDestinataires, clock: Clock, wake: Callable[[], None]) -> None:
        self._database, self._ask, self._clock, self._wake = database, ask, clock, wake

    async def tell_demande(self, enveloppe: Enveloppe) -> None:
        """A fact of a demande: keep who is concerned, tell who waits for it."""
        donnees = _parse(enveloppe)
        if not isinstance(donnees, DemandeDeposee | DemandeEvolution):
            return
        perimetre = systeme(CaisseCode(donnees.caisse_code))
        suivi, annonces = _suivi_of(donnees), _announces(enveloppe, donnees)
        fait = _fait(enveloppe, await self._with_agent(suivi, annonces, perimetre))
        adressees = await self._addresses(annonces, fait, perimetre)
        async with self._database.transaction(perimetre) as session:
            if not await claim(session, TELL_DEMANDES, enveloppe.id):
                return
            await remember_suivi(session, suivi, version=donnees.version, perimetre=perimetre)
            planned = await plan_annonces(session, annonces, fait, adressees, perimetre=perimetre, clock=self._clock)
        self._after(enveloppe, planned)

    async def tell_piece_jointe(self, enveloppe: Enveloppe) -> None:
        """A fact of a file. A file of no demande yet, or whose fact names no structure (the caisse's own), tells no partner."""
        donnees = _parse(enveloppe)
        if not isinstance(donnees, FaitPieceJointe) or donnees.numero is None:
            return
        perimetre, numero = systeme(CaisseCode(donnees.caisse_code)), NumeroDemande(donnees.numero)
        known = await self._known(numero, perimetre)
        structure = _structure_of(donnees, known)
        if structure is None:
            return
        annonces = announce_piece_jointe(fact_of(enveloppe.type), from_partner=bool(donnees.structure_id))
        fait = Fait(
            cle=_key_of(enveloppe, donnees),
            numero=numero,
            structure_id=structure,
            demandeur_id=_demandeur_of(donnees, known),
            agent_id=known.agent_id if known else None,
            survenu_le=donnees.survenue_le,
        )
        adressees = await self._addresses(annonces, fait, perimetre)
        async with self._database.transaction(perimetre) as session:
            if not await claim(session, TELL_FILES, enveloppe.id):
                return
            planned = await plan_annonces(session, annonces, fait, adressees, perimetre=perimetre, clock=self._clock)
        self._after(enveloppe, planned)

    async def _with_agent(self, suivi: Suivi, annonces: Sequence[Annonce], perimetre: Perimetre) -> Suivi:
        """The agent whom an earlier fact named, where one is told and this fact names none."""
        if suivi.agent_id is not None or all(annonce.public is not Public.AGENT for annonce in annonces):
            return suivi
        known = await self._known(suivi.numero, perimetre)
        return suivi if known is None else replace(suivi, agent_id=known.agent_id)

    async def _known(self, numero: NumeroDemande, perimetre: Perimetre) -> Suivi | None:
        async with self._database.transaction(perimetre) as session:
            return await find_suivi(session, numero, perimetre=perimetre)

    async def _addresses(self, annonces: Sequence[Annonce], fait: Fait, perimetre: Perimetre) -> Mapping[Public, Sequence[Destinataire]]:
        questions = questions_of(annonces, fait, perimetre.caisse_code)
        return {public: await self._ask(question) for public, question in questions.items()}

    def _after(self, enveloppe: Enveloppe, planned: int) -> None:
        log.info("fact_told", numero=enveloppe.subject, fact=fact_of(enveloppe.type), count=planned)
        if planned:
            self._wake()


def _parse(enveloppe: Enveloppe) -> FaitDemande | FaitPieceJointe | None:
    modele = FACTS.get(enveloppe.type)
    if modele is None:
        return None  # a fact newer than this process
    try:
        donnees = modele.model_validate(enveloppe.data)
    except ValidationError as error:
        raise ContractError(f"{enveloppe.type}: data does not fit") from error
    return donnees if isinstance(donnees, FaitDemande | FaitPieceJointe) else None


def _uuid(identifier: str) -> UUID:
    try:
        return UUID(identifier)
    except ValueError as error:
        raise ContractError("an identifier is no uuid") from error


def _announces(enveloppe: Enveloppe, donnees: FaitDemande) -> Sequence[Annonce]:
    fait = fact_of(enveloppe.type)
    if isinstance(donnees, DemandeEcheance):
        return announce_echeance(fait, donnees.cle)
    return announce_demande(fait, message_caisse=isinstance(donnees, DemandeEvolution) and donnees.message_caisse)


def _suivi_of(donnees: DemandeDeposee | DemandeEvolution) -> Suivi:
    agent_id = donnees.agent_id if isinstance(donnees, DemandeEvolution) else None
    return Suivi(
        numero=NumeroDemande(donnees.numero),
        structure_id=StructureId(_uuid(donnees.structure_id)),
        demandeur_id=CompteId(_uuid(donnees.demandeur_id)),
        agent_id=CompteId(_uuid(agent_id)) if agent_id else None,
    )


def _fait(enveloppe: Enveloppe, suivi: Suivi) -> Fait:
    return Fait(
        cle=enveloppe.id,
        numero=suivi.numero,
        structure_id=suivi.structure_id,
        demandeur_id=suivi.demandeur_id,
        agent_id=suivi.agent_id,
        survenu_le=enveloppe.time,
    )


def _structure_of(donnees: FaitPieceJointe, known: Suivi | None) -> StructureId | None:
    if donnees.structure_id:
        return StructureId(_uuid(donnees.structure_id))
    return known.structure_id if known else None


def _demandeur_of(donnees: FaitPieceJointe, known: Suivi | None) -> CompteId | None:
    if isinstance(donnees, PieceJointeMiseADisposition):
        return CompteId(_uuid(donnees.demandeur_id))
    return known.demandeur_id if known else None


def _key_of(enveloppe: Enveloppe, donnees: FaitPieceJointe) -> str:
    """Several documents of one answer are told once: the key is the demande and the instant they expire together."""
    if isinstance(donnees, PieceJointeMiseADisposition):
        return f"document:{donnees.numero}:{donnees.echeance_telechargement:%Y%m%dT%H%M%S}"
    return enveloppe.id
