"""Destroying a file: its key first, in the transaction that says so, then its bytes; the name stays (domain §3.5, trust A9)."""

from dataclasses import dataclass
from datetime import timedelta

from services.attachment.domain.piece_jointe import MotifDestruction, PieceJointe
from services.attachment.operations.droits import check_withdraw
from services.attachment.ports.object_store import PurgeBuckets
from services.attachment.store.facts import record_facts
from services.attachment.store.pieces_jointes import get_piece_jointe, save_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import PieceJointeId
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession, Database

_CLOCK_SKEW = timedelta(seconds=60)  # the engine's clock ordered an expiry that ours may see some seconds ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """Everything the destruction of a file needs, built once."""

    database: Database
    buckets: PurgeBuckets
    clock: Clock

    async def destroy(self, piece_jointe_id: PieceJointeId, motif: MotifDestruction, *, perimetre: Perimetre) -> bool:
        """Whether the bytes are gone. An expiry that is not due yet (published again since) changes nothing and answers False.

        Idempotent: what was gone is gone. Raises: PieceJointeNotFoundError, DependencyError.
        """
        now = self.clock.now()
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            if motif is MotifDestruction.EXPIRATION and piece.cle is not None and not piece.is_expired(now + _CLOCK_SKEW):
                return False
            await self._destroy_key(session, piece, motif, perimetre)
        await self._delete_bytes(piece)
        return True

    async def destroy_orphan(self, piece_jointe_id: PieceJointeId, *, perimetre: Perimetre) -> bool:
        """Whether this call destroyed it. A filing may have named it meanwhile, another purge may have come first: nothing changes.

        Raises: PieceJointeNotFoundError, DependencyError.
        """
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            if not piece.is_orphan:
                return False
            await self._destroy_key(session, piece, MotifDestruction.PURGE, perimetre)
        await self._delete_bytes(piece)
        return True

    async def withdraw(self, piece_jointe_id: PieceJointeId, *, perimetre: Perimetre) -> None:
        """Take back a file attached to nothing. Raises: PieceJointeNotFoundError, PieceJointeAttachedError, DependencyError."""
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            check_withdraw(perimetre, piece)
            piece.check_withdrawable()
            await self._destroy_key(session, piece, MotifDestruction.PURGE, perimetre)
        await self._delete_bytes(piece)

    async def _destroy_key(self, session: AsyncSession, piece: PieceJointe, motif: MotifDestruction, perimetre: Perimetre) -> None:
        now = self.clock.now()
        piece.destroy(motif, now=now)
        await save_piece_jointe(session, piece)
        await record_facts(session, piece)
        await record_act(
            session, perimetre, "destroy_piece_jointe", objet="piece_jointe", objet_id=str(piece.id), now=now, resultat=motif.value
        )

    async def _delete_bytes(self, piece: PieceJointe) -> None:
        await self.buckets.quarantine.delete(piece.objet)
        await self.buckets.clean.delete(piece.objet)
