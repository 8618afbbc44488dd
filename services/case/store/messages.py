"""Threads: messages in order, and their erasure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, literal, select, update

from services.case.domain.echange import MessageGenre
from services.case.store.tables import JournalRow, MessageRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, StructureId
from shared.plumbing.database import AsyncSession, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Visite:
    """Somebody of the caisse looked: at the demande, or at one of its files."""

    numero: NumeroDemande
    structure_id: StructureId
    acte: str
    detail: str
    survenue_le: datetime

    def line(self, perimetre: Perimetre) -> dict[str, object]:
        """As the history keeps it."""
        return {
            "caisse_code": perimetre.caisse_code,
            "structure_id": self.structure_id,
            "numero": self.numero,
            "survenu_le": self.survenue_le,
            "acteur": perimetre.nom,
            "acte": self.acte,
            "detail": self.detail,
        }


async def list_messages(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> list[MessageRow]:
    """Oldest first; a partner never gets an internal note."""
    statement = within(perimetre, select(MessageRow), table=MessageRow).where(MessageRow.numero == numero)
    if perimetre.is_partner:
        statement = statement.where(MessageRow.genre != MessageGenre.NOTE.value)
    return list(await session.scalars(statement.order_by(MessageRow.envoye_le, MessageRow.id)))


async def list_journal(
    session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, without: frozenset[str] = frozenset()
) -> list[JournalRow]:
    """Newest first. `without`: acts that this reader is not told."""
    statement = within(perimetre, select(JournalRow), table=JournalRow).where(JournalRow.numero == numero)
    if without:
        statement = statement.where(JournalRow.acte.not_in(without))
    return list(await session.scalars(statement.order_by(JournalRow.id.desc())))


async def last_act(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, without: frozenset[str]) -> int:
    """Which line of the history is the newest, those acts aside."""
    statement = within(perimetre, select(JournalRow.id), table=JournalRow).where(
        JournalRow.numero == numero, JournalRow.acte.not_in(without)
    )
    return await session.scalar(statement.order_by(JournalRow.id.desc()).limit(1)) or 0


async def note_visit(session: AsyncSession, visite: Visite, perimetre: Perimetre, *, since: datetime) -> None:
    """A line for a reading, unless the same person left the same one since then: reading on is the same visit."""
    line = visite.line(perimetre)
    again = within(perimetre, select(JournalRow.id), table=JournalRow).where(
        JournalRow.numero == visite.numero,
        JournalRow.acteur == perimetre.nom,
        JournalRow.acte == visite.acte,
        JournalRow.detail == visite.detail,
        JournalRow.survenu_le > since,
    )
    values = select(*(literal(value, JournalRow.__table__.c[name].type) for name, value in line.items())).where(~again.exists())
    await session.execute(insert(JournalRow).from_select(list(line), values))


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
