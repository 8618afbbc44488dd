"""Rows of notices, and of who read them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.notification.domain.annonces import Modele
from services.notification.domain.avis import Avis, NouvelAvis
from services.notification.store.tables import AvisLuRow, AvisRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, new_id
from shared.plumbing.database import AsyncSession, within


async def add_avis(session: AsyncSession, perimetre: Perimetre, avis: Sequence[NouvelAvis]) -> None:
    """Keep notices; one that is already there is left as it is."""
    if not avis:
        return
    await session.execute(
        insert(AvisRow).on_conflict_do_nothing(),
        [
            {
                "id": new_id(),
                "caisse_code": perimetre.caisse_code,
                "structure_id": un_avis.structure_id,
                "compte_id": un_avis.compte_id,
                "role": un_avis.role,
                "cle": un_avis.cle,
                "numero": un_avis.numero,
                "modele": un_avis.modele.value,
                "survenu_le": un_avis.survenu_le,
            }
            for un_avis in avis
        ],
    )


async def list_avis(session: AsyncSession, perimetre: Perimetre, *, limit: int) -> list[Avis]:
    """Newest first, with whether this account displayed them."""
    lu = and_(AvisLuRow.avis_id == AvisRow.id, AvisLuRow.compte_id == perimetre.acteur_id)
    newest = select(AvisRow).where(_addressed_to(perimetre)).order_by(AvisRow.survenu_le.desc(), AvisRow.id.desc()).limit(limit)
    statement = within(perimetre, newest, table=AvisRow).outerjoin(AvisLuRow, lu).add_columns(AvisLuRow.lu_le)
    return [_to_domain(row, lu=lu_le is not None) for row, lu_le in await session.execute(statement)]


async def mark_read(session: AsyncSession, perimetre: Perimetre, ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that this account displayed these notices, or all of its own when none is named; a foreign one is left out."""
    statement = select(AvisRow.id).where(_addressed_to(perimetre))
    if ids:
        statement = statement.where(AvisRow.id.in_(ids))
    own = list(await session.scalars(within(perimetre, statement, table=AvisRow)))
    if not own:
        return
    values = {
        "compte_id": perimetre.acteur_id,
        "caisse_code": perimetre.caisse_code,
        "structure_id": perimetre.structure_id,
        "lu_le": now,
    }
    await session.execute(insert(AvisLuRow).on_conflict_do_nothing(), [{"avis_id": avis_id, **values} for avis_id in own])


def _addressed_to(perimetre: Perimetre) -> ColumnElement[bool]:
    """To the account, to its structure as a whole, or to its role in the caisse: never a colleague's own."""
    own = AvisRow.compte_id == perimetre.acteur_id
    if perimetre.is_partner:
        return or_(own, and_(AvisRow.compte_id.is_(None), AvisRow.role.is_(None)))
    return and_(AvisRow.structure_id.is_(None), or_(own, AvisRow.role == perimetre.role.value))


def _to_domain(row: AvisRow, *, lu: bool) -> Avis:
    return Avis(id=row.id, numero=NumeroDemande(row.numero), modele=Modele(row.modele), survenu_le=row.survenu_le, lu=lu)
