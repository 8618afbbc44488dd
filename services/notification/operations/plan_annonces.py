"""Turn announcements into sendings and notices: whom to ask addresses of, then one row per account and fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notification.domain.annonces import Annonce, Public
from services.notification.domain.avis import NouvelAvis
from services.notification.domain.envoi import NouvelEnvoi
from services.notification.domain.suivi import Suivi
from services.notification.store import avis, envois, suivis
from shared.contracts.perimetre import Perimetre, Role
from shared.contracts.questions import Destinataire, DestinatairesAsked
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId
from shared.plumbing.database import AsyncSession

Adressees = Mapping[Public, Sequence[Destinataire]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fait:
    """What happened and to whom. `cle` makes each sending unique: the fact's id, or a business key that groups facts."""

    cle: str
    numero: NumeroDemande
    structure_id: StructureId
    demandeur_id: CompteId | None
    agent_id: CompteId | None
    survenu_le: datetime


async def find_suivi(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre) -> Suivi | None:
    """Who is concerned by the demande, as earlier facts said."""
    return await suivis.find_suivi(session, perimetre, numero)


async def remember_suivi(session: AsyncSession, suivi: Suivi, *, version: int, perimetre: Perimetre) -> None:
    """Keep who is concerned, for facts that will not say it."""
    await suivis.remember_suivi(session, perimetre, suivi, version=version)


def questions_of(annonces: Sequence[Annonce], fait: Fait, caisse_code: CaisseCode) -> dict[Public, DestinatairesAsked]:
    """Whose addresses the e-mails need. A demandeur nobody named yet is replaced by the techniciens of the structure."""
    asked: dict[Public, DestinatairesAsked] = {}
    for public in {annonce.public for annonce in annonces if annonce.courriel}:
        question = _question(public, fait, caisse_code)
        if question is not None:
            asked[public] = question
    return asked


def _question(public: Public, fait: Fait, caisse_code: CaisseCode) -> DestinatairesAsked | None:
    if public is Public.SUPERVISEUR:
        return DestinatairesAsked(caisse_code=caisse_code, roles=[Role.SUPERVISEUR.value])
    if public is Public.AGENT:
        return DestinatairesAsked(caisse_code=caisse_code, compte_id=str(fait.agent_id)) if fait.agent_id else None
    structure = str(fait.structure_id)
    if fait.demandeur_id is None:
        return DestinatairesAsked(caisse_code=caisse_code, structure_id=structure, roles=[Role.TECHNICIEN.value])
    return DestinatairesAsked(caisse_code=caisse_code, compte_id=str(fait.demandeur_id), structure_id=structure)


async def plan_annonces(
    session: AsyncSession, annonces: Sequence[Annonce], fait: Fait, adressees: Adressees, *, perimetre: Perimetre, clock: Clock
) -> int:
    """Write every sending and notice, once. Returns: how many sendings were asked for."""
    planned = [
        NouvelEnvoi(
            cle=fait.cle,
            structure_id=fait.structure_id if annonce.public.is_partner else None,
            numero=fait.numero,
            modele=annonce.modele,
            public=annonce.public,
            compte_id=CompteId(UUID(destinataire.compte_id)),
            courriel=destinataire.courriel,
        )
        for annonce in annonces
        if annonce.courriel
        for destinataire in adressees.get(annonce.public, ())
    ]
    if planned:
        now = clock.now()
        await envois.add_envois(session, perimetre, planned, now=now)
        await envois.ask_visit(session, perimetre.caisse_code, at=now)
    await avis.add_avis(session, perimetre, [_avis(annonce, fait) for annonce in annonces if annonce.avis])
    return len(planned)


def _avis(annonce: Annonce, fait: Fait) -> NouvelAvis:
    compte_id, role = None, None
    match annonce.public:
        case Public.DEMANDEUR:
            compte_id = fait.demandeur_id
        case Public.AGENT:
            compte_id, role = fait.agent_id, None if fait.agent_id else Role.AGENT.value
        case Public.SUPERVISEUR:
            role = Role.SUPERVISEUR.value
        case Public.STRUCTURE:
            pass
    return NouvelAvis(
        cle=fait.cle,
        structure_id=fait.structure_id if annonce.public.is_partner else None,
        compte_id=compte_id,
        role=role,
        numero=fait.numero,
        modele=annonce.modele,
        survenu_le=fait.survenu_le,
    )
