"""Reading a file: a short link first, then the bytes; each access and each refusal is in the journal (trust §2.6, B8)."""

import asyncio
from dataclasses import dataclass

from services.attachment.domain.piece_jointe import PieceJointe
from services.attachment.operations.droits import check_read
from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.ports.object_store import ObjectBucket, ObjectMissingError
from services.attachment.store.facts import record_facts
from services.attachment.store.pieces_jointes import get_piece_jointe, save_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import PieceJointeId
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession, Database


@dataclass(frozen=True, slots=True)
class FichierServi:
    """A file in clear, on its way out."""

    piece: PieceJointe
    contenu: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Telechargement:
    """Everything a download needs, built once. `clean` is the only bucket it can name."""

    database: Database
    keys: MasterKeyRing
    clean: ObjectBucket
    clock: Clock

    async def check(self, piece_jointe_id: PieceJointeId, *, perimetre: Perimetre) -> None:
        """May this person have a link now? A partner never has what the partner sent (404).

        Raises: PieceJointeNotFoundError, VerdictPendingError, PieceJointeBlockedError, PieceJointeExpiredError.
        """
        await self._readable(piece_jointe_id, perimetre, "open_telechargement")

    async def serve(self, piece_jointe_id: PieceJointeId, *, perimetre: Perimetre) -> FichierServi:
        """The bytes, proven to be those that were judged. The partner's download is a fact; an agent's reading is in the journal only.

        Raises: as `check`; FichierAltereError, DependencyError.
        """
        piece = await self._readable(piece_jointe_id, perimetre, "start_telechargement")
        try:
            scelle = await self.clean.get(piece.objet)
        except ObjectMissingError:
            await self._readable(piece_jointe_id, perimetre, "start_telechargement")  # destroyed in between: 410, not 503
            raise
        contenu = await asyncio.to_thread(self.keys.open, piece, scelle)
        now = self.clock.now()
        async with self.database.transaction(perimetre) as session:
            piece = await self._checked(session, piece_jointe_id, perimetre)
            if perimetre.is_partner:
                piece.note_telechargee(now=now)
                await save_piece_jointe(session, piece)
                await record_facts(session, piece)
            await record_act(session, perimetre, "download_piece_jointe", objet="piece_jointe", objet_id=str(piece.id), now=now)
        return FichierServi(piece, contenu)

    async def _readable(self, piece_jointe_id: PieceJointeId, perimetre: Perimetre, acte: str) -> PieceJointe:
        """The file, or its refusal; both are recorded."""
        try:
            async with self.database.transaction(perimetre) as session:
                piece = await self._checked(session, piece_jointe_id, perimetre)
                await self._journal(session, piece_jointe_id, perimetre, acte, "fait")
        except DomainError as refus:
            async with self.database.transaction(perimetre) as session:
                await self._journal(session, piece_jointe_id, perimetre, acte, f"refuse:{refus.code}"[:30])
            raise
        return piece

    async def _checked(self, session: AsyncSession, piece_jointe_id: PieceJointeId, perimetre: Perimetre) -> PieceJointe:
        piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
        check_read(perimetre, piece)
        if perimetre.is_partner:
            piece.check_downloadable_by_partner(now=self.clock.now())
        else:
            piece.check_readable(now=self.clock.now())
        return piece

    async def _journal(self, session: AsyncSession, piece_jointe_id: PieceJointeId, perimetre: Perimetre, acte: str, resultat: str) -> None:
        await record_act(
            session,
            perimetre,
            acte,
            objet="piece_jointe",
            objet_id=str(piece_jointe_id),
            now=self.clock.now(),
            resultat=resultat,
        )
