"""Rows of sendings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.notification.domain.annonces import Modele, Public
from services.notification.domain.envoi import LEASE, Envoi, EtatEnvoi, NouvelEnvoi
from services.notification.store.tables import CaisseRow, EnvoiRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, new_id
from shared.plumbing.database import AsyncSession, within


async def add_envois(session: AsyncSession, perimetre: Perimetre, envois: Sequence[NouvelEnvoi], *, now: datetime) -> None:
    """Plan sendings, at least one; one that is already there (same key, account and text) is left as it is."""
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
    """Take what is due, oldest first, for the time of a lease; another process skips it meanwhile.

    The caisse is visited again when the earliest of what waits is due, the leases included.
    """
    # Locked by a statement of its own: whatever is planned meanwhile is either seen below, or asks for a visit after this one.
    await session.execute(select(CaisseRow.code).where(CaisseRow.code == perimetre.caisse_code).with_for_update())
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
    await session.flush()
    waiting = select(func.min(EnvoiRow.prochain_essai_le)).where(EnvoiRow.etat == EtatEnvoi.A_ENVOYER.value)
    earliest = within(perimetre, waiting, table=EnvoiRow).scalar_subquery()
    await session.execute(update(CaisseRow).where(CaisseRow.code == perimetre.caisse_code).values(a_servir_le=earliest))
    return [_to_domain(row) for row in rows]


async def end_envoi(session: AsyncSession, envoi_id: UUID, etat: EtatEnvoi, *, now: datetime) -> None:
    """The sending is over, whatever its end: its address is erased."""
    await session.execute(update(EnvoiRow).where(EnvoiRow.id == envoi_id).values(etat=etat.value, courriel=None, termine_le=now))


async def postpone_envoi(session: AsyncSession, envoi: Envoi, until: datetime) -> None:
    """Try again later."""
    await session.execute(update(EnvoiRow).where(EnvoiRow.id == envoi.id).values(prochain_essai_le=until))
    await ask_visit(session, envoi.caisse_code, at=until)


async def release_envoi(session: AsyncSession, envoi: Envoi, *, now: datetime) -> None:
    """It was claimed but not tried: it is due again, and the claim does not count as a try."""
    await session.execute(update(EnvoiRow).where(EnvoiRow.id == envoi.id).values(prochain_essai_le=now, essais=envoi.essais - 1))
    await ask_visit(session, envoi.caisse_code, at=now)


async def ask_visit(session: AsyncSession, caisse_code: CaisseCode, *, at: datetime) -> None:
    """The postman comes to this caisse at that moment, or earlier if it was to come already."""
    statement = insert(CaisseRow).values(code=caisse_code, a_servir_le=at)
    earlier = func.least(CaisseRow.a_servir_le, statement.excluded.a_servir_le)  # of two, the one that is not NULL
    await session.execute(statement.on_conflict_do_update(index_elements=[CaisseRow.code], set_={"a_servir_le": earlier}))


async def caisses_to_visit(session: AsyncSession, *, now: datetime) -> list[CaisseCode]:
    """The caisses where a sending may be due, longest waiting first: there is no tenant in it."""
    statement = select(CaisseRow.code).where(CaisseRow.a_servir_le <= now).order_by(CaisseRow.a_servir_le, CaisseRow.code)
    return [CaisseCode(code) for code in await session.scalars(statement)]


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
