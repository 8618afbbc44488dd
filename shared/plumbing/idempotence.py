"""Idempotency-Key, inside the transaction of the act (trust §4, C6).

The same key replays the stored answer for 24 h; the same key with another body is refused; two at once: one waits for the other.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.base import Contract
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import RuleError
from shared.plumbing.database import AsyncSession, within
from shared.plumbing.tables import idempotence

LIFE: Final = timedelta(hours=24)
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_INSERT: Final = insert(idempotence)
_STORE: Final = _INSERT.on_conflict_do_update(
    index_elements=["compte_id", "cle"],
    set_={
        **{column: _INSERT.excluded[column] for column in ("caisse_code", "structure_id", "empreinte", "statut", "corps")},
        "created_at": func.now(),
    },
)


class IdempotencyKeyReusedError(RuleError):
    """The same key came with another body."""

    code = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__("Cette clé d'idempotence a déjà servi pour un autre contenu.")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first call was answered."""

    statut: int
    corps: dict[str, object]


def fingerprint(body: Contract, cible: str = "") -> str:
    """What makes two calls the same: the body, and what it is said about where the address names it."""
    return hashlib.sha256(f"{cible}{body.model_dump_json()}".encode()).hexdigest()


async def replay(session: AsyncSession, perimetre: Perimetre, key: UUID, empreinte: str) -> StoredAnswer | None:
    """The stored answer of this key, or None: then act, and `store` before leaving the transaction.

    Calls with the same key wait for each other here. Raises: IdempotencyKeyReusedError.
    """
    await session.execute(_LOCK, {"key": f"{perimetre.acteur_id}/{key}"})
    statement = within(
        perimetre,
        select(idempotence.c.empreinte, idempotence.c.statut, idempotence.c.corps).where(
            idempotence.c.compte_id == perimetre.acteur_id,
            idempotence.c.cle == key,
            idempotence.c.created_at > func.now() - LIFE,
        ),
        table=idempotence,
    )
    row = (await session.execute(statement)).first()
    if row is None:
        return None
    if row.empreinte != empreinte:
        raise IdempotencyKeyReusedError
    return StoredAnswer(row.statut, row.corps)


async def recall(session: AsyncSession, perimetre: Perimetre, key: UUID) -> StoredAnswer | None:
    """What this account was answered with this key, for who lost the answer; None past its life."""
    statement = within(
        perimetre,
        select(idempotence.c.statut, idempotence.c.corps).where(
            idempotence.c.compte_id == perimetre.acteur_id, idempotence.c.cle == key, idempotence.c.created_at > func.now() - LIFE
        ),
        table=idempotence,
    )
    row = (await session.execute(statement)).first()
    return None if row is None else StoredAnswer(row.statut, row.corps)


async def store(session: AsyncSession, perimetre: Perimetre, key: UUID, empreinte: str, *, statut: int, corps: Contract) -> None:
    """Keep the answer with the act it belongs to (an older one with this key, past its life, is replaced)."""
    row = {
        "compte_id": perimetre.acteur_id,
        "cle": key,
        "caisse_code": perimetre.caisse_code,
        "structure_id": perimetre.structure_id,
        "empreinte": empreinte,
        "statut": statut,
        "corps": corps.model_dump(mode="json"),
    }
    await session.execute(_STORE, row)


async def forget_answers(session: AsyncSession, perimetre: Perimetre, *, now: datetime) -> int:
    """Delete a caisse's answers past their life: they hold what people were answered. Returns: how many."""
    statement = delete(idempotence).where(idempotence.c.caisse_code == perimetre.caisse_code, idempotence.c.created_at < now - LIFE)
    result = await session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
