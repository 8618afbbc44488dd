"""How passwords are hashed: argon2id, at most two at a time so that a storm of sign-ins leaves the other routes a core (trust D11)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP minimum, trust §1: 19 MiB, two passes, one lane.
_MEMORY_KIB = 19_456
_PASSES = 2
_LANES = 1
_SLOTS = 2


class Hasher(Protocol):
    """Hashes and verifies passwords."""

    async def hash(self, mot_de_passe: str) -> str:
        """A salted hash, with its parameters."""

    async def verify(self, mot_de_passe: str, hachage: str | None) -> bool:
        """Whether the password fits. Without a hash (unknown account) the same work is done for nothing."""


class Argon2Hasher:
    """argon2id in a pool of two threads (the library releases the interpreter's lock)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES)
        self._pool = ThreadPoolExecutor(max_workers=_SLOTS, thread_name_prefix="argon2")
        self._nobody = self._hasher.hash("personne")

    async def hash(self, mot_de_passe: str) -> str:
        """A salted hash, with its parameters."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, mot_de_passe)

    async def verify(self, mot_de_passe: str, hachage: str | None) -> bool:
        """Whether the password fits; same duration for an unknown account (ASVS 6.3.8)."""
        fits = await asyncio.get_running_loop().run_in_executor(self._pool, self._fits, hachage or self._nobody, mot_de_passe)
        return fits and hachage is not None

    def close(self) -> None:
        """Give the threads back."""
        self._pool.shutdown(wait=False)

    def _fits(self, hachage: str, mot_de_passe: str) -> bool:
        try:
            return self._hasher.verify(hachage, mot_de_passe)
        except (VerificationError, InvalidHashError):
            return False
