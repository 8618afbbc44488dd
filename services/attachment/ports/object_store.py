"""The object store contract: sealed bytes under a key, one credential per act (trust §2.6)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.kernel.errors import DependencyError


class ObjectMissingError(DependencyError):
    """The bucket holds nothing under this key, though the record says so: somebody must look, meanwhile it is tried again."""

    code = "object-missing"

    def __init__(self, key: str) -> None:
        super().__init__("object store", "find an object")
        self.key = key


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One line of a bucket's listing."""

    key: str
    stored_at: datetime


class ObjectBucket(Protocol):
    """One bucket, as one act sees it. What the act may not do raises DependencyError: the store refuses it.

    Keys are `<caisse>/<random UUID>`, never a name. `put` and `delete` repeat safely.
    """

    async def put(self, key: str, sealed: bytes) -> None:
        """Store or replace. Raises: DependencyError."""
        ...

    async def get(self, key: str) -> bytes:
        """The bytes. Raises: ObjectMissingError, DependencyError."""
        ...

    async def delete(self, key: str) -> None:
        """Remove; nothing there is no error. Raises: DependencyError."""
        ...

    def walk(self) -> AsyncIterator[StoredObject]:
        """Every object, in no promised order. Raises: DependencyError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanBuckets:
    """What the scan may reach: everything of quarantine but its listing, and putting into clean."""

    quarantine: ObjectBucket
    clean: ObjectBucket


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeBuckets:
    """What destruction may reach: listing and deleting on both, reading nothing."""

    quarantine: ObjectBucket
    clean: ObjectBucket
