"""Filings: what was filed until the case is open, then the receipt and the duplicate guard (house §9.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.intake.store.tables import CompteurRow, DepotRow, PieceDeposeeRow
from shared.contracts.depots import Depot
from shared.contracts.http.intake import AccuseVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande
from shared.plumbing.database import AsyncSession, within

# Statements of the filing, built once: building one costs as much as sending it.
_LOCK_DEMARCHE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:cle, 1))")
_INSERT_DEPOT: Final = insert(DepotRow)
_TAKE_RANG: Final = (
    insert(CompteurRow)
    .values(dernier=1)
    .on_conflict_do_update(index_elements=["caisse_code", "annee"], set_={"dernier": CompteurRow.dernier + 1})
    .returning(CompteurRow.dernier)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotEnregistre:
    """A filing as stored; `depot` is None once the case is open."""

    accuse: AccuseVue
    depot: Depot | None


async def insert_depot(session: AsyncSession, enregistre: DepotEnregistre, perimetre: Perimetre, *, doublon_cle: str | None) -> None:
    """A new filing, its content with its receipt."""
    row = {
        "numero": enregistre.accuse.numero,
        "caisse_code": perimetre.caisse_code,
        "structure_id": perimetre.structure_id,
        "demandeur_id": perimetre.acteur_id,
        "deposee_le": enregistre.accuse.deposee_le,
        "accuse": enregistre.accuse.model_dump(mode="json"),
        "contenu": enregistre.depot.model_dump(mode="json") if enregistre.depot else None,
        "doublon_cle": doublon_cle,
    }
    await session.execute(_INSERT_DEPOT, row)


async def get_depot(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> DepotEnregistre | None:
    """The filing with this number in this perimetre, or None."""
    row = await session.scalar(within(perimetre, select(DepotRow).where(DepotRow.numero == numero), table=DepotRow))
    if row is None:
        return None
    return DepotEnregistre(
        accuse=AccuseVue.model_validate(row.accuse), depot=Depot.model_validate(row.contenu) if row.contenu is not None else None
    )


async def list_non_ouvertes(session: AsyncSession, perimetre: Perimetre) -> list[tuple[AccuseVue, CompteId]]:
    """The filings that no case shows yet and who filed them, newest first."""
    statement = (
        select(DepotRow.accuse, DepotRow.demandeur_id)
        .where(DepotRow.ouverte_le.is_(None))
        .order_by(DepotRow.deposee_le.desc(), DepotRow.numero.desc())
    )
    rows = await session.execute(within(perimetre, statement, table=DepotRow))
    return [(AccuseVue.model_validate(accuse), CompteId(demandeur_id)) for accuse, demandeur_id in rows]


async def find_doublon(session: AsyncSession, cle: str, perimetre: Perimetre) -> NumeroDemande | None:
    """The newest demande of the same démarche that is still open. Filings of one démarche wait for each other here."""
    await session.execute(_LOCK_DEMARCHE, {"cle": cle})
    statement = (
        select(DepotRow.numero)
        .where(DepotRow.doublon_cle == cle, DepotRow.resolue_le.is_(None))
        .order_by(DepotRow.deposee_le.desc(), DepotRow.numero.desc())
        .limit(1)
    )
    numero = await session.scalar(within(perimetre, statement, table=DepotRow))
    return NumeroDemande(numero) if numero else None


async def claim_pieces(session: AsyncSession, ids: Sequence[UUID], perimetre: Perimetre, *, now: datetime) -> set[UUID]:
    """Mark files as filed; returns those that were free. Inserted in order, so that two filings never wait in a circle."""
    if not ids:
        return set()
    values = [
        {"id": piece_id, "caisse_code": perimetre.caisse_code, "structure_id": perimetre.structure_id, "deposee_le": now}
        for piece_id in sorted(ids)
    ]
    statement = insert(PieceDeposeeRow).values(values).on_conflict_do_nothing().returning(PieceDeposeeRow.id)
    return set(await session.scalars(statement))


async def take_rang(session: AsyncSession, caisse_code: CaisseCode, annee: int) -> int:
    """The next rank of the caisse's year. Its row stays locked until the transaction ends: take it when nothing can be refused any more."""
    return (await session.execute(_TAKE_RANG, {"caisse_code": caisse_code, "annee": annee})).scalar_one()


async def forget_contenu(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, now: datetime) -> bool:
    """The case is open: the content belongs to it alone. Returns whether the number is known here."""
    statement = (
        update(DepotRow)
        .where(DepotRow.numero == numero, DepotRow.caisse_code == perimetre.caisse_code)
        .values(contenu=None, ouverte_le=func.coalesce(DepotRow.ouverte_le, now))
        .returning(DepotRow.numero)
    )
    return (await session.execute(statement)).first() is not None


async def move_guard(
    session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre, *, version: int, resolue_le: datetime | None
) -> None:
    """Close the duplicate guard (an instant) or open it again (None), unless a later fact already did."""
    await session.execute(
        update(DepotRow)
        .where(DepotRow.numero == numero, DepotRow.caisse_code == perimetre.caisse_code, DepotRow.version_dossier < version)
        .values(resolue_le=resolue_le, version_dossier=version)
    )


async def purge_accuses(session: AsyncSession, perimetre: Perimetre, *, resolues_avant: datetime) -> int:
    """Delete what is left of a caisse's demandes resolved before this instant; returns how many."""
    statement = delete(DepotRow).where(DepotRow.caisse_code == perimetre.caisse_code, DepotRow.resolue_le < resolues_avant)
    result = await session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


async def check_tables(session: AsyncSession) -> None:
    """Fails while migrations have not run."""
    await session.execute(text("SELECT numero FROM depot LIMIT 0"))
