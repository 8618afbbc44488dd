"""What no demande will ever name is destroyed: files attached to nothing, objects without a row (trust §2.6).

A wrong database, or one restored to the wrong instant, makes good objects look like these. So they are left alone for days; and when
they are most of what is stored, none is deleted: an operator must say so.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from services.attachment.domain.piece_jointe import ETATS_EN_ATTENTE, EtatPieceJointe
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.walk_objects import keys_by_caisse
from services.attachment.ports.object_store import ObjectBucket, PurgeBuckets
from services.attachment.store.pieces_jointes import find_kept, find_orphans
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database

_BATCH: Final = 200
_FEW: Final = 20  # objects: what crashes leave; so few may be most of a small store
_KEPT_CLEAN: Final = frozenset({EtatPieceJointe.SAINE}) | ETATS_EN_ATTENTE  # the object is in `clean` before the row says so


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """How many were destroyed of each kind; `retenus`: objects without a row that are too many to be believed."""

    pieces_jointes: int
    objets: int
    retenus: int = 0


@dataclass(frozen=True, slots=True)
class _Objet:
    """One object without a row that keeps it where it is."""

    bucket: ObjectBucket
    cle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanPurge:
    """Everything the purge needs. `delai`: how long an upload may wait for its demande; `delai_objet`: an object for its row.

    `even_most`: an operator looked, and most of the objects may go. `caisses`: those to look at; None for every caisse that has an
    object.
    """

    database: Database
    buckets: PurgeBuckets
    clock: Clock
    delai: timedelta
    delai_objet: timedelta
    even_most: bool = False
    caisses: frozenset[CaisseCode] | None = None

    async def purge(self) -> PurgeReport:
        """Caisse by caisse, as the object keys name them. A second one, after or beside the first, changes nothing more.

        Raises: DependencyError.
        """
        limite = self.clock.now() - self.delai_objet
        quarantaine = await keys_by_caisse(self.buckets.quarantine, limite)
        propres = await keys_by_caisse(self.buckets.clean, limite)
        presentes = quarantaine.keys() | propres.keys()
        pieces, vus, perdus = 0, 0, list[_Objet]()
        for caisse in sorted(presentes if self.caisses is None else presentes & self.caisses):
            detruites = await self._purge_pieces(caisse)
            pieces += len(detruites)
            vus += len(quarantaine[caisse]) + len(propres[caisse])
            restantes = [cle for cle in quarantaine[caisse] if cle not in detruites]
            perdus += await self._without_row(caisse, self.buckets.quarantine, restantes, ETATS_EN_ATTENTE)
            perdus += await self._without_row(caisse, self.buckets.clean, propres[caisse], _KEPT_CLEAN)
        if len(perdus) > max(_FEW, vus // 2) and not self.even_most:
            return PurgeReport(pieces, 0, retenus=len(perdus))
        for objet in perdus:
            await objet.bucket.delete(objet.cle)
        return PurgeReport(pieces, len(perdus))

    async def _purge_pieces(self, caisse: CaisseCode) -> set[UUID]:
        """Destroy the orphans. Returns: the keys of their objects, listed before they went."""
        destruction = Destruction(database=self.database, buckets=self.buckets, clock=self.clock)
        perimetre, detruites = systeme(caisse), set[UUID]()
        while True:
            async with self.database.transaction(perimetre) as session:
                orphelines = await find_orphans(session, perimetre, received_before=self.clock.now() - self.delai, limit=_BATCH)
            for piece in orphelines:
                if await destruction.destroy_orphan(piece.id, perimetre=perimetre):
                    detruites.add(piece.cle_objet)
            if len(orphelines) < _BATCH:
                return detruites

    async def _without_row(
        self, caisse: CaisseCode, bucket: ObjectBucket, cles: list[UUID], gardes: frozenset[EtatPieceJointe]
    ) -> list[_Objet]:
        """The objects whose row is missing, or is in none of the states that keep them here."""
        perimetre, perdus = systeme(caisse), list[_Objet]()
        for debut in range(0, len(cles), _BATCH):
            lot = cles[debut : debut + _BATCH]
            async with self.database.transaction(perimetre) as session:
                gardees = await find_kept(session, lot, gardes, perimetre)
            perdus += [_Objet(bucket, f"{caisse}/{cle}") for cle in lot if cle not in gardees]
        return perdus
