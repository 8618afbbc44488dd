"""A mail server in memory, for tests: it keeps what it takes, and can be cut."""

from services.notification.ports.courrier import Courriel, CourrielRefusedError
from shared.kernel.errors import DependencyUnavailableError


class MemoryCourrier:
    """Takes every message but those of `refused` addresses, unless `down`."""

    def __init__(self) -> None:
        self.taken: list[Courriel] = []
        self.refused: set[str] = set()
        self.down = False

    async def send(self, courriel: Courriel) -> None:
        """Keep the message."""
        if self.down:
            raise DependencyUnavailableError("SMTP", "take a message")
        if courriel.a in self.refused:
            raise CourrielRefusedError("no such mailbox")
        self.taken.append(courriel)
