"""The schema of intake: what migrations make is what the code reads, closed by row-level security, without any NIR (RG-10)."""

from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.exc import ProgrammingError

from services.intake.store.tables import Base
from shared.plumbing import tables
from tests.integration.intake.conftest import Adresses, Essai

TENANT_TABLES = {"brouillon", "depot", "piece_deposee", "compteur", "idempotence"}


def test_the_migrations_make_the_tables_that_the_code_reads(adresses: Adresses) -> None:
    engine = create_engine(adresses.owner)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = [*compare_metadata(context, _both())]
    engine.dispose()

    assert [str(difference) for difference in differences if "alembic_version" not in str(difference)] == []


async def test_b2_without_a_scope_or_in_another_one_no_row_is_seen_nor_written(essai: Essai) -> None:
    inserted = text("INSERT INTO compteur (caisse_code, annee, dernier) VALUES (:caisse, 2026, 1)")
    async with essai.database.transaction(essai.perimetre) as session:
        await session.execute(inserted, {"caisse": essai.perimetre.caisse_code})

    async with essai.database.technical_transaction() as session:
        seen = {table: await session.scalar(text(f"SELECT count(*) FROM {table}")) for table in TENANT_TABLES}  # noqa: S608  our own names

    assert set(seen.values()) == {0}


async def test_b2_a_row_of_another_structure_or_caisse_cannot_be_written(essai: Essai) -> None:
    insertion = text(
        "INSERT INTO piece_deposee (id, caisse_code, structure_id, deposee_le) VALUES (gen_random_uuid(), :caisse, :structure, now())"
    )
    ours = {"caisse": essai.perimetre.caisse_code, "structure": essai.structure_id}

    for values in ({**ours, "structure": uuid4()}, {**ours, "caisse": "999"}):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with essai.database.transaction(essai.perimetre) as session:
                await session.execute(insertion, values)

    async with essai.database.transaction(essai.perimetre) as session:
        await session.execute(insertion, ours)


async def test_rg_10_no_column_is_for_a_nir(essai: Essai) -> None:
    async with essai.database.technical_transaction() as session:
        columns = list(await session.scalars(text("SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'")))

    assert columns
    assert not [column for column in columns if "nir" in column or "securite" in column]


def _both() -> MetaData:
    both = MetaData()
    for metadata in (Base.metadata, tables.METADATA):
        for table in metadata.tables.values():
            table.to_metadata(both)
    return both
