"""Threads: messages in order, and their erasure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from services.case.domain.echange import MessageGenre
from services.case.store.tables import JournalRow, MessageRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, within


async def list_messages(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> list[MessageRow]:
    """Oldest first; a partner never gets an internal note."""
    statement = within(perimetre, select(MessageRow), table=MessageRow).where(MessageRow.numero == numero)
    if perimetre.is_partner:
        statement = statement.where(MessageRow.genre != MessageGenre.NOTE.value)
    return list(await session.scalars(statement.order_by(MessageRow.envoye_le, MessageRow.id)))


async def list_journal(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> list[JournalRow]:
    """Newest first."""
    statement = within(perimetre, select(JournalRow), table=JournalRow).where(JournalRow.numero == numero)
    return list(await session.scalars(statement.order_by(JournalRow.id.desc())))


async def redact(
    session: AsyncSession, numero: NumeroDemande, message_id: UUID, texte: str, *, perimetre: Perimetre, now: datetime
) -> bool:
    """Replace one text. Whether it was there."""
    statement = (
        update(MessageRow)
        .where(MessageRow.caisse_code == perimetre.caisse_code, MessageRow.numero == numero, MessageRow.id == message_id)
        .values(texte=texte, caviarde_le=now)
        .returning(MessageRow.id)
    )
    return (await session.execute(statement)).first() is not None


async def erase(session: AsyncSession, numero: NumeroDemande, texte: str, *, perimetre: Perimetre, now: datetime) -> None:
    """Replace every text written so far, notes included."""
    await session.execute(
        update(MessageRow)
        .where(MessageRow.caisse_code == perimetre.caisse_code, MessageRow.numero == numero)
        .values(texte=texte, caviarde_le=now)
    )
