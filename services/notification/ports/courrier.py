"""The mail, as the postman sees it: one message handed over, refused for good, or not taken now."""

from dataclasses import dataclass
from typing import Protocol

from shared.kernel.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Courriel:
    """A message ready to leave. `message_id` is stable over tries: a server that already has it recognises it."""

    message_id: str
    a: str
    objet: str
    corps: str


class CourrielRefusedError(DomainError):
    """The mail server refuses this message or its recipient for good: trying again changes nothing."""

    code = "courriel-refused"


class Courrier(Protocol):
    """Where messages leave from."""

    async def send(self, courriel: Courriel) -> None:
        """Return once the server has taken the message.

        Raises: CourrielRefusedError; DependencyError when it did not answer, or asked to come back later.
        """
