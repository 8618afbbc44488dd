"""The verdict of one file: read from quarantine, opened in memory, judged, recorded (trust §2.4, §2.6)."""

import asyncio
from dataclasses import dataclass

import structlog

from services.attachment.domain.errors import FichierAltereError, PieceJointeAttachedError
from services.attachment.domain.piece_jointe import EtatPieceJointe, PieceJointe
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.domain.verdict import Saine, Verdict, VersionAntivirus
from services.attachment.ports.antivirus import Antivirus
from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.ports.object_store import ScanBuckets
from services.attachment.store.facts import record_facts
from services.attachment.store.pieces_jointes import get_piece_jointe, save_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import NumeroDemande, PieceJointeId
from shared.plumbing.audit import record_act
from shared.plumbing.database import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Juge:
    """A verdict with the engine that gave it."""

    verdict: Verdict
    version: VersionAntivirus


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyse:
    """Everything the verdict of a file needs, built once."""

    database: Database
    antivirus: Antivirus
    keys: MasterKeyRing
    buckets: ScanBuckets
    clock: Clock

    async def scan(self, piece_jointe_id: PieceJointeId, numero: NumeroDemande, *, perimetre: Perimetre) -> EtatPieceJointe:
        """The state after the verdict. Idempotent by file: one with a verdict is not scanned again.

        Only a verdict changes the state for good; without one DependencyError is raised and the caller tries again.
        The object is in `clean` before the row says `saine`; its source goes last, here or when the step is repeated.
        Raises: PieceJointeNotFoundError, DependencyError.
        """
        piece = await self._begin(piece_jointe_id, numero, perimetre)
        if piece.awaits_verdict:
            jugement = await self._judge(piece, perimetre)
            piece = await self._conclude(piece_jointe_id, jugement, perimetre)
        await self.buckets.quarantine.delete(piece.objet)
        return piece.etat

    async def _begin(self, piece_jointe_id: PieceJointeId, numero: NumeroDemande, perimetre: Perimetre) -> PieceJointe:
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            _attach(piece, numero)
            piece.start_analyse()
            piece.note_retiree(now=self.clock.now())
            await save_piece_jointe(session, piece)
            await record_facts(session, piece)
        return piece

    async def _judge(self, piece: PieceJointe, perimetre: Perimetre) -> _Juge | RaisonRefus:
        """The verdict of the antivirus, or why the bytes may not even be shown to it."""
        try:
            scelle = await self.buckets.quarantine.get(piece.objet)
            contenu = await asyncio.to_thread(self.keys.open, piece, scelle)
            juge = _Juge(await self.antivirus.scan(contenu), await self.antivirus.read_version())
            if isinstance(juge.verdict, Saine):
                await self.buckets.clean.put(piece.objet, scelle)
        except FichierAltereError:
            return RaisonRefus.INTEGRITE
        except DependencyError:
            await self._note_indeterminee(piece.id, perimetre)
            raise
        return juge

    async def _note_indeterminee(self, piece_jointe_id: PieceJointeId, perimetre: Perimetre) -> None:
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            piece.note_indeterminee()
            await save_piece_jointe(session, piece)

    async def _conclude(self, piece_jointe_id: PieceJointeId, jugement: _Juge | RaisonRefus, perimetre: Perimetre) -> PieceJointe:
        now = self.clock.now()
        async with self.database.transaction(perimetre) as session:
            piece = await get_piece_jointe(session, piece_jointe_id, perimetre)
            if isinstance(jugement, RaisonRefus):
                piece.set_aside(jugement, now=now)
            else:
                piece.record_verdict(jugement.verdict, jugement.version, now=now)
            await save_piece_jointe(session, piece)
            await record_facts(session, piece)
            await record_act(
                session, perimetre, "scan_piece_jointe", objet="piece_jointe", objet_id=str(piece.id), now=now, resultat=piece.etat.value
            )
        return piece


def _attach(piece: PieceJointe, numero: NumeroDemande) -> None:
    """A receipt that served twice: the verdict is of the bytes, whichever demande holds them, and the other files wait for theirs."""
    try:
        piece.attach(numero)
    except PieceJointeAttachedError:
        log.warning("piece_jointe_attached_elsewhere", piece_jointe_id=str(piece.id), numero=numero)
