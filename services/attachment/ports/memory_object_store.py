"""A bucket in memory, for tests."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from services.attachment.ports.object_store import ObjectMissingError, StoredObject
from shared.kernel.errors import DependencyUnavailableError


class MemoryBucket:
    """Keeps objects in a dictionary; `is_down` makes every call fail."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.stored_at: dict[str, datetime] = {}
        self.is_down = False

    async def put(self, key: str, sealed: bytes) -> None:
        """Store or replace."""
        self._check("keep an object")
        self.objects[key] = sealed
        self.stored_at.setdefault(key, datetime.now(UTC))

    async def get(self, key: str) -> bytes:
        """The bytes. Raises: ObjectMissingError."""
        self._check("give an object")
        if key not in self.objects:
            raise ObjectMissingError(key)
        return self.objects[key]

    async def delete(self, key: str) -> None:
        """Remove; nothing there is no error."""
        self._check("delete an object")
        self.objects.pop(key, None)
        self.stored_at.pop(key, None)

    async def walk(self) -> AsyncIterator[StoredObject]:
        """Every object."""
        self._check("list objects")
        for key in list(self.objects):
            yield StoredObject(key, self.stored_at[key])

    def _check(self, act: str) -> None:
        if self.is_down:
            raise DependencyUnavailableError("object store", act)
