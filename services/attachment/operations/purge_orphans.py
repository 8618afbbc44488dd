"""What no demande will ever name is destroyed: files attached to nothing, objects without a row (trust §2.6)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.attachment.domain.piece_jointe import ETATS_EN_ATTENTE, EtatPieceJointe, MotifDestruction
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.walk_objects import keys_by_caisse
from services.attachment.ports.object_store import ObjectBucket, PurgeBuckets
from services.attachment.store.pieces_jointes import find_kept, find_orphans
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database

_BATCH = 200
_GRACE = timedelta(hours=1)  # an upload under way has its object before its row


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """How many were destroyed of each kind."""

    pieces_jointes: int
    objets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanPurge:
    """Everything the purge needs. `delai`: how long an upload may wait for its demande (a receipt lives 30 days).

    `caisses`: those to look at; None for every caisse that has an object.
    """

    database: Database
    destruction: Destruction
    buckets: PurgeBuckets
    clock: Clock
    delai: timedelta
    caisses: frozenset[CaisseCode] | None = None

    async def purge(self) -> PurgeReport:
        """Caisse by caisse, as the object keys name them; running it twice changes nothing. Raises: DependencyError."""
        limite = self.clock.now() - _GRACE
        quarantaine = await keys_by_caisse(self.buckets.quarantine, limite)
        propres = await keys_by_caisse(self.buckets.clean, limite)
        pieces = objets = 0
        presentes = quarantaine.keys() | propres.keys()
        for caisse in sorted(presentes if self.caisses is None else presentes & self.caisses):
            pieces += await self._purge_pieces(caisse)
            objets += await self._purge_objects(caisse, self.buckets.quarantine, quarantaine[caisse], ETATS_EN_ATTENTE)
            objets += await self._purge_objects(
                caisse, self.buckets.clean, propres[caisse], frozenset({EtatPieceJointe.SAINE}) | ETATS_EN_ATTENTE
            )
        return PurgeReport(pieces, objets)

    async def _purge_pieces(self, caisse: CaisseCode) -> int:
        perimetre, purgees = systeme(caisse), 0
        while True:
            async with self.database.transaction(perimetre) as session:
                orphelines = await find_orphans(session, perimetre, received_before=self.clock.now() - self.delai, limit=_BATCH)
            for piece in orphelines:
                await self.destruction.destroy(piece.id, MotifDestruction.PURGE, perimetre=perimetre)
            purgees += len(orphelines)
            if len(orphelines) < _BATCH:
                return purgees

    async def _purge_objects(self, caisse: CaisseCode, bucket: ObjectBucket, cles: list[UUID], gardes: frozenset[EtatPieceJointe]) -> int:
        """Delete the objects whose row is missing, or is in none of the states that keep them here."""
        perimetre, supprimes = systeme(caisse), 0
        for debut in range(0, len(cles), _BATCH):
            lot = cles[debut : debut + _BATCH]
            async with self.database.transaction(perimetre) as session:
                gardees = await find_kept(session, lot, gardes, perimetre)
            for cle in lot:
                if cle not in gardees:
                    await bucket.delete(f"{caisse}/{cle}")
                    supprimes += 1
        return supprimes
