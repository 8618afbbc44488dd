"""Ends the sessions of an account that is suspended, disabled, deleted or given another password, from the next request (trust B3)."""

from functools import partial
from typing import Final
from uuid import UUID

from shared.contracts.evenements import Enveloppe
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import CompteId
from shared.plumbing.nats_bus import Bus, Consumer
from shared.webkit.sessions import Sessions

_STREAM: Final = "EVT_COMPTE"


def build_revocation(bus: Bus, durable: str, sessions: Sessions) -> Consumer:
    """Reads the front's durable, which lists the facts that end sessions; a front that was down is told when it is back.

    One durable for all processes of a front: they share the table of sessions.
    """
    return Consumer(bus, _STREAM, durable, partial(end_sessions, sessions), lanes=1)


async def end_sessions(sessions: Sessions, enveloppe: Enveloppe) -> None:
    """Ending twice is ending once: no inbox is needed. Raises: ContractError, DependencyError."""
    try:
        compte_id = CompteId(UUID(enveloppe.subject))
    except ValueError as error:
        raise ContractError("the fact names no account") from error
    await sessions.end_all(compte_id)
