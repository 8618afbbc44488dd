"""Steps that the lifecycle orders: the verdict of a deposit's files, and their destruction (contracts, activities/attachment)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import UUID

import structlog
from temporalio import activity

from services.attachment.domain.piece_jointe import ETATS_DETRUITS, EtatPieceJointe, MotifDestruction
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.scan_piece_jointe import Analyse
from shared.contracts.activities.attachment import (
    DestroyPiecesJointesInput,
    DestroyPiecesJointesResult,
    ScanPiecesJointesInput,
    ScanPiecesJointesResult,
    VerdictPieceJointe,
)
from shared.contracts.perimetre import systeme
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import NumeroDemande, PieceJointeId, caisse_of

log = structlog.get_logger(__name__)

_HEARTBEAT = timedelta(seconds=5)


class AttachmentActivities:
    """The activities, on the queue `attachment`. Each is idempotent by the file's id."""

    def __init__(self, analyse: Analyse, destruction: Destruction) -> None:
        self._analyse, self._destruction = analyse, destruction

    @property
    def all(self) -> list[Callable[..., Awaitable[object]]]:
        """What the worker registers."""
        return [self.scan_pieces_jointes, self.destroy_pieces_jointes]

    @activity.defn(name="attachment.scan_pieces_jointes")
    async def scan_pieces_jointes(self, entree: ScanPiecesJointesInput) -> ScanPiecesJointesResult:
        """One verdict per file, in the order asked; a repeat scans only those that have none yet."""
        numero = NumeroDemande(entree.numero)
        perimetre = systeme(caisse_of(numero))
        verdicts = []
        async with _heartbeats():
            for texte in entree.piece_jointe_ids:
                etat = await self._analyse.scan(_piece_jointe_id(texte), numero, perimetre=perimetre)
                log.info("piece_jointe_scanned", piece_jointe_id=texte, numero=numero, verdict=etat.value)
                verdicts.append(VerdictPieceJointe(piece_jointe_id=texte, etat=_told(etat)))
        return ScanPiecesJointesResult(verdicts=verdicts)

    @activity.defn(name="attachment.destroy_pieces_jointes")
    async def destroy_pieces_jointes(self, entree: DestroyPiecesJointesInput) -> DestroyPiecesJointesResult:
        """The files whose bytes are gone; one whose window is still open by our own clock is left out."""
        numero = NumeroDemande(entree.numero)
        perimetre = systeme(caisse_of(numero))
        motif = _motif(entree.motif)
        async with _heartbeats():
            detruites = [
                texte
                for texte in entree.piece_jointe_ids
                if await self._destruction.destroy(_piece_jointe_id(texte), motif, perimetre=perimetre)
            ]
        log.info("pieces_jointes_destroyed", numero=numero, count=len(detruites))
        return DestroyPiecesJointesResult(detruites=detruites)


@asynccontextmanager
async def _heartbeats() -> AsyncIterator[None]:
    """Tell the engine that we are alive while a thread reads, scans or deletes."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_HEARTBEAT.total_seconds())

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _told(etat: EtatPieceJointe) -> str:
    """A file expired or purged since is told as destroyed: the contract knows four words."""
    return EtatPieceJointe.DETRUITE.value if etat in ETATS_DETRUITS else etat.value


def _piece_jointe_id(texte: str) -> PieceJointeId:
    try:
        return PieceJointeId(UUID(texte))
    except ValueError as error:
        raise ContractError("not an id") from error


def _motif(texte: str) -> MotifDestruction:
    try:
        return MotifDestruction(texte)
    except ValueError as error:
        raise ContractError(f"unknown motif {texte}") from error
