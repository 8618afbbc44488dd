"""Demandes: read within a perimetre, locked to be changed, saved with what the domain added."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.case.domain.demande import Demande
from services.case.domain.echange import Message, MessageCote, MessageGenre
from services.case.domain.errors import DemandeNotFoundError, PieceAlreadyJoinedError
from services.case.domain.piece_jointe import PieceJointe
from services.case.domain.recherche import cles_recherche, personne_cle
from services.case.store.mapping import piece_to_domain, piece_to_row, to_domain, to_row
from services.case.store.tables import DemandeRow, JournalRow, MessageRow, PieceJointeRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, NumeroDemande, PieceJointeId
from shared.plumbing.database import AsyncSession, within

_LAG: Final = timedelta(seconds=30)
_LONGEST_LAG: Final = timedelta(minutes=15)
_DETAIL_MAX: Final = 400


async def get_demande(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, lock: bool = True) -> Demande:
    """The demande with its files, locked unless it is only looked at. Raises: DemandeNotFoundError."""
    demande = await find_demande(session, numero, perimetre, lock=lock)
    if demande is None:
        raise DemandeNotFoundError(numero)
    return demande


async def find_demande(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, lock: bool = True) -> Demande | None:
    """The same, or None."""
    statement = within(perimetre, select(DemandeRow), table=DemandeRow).where(DemandeRow.numero == numero)
    row = await session.scalar(statement.with_for_update() if lock else statement)
    return None if row is None else to_domain(row, await _pieces(session, numero, perimetre))


async def has_demande(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> bool:
    """Whether the record is there, without reading it."""
    statement = within(perimetre, select(DemandeRow.numero), table=DemandeRow).where(DemandeRow.numero == numero)
    return await session.scalar(statement) is not None


async def find_numero_of_piece(session: AsyncSession, piece_jointe_id: UUID, perimetre: Perimetre) -> NumeroDemande | None:
    """The demande that holds this file, or None."""
    statement = within(perimetre, select(PieceJointeRow.numero), table=PieceJointeRow).where(PieceJointeRow.id == piece_jointe_id)
    numero = await session.scalar(statement)
    return None if numero is None else NumeroDemande(numero)


async def insert_demande(session: AsyncSession, demande: Demande, *, structure_nom: str, now: datetime) -> None:
    """A record that opens; its files are there already."""
    await session.execute(
        insert(DemandeRow).values(
            **to_row(demande),
            **_index(demande),
            **_process(demande, now),
            numero=demande.numero,
            caisse_code=demande.caisse_code,
            structure_id=demande.structure_id,
            structure_nom=structure_nom,
            demandeur_id=demande.demandeur_id,
            demandeur_nom=demande.demandeur_nom,
            deposee_le=demande.deposee_le,
            ouverte_le=now,
            version_servie=0,
        )
    )
    await _insert_messages(session, demande)
    await _insert_journal(session, demande)


async def save_demande(session: AsyncSession, demande: Demande, perimetre: Perimetre, *, now: datetime) -> None:
    """Write what changed: the row, files added or moved on, messages and history added.

    Raises: PieceAlreadyJoinedError for an added file that another demande holds.
    """
    known = {piece.id: piece for piece in await _pieces(session, demande.numero, perimetre)}
    values = {**to_row(demande), **_process(demande, now)}
    if any(message.cote is MessageCote.BO and message.genre is not MessageGenre.NOTE for message in demande.messages):
        values["message_caisse_le"] = now
    await session.execute(
        update(DemandeRow)
        .where(DemandeRow.caisse_code == demande.caisse_code, DemandeRow.numero == demande.numero)
        .values(**values, personne_cle=personne_cle(demande.personne), recherche=_index(demande)["recherche"])
    )
    for piece in demande.pieces:
        if piece.id in known and piece != known[piece.id]:
            await session.execute(update(PieceJointeRow).where(PieceJointeRow.id == piece.id).values(**piece_to_row(piece)))
    added = [piece for piece in demande.pieces if piece.id not in known]
    if len(await insert_pieces(session, demande, added, len(known))) < len(added):
        raise PieceAlreadyJoinedError
    await _insert_messages(session, demande)
    await _insert_journal(session, demande)


async def insert_pieces(session: AsyncSession, demande: Demande, pieces: Sequence[PieceJointe], rang: int = 0) -> set[PieceJointeId]:
    """Files of one message, from this rank. Returns: those that no demande held yet; only they are written."""
    if not pieces:
        return set()
    statement = upsert(PieceJointeRow).on_conflict_do_nothing().returning(PieceJointeRow.id)
    rows = [{**_piece_values(demande, piece), "rang": rang + place} for place, piece in enumerate(pieces)]
    return {PieceJointeId(piece_id) for piece_id in await session.scalars(statement, rows)}


async def note_served(session: AsyncSession, demande: Demande) -> None:
    """The process holds this version now: no reminder is needed until the next one."""
    await session.execute(
        update(DemandeRow)
        .where(
            DemandeRow.caisse_code == demande.caisse_code,
            DemandeRow.numero == demande.numero,
            DemandeRow.version <= demande.version,
            or_(DemandeRow.version_servie < demande.version, DemandeRow.rappel_processus_le.is_not(None)),
        )
        .values(version_servie=demande.version, rappel_processus_le=None)
    )


async def list_unserved(session: AsyncSession, perimetre: Perimetre, *, now: datetime, limit: int) -> list[NumeroDemande]:
    """Demandes whose process has not looked since they moved, for long enough; taken by one sweep at a time."""
    statement = (
        within(perimetre, select(DemandeRow.numero), table=DemandeRow)
        .where(DemandeRow.rappel_processus_le <= now)
        .order_by(DemandeRow.rappel_processus_le)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [NumeroDemande(numero) for numero in await session.scalars(statement)]


async def postpone_reminder(session: AsyncSession, caisse_code: CaisseCode, numero: NumeroDemande, *, now: datetime) -> None:
    """Remind again later, ever more rarely: twice the time it already waited, at most a quarter of an hour."""
    waited = func.least(func.greatest(now - DemandeRow.bougee_le, _LAG), _LONGEST_LAG)
    await session.execute(
        update(DemandeRow)
        .where(DemandeRow.caisse_code == caisse_code, DemandeRow.numero == numero)
        .values(rappel_processus_le=now + waited)
    )


def _process(demande: Demande, now: datetime) -> dict[str, object]:
    """When the process is reminded, counted from the last event it must see; without one nothing changes."""
    return {"bougee_le": now, "rappel_processus_le": now + _LAG} if demande.events else {}


def _index(demande: Demande) -> dict[str, object]:
    return {
        "personne_cle": personne_cle(demande.personne),
        "recherche": func.to_tsvector("simple", " ".join(cles_recherche(demande))),
    }


async def _pieces(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> list[PieceJointe]:
    statement = within(perimetre, select(PieceJointeRow), table=PieceJointeRow).where(PieceJointeRow.numero == numero)
    return [piece_to_domain(row) for row in await session.scalars(statement.order_by(PieceJointeRow.rang))]


def _piece_values(demande: Demande, piece: PieceJointe) -> dict[str, object]:
    return {
        **piece_to_row(piece),
        "id": piece.id,
        "caisse_code": demande.caisse_code,
        "structure_id": demande.structure_id,
        "numero": demande.numero,
        "message_id": piece.message_id,
        "sens": piece.sens.value,
        "nom": piece.nom,
        "taille_octets": piece.taille_octets,
        "sha256": piece.sha256,
        "type": piece.type,
        "justification": piece.justification,
        "hors_liste": piece.hors_liste,
    }


async def _insert_messages(session: AsyncSession, demande: Demande) -> None:
    if not demande.messages:
        return
    await session.execute(insert(MessageRow), [_message_values(demande, message) for message in demande.messages])
    demande.messages.clear()


def _message_values(demande: Demande, message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "caisse_code": demande.caisse_code,
        "structure_id": demande.structure_id,
        "numero": demande.numero,
        "cote": message.cote.value,
        "genre": message.genre.value,
        "auteur_id": message.auteur.compte_id,
        "auteur_nom": message.auteur.nom,
        "texte": message.texte,
        "envoye_le": message.envoye_le,
    }


async def _insert_journal(session: AsyncSession, demande: Demande) -> None:
    if not demande.journal:
        return
    await session.execute(
        insert(JournalRow),
        [
            {
                "caisse_code": demande.caisse_code,
                "structure_id": demande.structure_id,
                "numero": demande.numero,
                "survenu_le": acte.survenu_le,
                "acteur": acte.acteur,
                "acte": acte.acte,
                "detail": acte.detail[:_DETAIL_MAX],
            }
            for acte in demande.journal
        ],
    )
    demande.journal.clear()
