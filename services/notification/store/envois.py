"""Rows of sendings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.notification.domain.annonces import Modele, Public
from services.notification.domain.envoi import LEASE, Envoi, EtatEnvoi, NouvelEnvoi
from services.notification.store.tables import CaisseRow, EnvoiRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, new_id
from shared.plumbing.database import AsyncSession, within


async def add_envois(session: AsyncSession, perimetre: Perimetre, envois: Sequence[NouvelEnvoi], *, now: datetime) -> None:
    """Plan sendings; one that is already there (same key, account and text) is left as it is."""
    if not envois:
        return
    await session.execute(
        insert(EnvoiRow).on_conflict_do_nothing(),
        [
            {
                "id": new_id(),
                "caisse_code": perimetre.caisse_code,
                "structure_id": envoi.structure_id,
                "cle": envoi.cle,
                "compte_id": envoi.compte_id,
                "numero": envoi.numero,
                "modele": envoi.modele.value,
                "public": envoi.public.value,
                "courriel": envoi.courriel,
                "etat": EtatEnvoi.A_ENVOYER.value,
                "essais": 0,
                "cree_le": now,
                "prochain_essai_le": now,
            }
            for envoi in envois
        ],
    )


async def claim_due(session: AsyncSession, perimetre: Perimetre, *, now: datetime, limit: int) -> list[Envoi]:
    """Take what is due, oldest first, for the time of a lease; another process skips it meanwhile."""
    statement = within(
        perimetre,
        select(EnvoiRow)
        .where(EnvoiRow.etat == EtatEnvoi.A_ENVOYER.value, EnvoiRow.prochain_essai_le <= now)
        .order_by(EnvoiRow.prochain_essai_le)
        .limit(limit)
        .with_for_update(skip_locked=True),
        table=EnvoiRow,
    )
    rows = (await session.scalars(statement)).all()
    for row in rows:
        row.prochain_essai_le, row.essais = now + LEASE, row.essais + 1
    return [_to_domain(row) for row in rows]


async def end_envoi(session: AsyncSession, envoi_id: UUID, etat: EtatEnvoi, *, now: datetime) -> None:
    """The sending is over, whatever its end: its address is erased."""
    await session.execute(update(EnvoiRow).where(EnvoiRow.id == envoi_id).values(etat=etat.value, courriel=None, termine_le=now))


async def postpone_envoi(session: AsyncSession, envoi_id: UUID, until: datetime) -> None:
    """Try again later."""
    await session.execute(update(EnvoiRow).where(EnvoiRow.id == envoi_id).values(prochain_essai_le=until))


async def remember_caisse(session: AsyncSession, caisse_code: CaisseCode) -> None:
    """The postman serves this caisse from now on."""
    await session.execute(insert(CaisseRow).values(code=caisse_code).on_conflict_do_nothing())


async def known_caisses(session: AsyncSession) -> list[CaisseCode]:
    """Every caisse the postman serves, in order: there is no tenant in it."""
    return [CaisseCode(code) for code in await session.scalars(select(CaisseRow.code).order_by(CaisseRow.code))]


def _to_domain(row: EnvoiRow) -> Envoi:
    return Envoi(
        id=row.id,
        caisse_code=CaisseCode(row.caisse_code),
        numero=NumeroDemande(row.numero),
        modele=Modele(row.modele),
        public=Public(row.public),
        compte_id=CompteId(row.compte_id),
        courriel=row.courriel or "",
        essais=row.essais,
        cree_le=row.cree_le,
    )
