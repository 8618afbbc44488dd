"""An antivirus without a daemon, for tests: it finds EICAR and can be told to fail."""

import base64

from services.attachment.domain.verdict import Infectee, Saine, Verdict, VersionAntivirus
from shared.kernel.errors import DependencyUnavailableError

_EICAR = base64.b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")


class MemoryAntivirus:
    """Looks for signatures as plain bytes; `is_down` makes every call fail."""

    def __init__(self, signatures: dict[str, bytes] | None = None) -> None:
        self.signatures = {"Eicar-Test-Signature": _EICAR} if signatures is None else signatures
        self.is_down = False
        self.scans = 0

    async def scan(self, contenu: bytes) -> Verdict:
        """Saine or Infectee. Raises: DependencyError while `is_down`."""
        self._check("give a verdict")
        self.scans += 1
        trouvee = next((nom for nom, marque in self.signatures.items() if marque in contenu), None)
        return Saine() if trouvee is None else Infectee(trouvee)

    async def read_version(self) -> VersionAntivirus:
        """A fixed version. Raises: DependencyError while `is_down`."""
        self._check("tell its version")
        return VersionAntivirus("memory")

    def _check(self, act: str) -> None:
        if self.is_down:
            raise DependencyUnavailableError("antivirus", act)
