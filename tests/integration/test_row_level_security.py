"""B1, B2: PostgreSQL holds the perimetre a second time, whatever the code forgets."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.integration.support import RunningStack

TENANT_SERVICES = ("intake", "attachment", "case", "notification")
SERVICES = (*TENANT_SERVICES, "directory", "gateway")
# Machinery: no tenant ever reads them. `audit` can only be appended to by the application.
TECHNICAL = {"outbox", "inbox", "audit", "copie_reference", "alembic_version"}
_TENANT_TABLES = """
    SELECT DISTINCT c.relname, c.relrowsecurity, c.relforcerowsecurity,
           EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname IN ('structure_id', 'caisse_code') ORDER BY 1
"""
_ROLE = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
_OWNED = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"

OpenDatabase = Callable[[str], AsyncEngine]


@pytest.mark.parametrize("service", TENANT_SERVICES)
async def test_b1_every_tenant_table_is_closed_by_a_forced_policy(open_database: OpenDatabase, service: str) -> None:
    async with open_database(service).connect() as connection:
        rows = (await connection.execute(text(_TENANT_TABLES))).all()

    tenant = [row for row in rows if row.relname not in TECHNICAL]
    assert tenant
    assert [row.relname for row in tenant if not (row.relrowsecurity and row.relforcerowsecurity and row.has_policy)] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_b2_the_application_role_owns_nothing_and_bypasses_nothing(open_database: OpenDatabase, service: str) -> None:
    async with open_database(service).connect() as connection:
        role = (await connection.execute(text(_ROLE))).one()
        owned = await connection.scalar(text(_OWNED))

    assert (role.rolsuper, role.rolbypassrls, owned) == (False, False, 0)


@pytest.mark.parametrize("service", TENANT_SERVICES)
async def test_b2_with_every_filter_off_an_unset_scope_sees_no_row(open_database: OpenDatabase, service: str) -> None:
    async with open_database(service).connect() as connection:
        tables = [row.relname for row in (await connection.execute(text(_TENANT_TABLES))).all() if row.relname not in TECHNICAL]
        seen = {table: await connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables}  # noqa: S608 — names from the catalogue

    assert set(seen.values()) == {0}


async def test_b2_a_partner_without_filter_sees_only_its_structure_and_a_stranger_nothing(
    open_database: OpenDatabase, stack: RunningStack
) -> None:
    async with open_database("case").connect() as connection:
        await connection.execute(text("SELECT set_config('app.role', 'systeme', true), set_config('app.caisse', '831', true)"))
        structure_id = await connection.scalar(text("SELECT structure_id FROM demande LIMIT 1"))
        await connection.execute(
            text("SELECT set_config('app.role', 'technicien', true), set_config('app.structure', :s, true)"), {"s": str(structure_id)}
        )
        own = set(await connection.scalars(text("SELECT DISTINCT structure_id FROM demande")))
        await connection.execute(text("SELECT set_config('app.structure', :s, true)"), {"s": "00000000-0000-0000-0000-000000000001"})
        foreign = await connection.scalar(text("SELECT count(*) FROM demande"))
        await connection.execute(text("SELECT set_config('app.structure', '', true)"))
        nobody = await connection.scalar(text("SELECT count(*) FROM demande"))

    assert structure_id is not None, "the demonstration data holds demandes"
    assert own == {structure_id}
    assert (foreign, nobody) == (0, 0)


_RIGHTS = "SELECT p FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p WHERE has_table_privilege('audit', p)"


@pytest.mark.parametrize("service", [*TENANT_SERVICES, "directory"])
async def test_b8_the_journal_can_be_appended_to_and_nothing_else(open_database: OpenDatabase, service: str) -> None:
    async with open_database(service).connect() as connection:
        rights = list(await connection.scalars(text(_RIGHTS)))

    assert rights == ["INSERT"]
