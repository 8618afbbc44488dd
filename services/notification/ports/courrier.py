"""The mail, as the postman sees it: one message handed over, refused for good, put off, or a server that serves nobody now."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from shared.kernel.errors import DependencyError, DomainError

SEND_DEADLINE: Final = timedelta(seconds=20)  # of one message, however slowly the server speaks: the postman's lease counts on it


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


class CourrielPostponedError(DependencyError):
    """This message cannot go now (greylisting, a full mailbox): it alone is to be tried later, the others may go."""

    code = "courriel-postponed"


class Courrier(Protocol):
    """Where messages leave from."""

    async def send(self, courriel: Courriel) -> None:
        """Return once the server has taken the message, within SEND_DEADLINE.

        Raises: CourrielRefusedError; CourrielPostponedError; any other DependencyError when the server serves nobody now.
        """
