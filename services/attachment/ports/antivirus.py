"""The antivirus contract: a verdict, or an error; never clean by default (trust §2.4)."""

from typing import Protocol

from services.attachment.domain.verdict import Verdict, VersionAntivirus


class Antivirus(Protocol):
    """Judges bytes. `AntivirusContract` (tests/contract) holds what every implementation must do."""

    async def scan(self, contenu: bytes) -> Verdict:
        """Saine or Infectee. Raises: DependencyError when there is no verdict, whatever the cause; the caller tries again."""
        ...

    async def read_version(self) -> VersionAntivirus:
        """Which engine and base judge now. Raises: DependencyError; in production also when the base is too old to judge."""
        ...
