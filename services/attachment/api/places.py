"""Places for files on their way in: so many in all, fewer for one account, and a wait that ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

from shared.kernel.errors import DependencyTimeoutError


@dataclass(frozen=True, slots=True)
class Limits:
    """`in_all` bounds memory; `per_compte`: one account that sends slowly keeps no more than its share; `wait`: before 503."""

    in_all: int = 32
    per_compte: int = 8  # the files of a whole form at once (domain §1.6)
    wait: timedelta = timedelta(seconds=10)


LIMITS: Final = Limits()


class UploadPlaces:
    """Files arriving, in memory as far as they have come; the others wait with their bytes unread."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._in_all = asyncio.Semaphore(limits.in_all)
        self._of_compte: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()  # forgotten with their last upload

    @asynccontextmanager
    async def take(self, compte_id: UUID) -> AsyncIterator[None]:
        """A place for one upload of this account; it waits for its own share first, where it holds up nobody else.

        Raises: DependencyTimeoutError when none comes free in time.
        """
        share = self._of_compte.setdefault(compte_id, asyncio.Semaphore(self._limits.per_compte))
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._limits.wait.total_seconds()):
                    await held.enter_async_context(share)
                    await held.enter_async_context(self._in_all)
            except TimeoutError as error:
                raise DependencyTimeoutError("attachment", "give an upload its place") from error
            yield
