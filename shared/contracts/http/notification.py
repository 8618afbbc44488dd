"""HTTP of notification.

GET  /v1/avis          -> AvisVue list, newest first, at most 50, of the account, or of its structure or role
POST /v1/avis/lus      AvisLusRequest -> 204
"""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract

AVIS_MAX: Final = 50


class AvisVue(Contract):
    """An in-app notice: a number and what happened, nothing else."""

    id: UUID
    numero: str
    texte: str
    survenu_le: AwareDatetime
    lu: bool


class AvisLusRequest(Contract):
    """Notices that were displayed; empty means all."""

    ids: list[UUID] = []
