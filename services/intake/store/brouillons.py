"""Drafts: of one account, in one perimetre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, insert, select, update

from services.intake.store.tables import BrouillonRow, Document
from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import AsyncSession, within


@dataclass(frozen=True, slots=True, kw_only=True)
class BrouillonEnregistre:
    """A draft as stored."""

    id: UUID
    offre: str
    contenu: Document
    pieces: list[Document]
    version: int
    cree_le: datetime
    modifie_le: datetime


async def list_brouillons(session: AsyncSession, perimetre: Perimetre) -> list[BrouillonEnregistre]:
    """The account's own drafts, newest first."""
    statement = select(BrouillonRow).where(BrouillonRow.compte_id == perimetre.acteur_id).order_by(BrouillonRow.modifie_le.desc())
    rows = await session.scalars(within(perimetre, statement, table=BrouillonRow))
    return [_to_domain(row) for row in rows]


async def get_brouillon(session: AsyncSession, brouillon_id: UUID, perimetre: Perimetre) -> BrouillonEnregistre | None:
    """One draft of the account, or None."""
    statement = select(BrouillonRow).where(BrouillonRow.id == brouillon_id, BrouillonRow.compte_id == perimetre.acteur_id)
    row = await session.scalar(within(perimetre, statement, table=BrouillonRow))
    return _to_domain(row) if row else None


async def insert_brouillon(session: AsyncSession, brouillon: BrouillonEnregistre, perimetre: Perimetre) -> None:
    """A new draft."""
    await session.execute(
        insert(BrouillonRow).values(
            id=brouillon.id,
            caisse_code=perimetre.caisse_code,
            structure_id=perimetre.structure_id,
            compte_id=perimetre.acteur_id,
            offre=brouillon.offre,
            contenu=brouillon.contenu,
            pieces=brouillon.pieces,
            version=brouillon.version,
            cree_le=brouillon.cree_le,
            modifie_le=brouillon.modifie_le,
        )
    )


async def replace_brouillon(session: AsyncSession, brouillon: BrouillonEnregistre, perimetre: Perimetre, *, depuis: int) -> bool:
    """Write the draft over version `depuis`; False when another version is stored by now."""
    statement = (
        update(BrouillonRow)
        .where(*_own(brouillon.id, perimetre), BrouillonRow.version == depuis)
        .values(
            offre=brouillon.offre,
            contenu=brouillon.contenu,
            pieces=brouillon.pieces,
            version=brouillon.version,
            modifie_le=brouillon.modifie_le,
        )
        .returning(BrouillonRow.id)
    )
    return (await session.execute(statement)).first() is not None


async def delete_brouillon(session: AsyncSession, brouillon_id: UUID, perimetre: Perimetre) -> bool:
    """Whether there was a draft to delete. Two filings of one draft wait for each other here."""
    statement = delete(BrouillonRow).where(*_own(brouillon_id, perimetre)).returning(BrouillonRow.id)
    return (await session.execute(statement)).first() is not None


async def purge_brouillons(session: AsyncSession, perimetre: Perimetre, *, avant: datetime) -> int:
    """Delete the drafts of a whole caisse last saved before this instant; returns how many."""
    statement = delete(BrouillonRow).where(BrouillonRow.caisse_code == perimetre.caisse_code, BrouillonRow.modifie_le < avant)
    result = await session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _own(brouillon_id: UUID, perimetre: Perimetre) -> Sequence[ColumnElement[bool]]:
    return (
        BrouillonRow.id == brouillon_id,
        BrouillonRow.caisse_code == perimetre.caisse_code,
        BrouillonRow.structure_id == perimetre.structure_id,
        BrouillonRow.compte_id == perimetre.acteur_id,
    )


def _to_domain(row: BrouillonRow) -> BrouillonEnregistre:
    return BrouillonEnregistre(
        id=row.id,
        offre=row.offre,
        contenu=row.contenu,
        pieces=row.pieces,
        version=row.version,
        cree_le=row.cree_le,
        modifie_le=row.modifie_le,
    )
