"""A file that will not be sent."""

from contextlib import suppress
from uuid import UUID

from services.gateway.ports.services import Attachment
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import GoneError, NotFoundError


async def discard_piece(attachment: Attachment, perimetre: Perimetre, piece_id: UUID) -> None:
    """Destroy an uploaded file that nothing refers to; one already gone is as good. Raises: ConflictError, DependencyError."""
    with suppress(NotFoundError, GoneError):
        await attachment.discard(perimetre, piece_id)
