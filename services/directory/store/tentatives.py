"""Failed sign-ins, under a hash of what was typed and of where it came from: no table says who has an account."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.directory.domain.throttling import Seau, Tentatives
from services.directory.store.tables import SeauRow, TentativeRow
from shared.plumbing.database import AsyncSession


async def lock_tentatives(session: AsyncSession, courriel: str) -> Tentatives:
    """What is remembered of this e-mail, locked: parallel tries wait for one another. No tenant: a hash."""
    cle = _empreinte(courriel)
    await session.execute(insert(TentativeRow).values(empreinte=cle, echecs=0, echecs_fenetre=0).on_conflict_do_nothing())
    row = (await session.scalars(select(TentativeRow).where(TentativeRow.empreinte == cle).with_for_update())).one()
    return Tentatives(
        echecs=row.echecs,
        dernier_echec_le=row.dernier_echec_le,
        echecs_fenetre=row.echecs_fenetre,
        fenetre_debut=row.fenetre_debut,
    )


async def save_tentatives(session: AsyncSession, courriel: str, tentatives: Tentatives) -> None:
    """Remember."""
    await session.execute(
        update(TentativeRow)
        .where(TentativeRow.empreinte == _empreinte(courriel))
        .values(
            echecs=tentatives.echecs,
            dernier_echec_le=tentatives.dernier_echec_le,
            echecs_fenetre=tentatives.echecs_fenetre,
            fenetre_debut=tentatives.fenetre_debut,
        )
    )


async def get_seau(session: AsyncSession, adresse_ip: str) -> Seau:
    """The bucket of this network address. No tenant: a hash."""
    row = await session.scalar(select(SeauRow).where(SeauRow.empreinte == _empreinte(adresse_ip)))
    return Seau() if row is None else Seau(niveau=row.niveau, mesure_le=row.mesure_le)


async def charge_seau(session: AsyncSession, adresse_ip: str, *, now: datetime) -> None:
    """One failure more from this address. No tenant: a hash."""
    cle = _empreinte(adresse_ip)
    await session.execute(insert(SeauRow).values(empreinte=cle, niveau=0.0).on_conflict_do_nothing())
    row = (await session.scalars(select(SeauRow).where(SeauRow.empreinte == cle).with_for_update())).one()
    seau = Seau(niveau=row.niveau, mesure_le=row.mesure_le).failed(now)
    row.niveau, row.mesure_le = seau.niveau, seau.mesure_le
    await session.flush()


async def forget_failures(session: AsyncSession, *, before: datetime) -> None:
    """Forget the e-mails and addresses where nothing was tried since. No tenant: hashes."""
    last = func.greatest(TentativeRow.fenetre_debut, TentativeRow.dernier_echec_le)
    await session.execute(delete(TentativeRow).where(func.coalesce(last, before) <= before))
    await session.execute(delete(SeauRow).where(func.coalesce(SeauRow.mesure_le, before) <= before))


def _empreinte(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()
