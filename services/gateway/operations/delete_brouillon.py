"""A draft goes with the files that only it named."""

import asyncio
from contextlib import suppress
from uuid import UUID

from services.gateway.operations.discard_piece import discard_piece
from services.gateway.ports.services import Attachment, Services
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import ConflictError, DependencyError


async def delete_brouillon(services: Services, perimetre: Perimetre, brouillon_id: UUID) -> None:
    """Forget a draft, then its files. Raises: NotFoundError when it was filed or deleted meanwhile.

    In this order: a filing takes the draft first, and its files are then those of a demande.
    """
    brouillon = await services.intake.read_brouillon(perimetre, brouillon_id)
    await services.intake.delete_brouillon(perimetre, brouillon_id)
    await asyncio.gather(*(_let_go(services.attachment, perimetre, UUID(piece.id)) for piece in brouillon.pieces))


async def _let_go(attachment: Attachment, perimetre: Perimetre, piece_id: UUID) -> None:
    """What attachment cannot destroy now goes with its purge of orphans; what a demande names meanwhile stays."""
    with suppress(DependencyError, ConflictError):
        await discard_piece(attachment, perimetre, piece_id)
