"""Structures with their convention, avenants and habilitations, read and written as one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.directory.domain.errors import StructureNotFoundError
from services.directory.domain.structure import (
    Avenant,
    CodeHabilitation,
    Habilitation,
    StatutConvention,
    Structure,
)
from services.directory.store.tables import FRESH, AvenantRow, ConventionRow, HabilitationRow, StructureRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, StructureId, new_id
from shared.plumbing.database import AsyncSession, within

_ENDED = (StatutConvention.RESILIEE.value, StatutConvention.EXPIREE.value)


async def get_structure(session: AsyncSession, structure_id: StructureId, perimetre: Perimetre) -> Structure:
    """The structure, locked. Raises: StructureNotFoundError."""
    statement = within(perimetre, select(StructureRow), table=StructureRow)
    row = await session.scalar(statement.where(StructureRow.structure_id == structure_id).with_for_update(), execution_options=FRESH)
    if row is None:
        raise StructureNotFoundError(structure_id)
    return (await _to_domain(session, [row], perimetre))[0]


async def list_structures(session: AsyncSession, perimetre: Perimetre, *, depuis: int = 0) -> list[Structure]:
    """Structures of the perimetre whose version is above `depuis`, ordered by version."""
    statement = within(perimetre, select(StructureRow), table=StructureRow)
    rows = await session.scalars(statement.where(StructureRow.version > depuis).order_by(StructureRow.version))
    return await _to_domain(session, list(rows), perimetre)


async def save_structure(session: AsyncSession, structure: Structure, perimetre: Perimetre, *, now: datetime) -> None:
    """Write the structure with everything it holds; lines that ended stay."""
    valeurs = {
        "nom": structure.nom,
        "type_structure": structure.type_structure,
        "effectif": structure.effectif,
        "formee_mas": structure.formee_mas,
        "version": structure.version,
        "modifiee_le": now,
    }
    keys = {"caisse_code": structure.caisse_code, "structure_id": structure.structure_id}
    await session.execute(
        insert(StructureRow).values(**keys, **valeurs).on_conflict_do_update(index_elements=["caisse_code", "structure_id"], set_=valeurs)
    )
    await _save_convention(session, structure, perimetre, now=now)
    for avenant in structure.avenants:
        await session.execute(
            insert(AvenantRow)
            .values(**keys, nature=avenant.nature, date_debut=avenant.date_debut, date_fin=avenant.date_fin)
            .on_conflict_do_update(constraint="avenant_pkey", set_={"date_fin": avenant.date_fin})
        )
    for habilitation in structure.habilitations:
        await session.execute(
            insert(HabilitationRow)
            .values(
                **keys,
                code=habilitation.code.value,
                accordee_le=habilitation.accordee_le,
                retiree_le=habilitation.retiree_le,
            )
            .on_conflict_do_update(constraint="habilitation_pkey", set_={"retiree_le": habilitation.retiree_le})
        )


async def _save_convention(session: AsyncSession, structure: Structure, perimetre: Perimetre, *, now: datetime) -> None:
    """The last convention takes the structure's status; a first one, or one after an end, is a new row."""
    statement = within(perimetre, select(ConventionRow), table=ConventionRow)
    row = await session.scalar(
        statement.where(ConventionRow.structure_id == structure.structure_id).order_by(ConventionRow.cree_le.desc()).limit(1)
    )
    if row is not None and (row.statut not in _ENDED or row.statut == structure.convention.value):
        if row.statut != structure.convention.value:
            row.statut, row.modifiee_le = structure.convention.value, now
    else:
        session.add(
            ConventionRow(
                convention_id=new_id(),
                caisse_code=structure.caisse_code,
                structure_id=structure.structure_id,
                statut=structure.convention.value,
                cree_le=now,
                modifiee_le=now,
            )
        )
    await session.flush()


async def _to_domain(session: AsyncSession, rows: Sequence[StructureRow], perimetre: Perimetre) -> list[Structure]:
    """Three more reads whatever the number of structures."""
    ids = [row.structure_id for row in rows]
    if not ids:
        return []
    conventions: dict[UUID, str] = {}
    statement = within(perimetre, select(ConventionRow), table=ConventionRow)
    statement = statement.where(ConventionRow.structure_id.in_(ids)).order_by(ConventionRow.cree_le)
    for convention in await session.scalars(statement, execution_options=FRESH):
        conventions[convention.structure_id] = convention.statut
    avenants: defaultdict[UUID, list[Avenant]] = defaultdict(list)
    for avenant in await session.scalars(
        within(perimetre, select(AvenantRow), table=AvenantRow).where(AvenantRow.structure_id.in_(ids)).order_by(AvenantRow.date_debut),
        execution_options=FRESH,
    ):
        avenants[avenant.structure_id].append(Avenant(nature=avenant.nature, date_debut=avenant.date_debut, date_fin=avenant.date_fin))
    habilitations: defaultdict[UUID, list[Habilitation]] = defaultdict(list)
    for habilitation in await session.scalars(
        within(perimetre, select(HabilitationRow), table=HabilitationRow)
        .where(HabilitationRow.structure_id.in_(ids))
        .order_by(HabilitationRow.accordee_le, HabilitationRow.code),
        execution_options=FRESH,
    ):
        habilitations[habilitation.structure_id].append(
            Habilitation(
                code=CodeHabilitation(habilitation.code),
                accordee_le=habilitation.accordee_le,
                retiree_le=habilitation.retiree_le,
            )
        )
    return [
        Structure(
            structure_id=StructureId(row.structure_id),
            caisse_code=CaisseCode(row.caisse_code),
            nom=row.nom,
            type_structure=row.type_structure,
            effectif=row.effectif,
            formee_mas=row.formee_mas,
            convention=StatutConvention(conventions[row.structure_id]),
            avenants=avenants[row.structure_id],
            habilitations=habilitations[row.structure_id],
            version=row.version,
            modifiee_le=row.modifiee_le,
        )
        for row in rows
    ]
