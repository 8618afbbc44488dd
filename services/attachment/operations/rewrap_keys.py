"""Rotation of the master ring: every data key that an older master key wraps is wrapped again by the active one (trust §3)."""

from dataclasses import dataclass
from datetime import datetime

from services.attachment.operations.walk_objects import keys_by_caisse
from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.ports.object_store import PurgeBuckets
from services.attachment.store.pieces_jointes import find_wrapped_by_others, save_piece_jointe
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database

_BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotation:
    """Everything the rotation needs; the bytes of files are neither read nor moved."""

    database: Database
    keys: MasterKeyRing
    buckets: PurgeBuckets
    clock: Clock

    async def rewrap(self) -> int:
        """How many keys were wrapped again, in every caisse that has an object. Once it answers 0 the older keys may be dropped.

        Raises: LookupError when a key of the ring was dropped too early; DependencyError.
        """
        return sum([await self._rewrap_caisse(caisse) for caisse in await self._caisses(self.clock.now())])

    async def _caisses(self, now: datetime) -> list[CaisseCode]:
        return sorted((await keys_by_caisse(self.buckets.quarantine, now)).keys() | (await keys_by_caisse(self.buckets.clean, now)).keys())

    async def _rewrap_caisse(self, caisse: CaisseCode) -> int:
        perimetre, total = systeme(caisse), 0
        while True:
            async with self.database.transaction(perimetre) as session:
                pieces = await find_wrapped_by_others(session, self.keys.active, perimetre, limit=_BATCH)
                for piece in pieces:
                    piece.cle = self.keys.rewrap(piece)
                    await save_piece_jointe(session, piece)
            total += len(pieces)
            if len(pieces) < _BATCH:
                return total
