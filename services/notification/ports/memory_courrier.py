"""A mail server in memory, for tests: it keeps what it takes, and can be cut."""

from services.notification.ports.courrier import Courriel, CourrielPostponedError, CourrielRefusedError
from shared.kernel.errors import DependencyUnavailableError


class MemoryCourrier:
    """Takes every message but those of `refused` and `postponed` addresses, unless `down`."""

    def __init__(self) -> None:
        self.taken: list[Courriel] = []
        self.refused: set[str] = set()
        self.postponed: set[str] = set()
        self.down = False

    async def send(self, courriel: Courriel) -> None:
        """Keep the message."""
        if self.down:
            raise DependencyUnavailableError("SMTP", "take a message")
        if courriel.a in self.refused:
            raise CourrielRefusedError("no such mailbox")
        if courriel.a in self.postponed:
            raise CourrielPostponedError("SMTP", "take this message now")
        self.taken.append(courriel)
