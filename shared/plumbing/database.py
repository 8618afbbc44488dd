"""The database of a service: one transaction, one perimetre, one owner (style §2.2).

`Database.transaction` sets the scope that row-level security reads, and commits on leaving, before the answer is built.
Nothing else in the house commits or sets the scope (an architecture test says so).
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, Table, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import DependencyUnavailableError

__all__ = ["AsyncSession", "Database", "row_level_security", "within"]

_SCOPE: Final = text(
    "SELECT set_config('app.caisse', :caisse, true), set_config('app.structure', :structure, true), set_config('app.role', :role, true)"
)
_STATEMENT_TIMEOUT_MS: Final = 15_000
_LINK_TIMEOUT_MS: Final = 5_000  # a link that swallows everything: the kernel alone would wait for a quarter of an hour
_POOL_TIMEOUT_S: Final = 2  # a database that does not answer is told within two seconds (trust C5)
_PARTNER_ROLES: Final = "'technicien', 'gestionnaire'"
_CAISSE_ROLES: Final = "'agent', 'conseiller_mas', 'superviseur', 'service_partenariat', 'systeme'"

SelectT = TypeVar("SelectT", bound="Select[*tuple[Any, ...]]")  # any row shape: within() never looks at it


class Database:
    """Transactions of one service, each in a perimetre."""

    def __init__(self, url: str, *, pool_size: int = 8, service: str = "") -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=4,
            pool_timeout=_POOL_TIMEOUT_S,
            pool_pre_ping=False,
            pool_recycle=1800,
            connect_args={
                "connect_timeout": 2,
                "tcp_user_timeout": _LINK_TIMEOUT_MS,
                "keepalives_idle": 5,
                "keepalives_interval": 2,
                "keepalives_count": 3,
                "application_name": service,
                "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout=30000 -c timezone=UTC",
            },
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self, perimetre: Perimetre) -> AsyncIterator[AsyncSession]:
        """A transaction that sees this perimetre only; commits on leaving, rolls back on an exception.

        Raises: DependencyUnavailableError when PostgreSQL does not answer.
        """
        async with self._open() as session:
            structure = "" if perimetre.structure_id is None else str(perimetre.structure_id)
            await session.execute(_SCOPE, {"caisse": perimetre.caisse_code, "structure": structure, "role": perimetre.role.value})
            yield session

    @asynccontextmanager
    async def technical_transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction of machinery (outbox, inbox, read copies, sessions): no scope, so it sees no tenant row at all."""
        async with self._open() as session:
            yield session

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[AsyncSession]:
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise DependencyUnavailableError("PostgreSQL", "run a transaction") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DependencyUnavailableError("PostgreSQL", "run a transaction") from error
            raise

    async def ping(self) -> None:
        """Raises: DependencyUnavailableError when the database does not answer."""
        async with self._open() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()


def within(perimetre: Perimetre, statement: SelectT, *, table: type[DeclarativeBase] | Table) -> SelectT:
    """The same read, restricted to the perimetre: its caisse, and its structure for a partner.

    Row-level security holds the same rule a second time; this one lets the indexes serve (trust B1, B2).
    """
    columns = table.c if isinstance(table, Table) else table.__table__.c
    conditions: Sequence[ColumnElement[bool]] = [columns["caisse_code"] == perimetre.caisse_code]
    if perimetre.structure_id is not None:
        conditions = [*conditions, columns["structure_id"] == perimetre.structure_id]
    return statement.where(*conditions)


def row_level_security(table: str) -> tuple[str, ...]:
    """The statements that close a tenant table: enabled, forced, one policy. Call it in the migration that creates it.

    The table has `caisse_code` and `structure_id`. An unset scope sees no row: every comparison is with NULL.
    """
    scope = (
        "caisse_code = nullif(current_setting('app.caisse', true), '') AND CASE "
        f"WHEN current_setting('app.role', true) IN ({_PARTNER_ROLES}) "
        "THEN structure_id = nullif(current_setting('app.structure', true), '')::uuid "
        f"ELSE coalesce(current_setting('app.role', true) IN ({_CAISSE_ROLES}), false) END"
    )
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY perimetre ON {table} USING ({scope}) WITH CHECK ({scope})",
    )
