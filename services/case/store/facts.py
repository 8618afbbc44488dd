"""Domain events as facts of the house (contracts, evenements): outbox rows of the same transaction, ids only."""

from services.case.domain.demande import Demande
from services.case.domain.evenements import DemandeChangee, DemandeEvenement, EcheanceFranchie, PieceMiseADisposition
from shared.contracts.evenements import DemandeEcheance, DemandeEvolution, PieceJointeMiseADisposition, event_subject
from shared.plumbing.database import AsyncSession
from shared.plumbing.outbox import record_fact

SOURCE = "case"


async def record_facts(session: AsyncSession, demande: Demande) -> None:
    """Write every event of the demande, in order, and forget them."""
    for evenement in demande.events:
        await _record(session, demande, evenement)
    demande.events.clear()


async def _record(session: AsyncSession, demande: Demande, evenement: DemandeEvenement) -> None:
    agent = demande.agent  # who handles it, whoever acted: the partner's answer and the alerts are for them
    suivi = {"agent_id": str(agent.compte_id) if agent else None}
    commun = {
        "numero": str(demande.numero),
        "caisse_code": str(demande.caisse_code),
        "structure_id": str(demande.structure_id),
        "survenue_le": evenement.survenue_le,
        "demandeur_id": str(demande.demandeur_id),
    }
    match evenement:
        case DemandeChangee(fait, _, version, message_caisse):
            fact = DemandeEvolution.model_validate(commun | suivi | {"version": version, "message_caisse": message_caisse})
            await record_fact(session, event_subject("demande", fait.value), fact, source=SOURCE, about=demande.numero)
        case EcheanceFranchie(fait, _, cle):
            echeance = DemandeEcheance.model_validate(commun | suivi | {"version": demande.version, "cle": cle})
            await record_fact(session, event_subject("demande", fait.value), echeance, source=SOURCE, about=demande.numero)
        case PieceMiseADisposition(piece_jointe_id, _, limite):
            piece = PieceJointeMiseADisposition.model_validate(
                commun | {"piece_jointe_id": str(piece_jointe_id), "echeance_telechargement": limite}
            )
            await record_fact(
                session, event_subject("piece_jointe", "mise_a_disposition"), piece, source=SOURCE, about=str(piece_jointe_id)
            )
