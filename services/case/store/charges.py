"""Who holds what in a caisse: open demandes by agent."""

from datetime import datetime

from sqlalchemy import func, select

from services.case.domain.charge import CompteCharge
from services.case.domain.demande import SousEtat
from services.case.store.tables import DemandeRow
from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import AsyncSession, within


async def list_charges(
    session: AsyncSession, perimetre: Perimetre, *, files: frozenset[str], since: datetime, now: datetime
) -> list[CompteCharge]:
    """By name; an agent without any demande since then is left out."""
    ouverte = DemandeRow.sous_etat != SousEtat.RESOLU.value
    statement = (
        within(perimetre, select(DemandeRow.agent_id), table=DemandeRow)
        .add_columns(
            func.max(DemandeRow.agent_nom),
            func.count().filter(ouverte),
            func.count().filter(DemandeRow.sous_etat == SousEtat.ATTENTE_PARTENAIRE.value),
            func.count().filter(ouverte, DemandeRow.echeance_file < now),
            func.array_agg(DemandeRow.file_attente.distinct()),
        )
        .where(DemandeRow.agent_id.is_not(None), DemandeRow.file_attente.in_(sorted(files)), DemandeRow.derniere_activite_le >= since)
        .group_by(DemandeRow.agent_id)
        .order_by(func.max(DemandeRow.agent_nom))
    )
    return [
        CompteCharge(agent_id=agent_id, nom=nom, ouvertes=ouvertes, en_attente=attente, en_retard=retard, files=frozenset(tenues))
        for agent_id, nom, ouvertes, attente, retard, tenues in await session.execute(statement)
        if agent_id is not None
    ]
