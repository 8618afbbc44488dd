"""What the engine reads and orders: the situation, a deadline that fell due, a step, an operator's act (house §9.2).

Every one returns the new situation. To the process of the demande it is served: it needs no reminder. A child's act that changed
something says « evoluee », so that the parent looks again.
"""

from datetime import datetime

from services.case.domain.demande import Demande
from services.case.domain.echeances import meet_echeance as meet
from services.case.domain.evenements import DemandeChangee, DemandeFait
from services.case.domain.orientation import note_registre, route
from services.case.domain.situation import INTERROGER_AMELI, ROUTER, situation_of
from services.case.operations.dossier import Dossier, load_dossier, save_dossier, structure_of
from services.case.operations.exploitation import apply_operation
from services.case.operations.regles import attestation_structure
from services.case.operations.tools import Tools
from services.case.ports.ameli import PersonneAmeli
from services.case.store import demandes
from services.case.store import operations as stored
from shared.contracts.perimetre import systeme
from shared.contracts.situation import Attributs, Echeance, Etape, Operation, Processus, Situation, TypeEtape, situation_inconnue
from shared.kernel.identifiers import NumeroDemande, caisse_of, new_id
from shared.plumbing.database import AsyncSession, Database

EQUIPE = "INSTRUCTION"  # never the queue, which would tell the motif
ISSUE = "resolue"  # never the exact outcome: attributes are in clear, and a withdrawn consent would tell the motif


async def read_situation(session: AsyncSession, numero: NumeroDemande, processus: Processus, *, tools: Tools) -> Situation:
    """The situation now; version 0 when the number is not opened yet."""
    demande = await demandes.find_demande(session, numero, systeme(caisse_of(numero)), lock=False)
    if demande is None:
        return situation_inconnue(numero)
    if processus is Processus.TRAITEMENT:
        await demandes.note_served(session, demande)
    return to_contract(demande, processus, tools.clock.now())


async def meet_echeance(session: AsyncSession, numero: NumeroDemande, cle: str, processus: Processus, *, tools: Tools) -> Situation:
    """Do what the deadline asks, or nothing when it is no longer due; idempotent by key."""
    perimetre = systeme(caisse_of(numero))
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools)
    if meet(dossier.demande, cle, new_id(), now=dossier.now, parametres=dossier.parametres):
        await _save(session, dossier, processus, acte="meet_echeance")
    return to_contract(dossier.demande, processus, dossier.now)


async def perform_etape(database: Database, numero: NumeroDemande, cle: str, *, tools: Tools) -> Situation:
    """Ask ameli, or apply the decision table; nothing when the step is no longer asked for.

    Raises: DependencyError when ameli does not answer: the step is tried again.
    """
    perimetre, processus = systeme(caisse_of(numero)), Processus.DELIVRANCE_ATTESTATION
    async with database.transaction(perimetre) as session:
        dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, lock=False)
    etape = next((etape for etape in situation_of(dossier.demande, processus, dossier.now).etapes if etape.cle == cle), None)
    if etape is None:
        return to_contract(dossier.demande, processus, dossier.now)
    registre = await _ask_ameli(dossier.demande, tools) if etape.type == INTERROGER_AMELI else None
    async with database.transaction(perimetre) as session:
        dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools)
        if etape.type == INTERROGER_AMELI:
            note_registre(dossier.demande, registre, now=dossier.now)
        elif etape.type == ROUTER and cle == f"{ROUTER}:{_rang(dossier.demande)}":
            structure = attestation_structure(await structure_of(session, dossier.demande, tools), dossier.demande, dossier.referentiel)
            route(dossier.demande, structure, new_id(), now=dossier.now, parametres=dossier.parametres)
        await _save(session, dossier, processus, acte=etape.type)
    return to_contract(dossier.demande, processus, dossier.now)


async def record_operation(
    session: AsyncSession, numero: NumeroDemande, operation: Operation, cle_effet: str, *, processus: Processus, tools: Tools
) -> Situation:
    """An operator's act on the process, kept so that a rebuild honours it; recorded once per effect key.

    Raises: EcheanceLockedError when the end of a received file is moved outside the demonstration, DemandeNotFoundError.
    """
    dossier = await load_dossier(session, numero, perimetre=systeme(caisse_of(numero)), tools=tools)
    if await stored.insert_operation(session, dossier.demande, operation, cle_effet, now=dossier.now):
        apply_operation(dossier.demande, operation, now=dossier.now, demonstration=tools.demonstration)
        await _save(session, dossier, processus, acte=f"operation_{operation.type}")
    return to_contract(dossier.demande, processus, dossier.now)


def to_contract(demande: Demande, processus: Processus, now: datetime) -> Situation:
    """The domain's situation in the contract's words, with what ops see in lists."""
    situation = situation_of(demande, processus, now)
    echeances = [Echeance(cle=cle, echue_le=instant) for cle, instant in situation.echeances]
    return Situation(
        numero=demande.numero,
        version=situation.version,
        sous_etat=situation.sous_etat,
        terminee=situation.terminee,
        issue=situation.issue,
        suspendu=demande.suspendu,
        priorite=demande.motif.priorite,
        structure_id=str(demande.structure_id),
        echeances=echeances,
        etapes=[Etape(cle=etape.cle, type=TypeEtape(etape.type), ids=list(etape.ids)) for etape in situation.etapes],
        attributs=Attributs(
            offre=demande.motif.offre,
            caisse=demande.caisse_code,
            sous_etat=situation.sous_etat,
            attente=situation.attente,
            equipe=EQUIPE,
            issue=ISSUE if demande.issue else None,
            echeance=echeances[0].echue_le if echeances else None,
            expiration=situation.expiration,
            derniere_activite=demande.derniere_activite_le,
            en_retard=demande.is_en_retard,
            escalade=demande.escalade,
            nb_pieces=len(demande.pieces),
            alertes=list(situation.alertes),
        ),
    )


async def _save(session: AsyncSession, dossier: Dossier, processus: Processus, *, acte: str) -> None:
    demande = dossier.demande
    is_child = processus is not Processus.TRAITEMENT
    if is_child and not any(isinstance(evenement, DemandeChangee) for evenement in demande.events):
        demande.say(DemandeFait.EVOLUEE, dossier.now)
    await save_dossier(session, dossier, perimetre=systeme(demande.caisse_code), acte=acte)
    if not is_child:
        await demandes.note_served(session, demande)


async def _ask_ameli(demande: Demande, tools: Tools) -> bool | None:
    personne = demande.personne
    if personne is None:
        return None
    return await tools.ameli.has_compte(PersonneAmeli(nom=personne.nom, prenom=personne.prenom, date_naissance=personne.date_naissance))


def _rang(demande: Demande) -> int:
    return demande.attestation.rang if demande.attestation else 0
