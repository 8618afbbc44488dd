"""The contract of the content checks: what a file must be before anything of it is kept (trust §2.2)."""

from typing import Protocol

from services.attachment.domain.formats import FormatFichier


class ContentChecks(Protocol):
    """Decides what a file is from its name and its bytes together. Blocking and CPU-bound: call it in a thread."""

    def check(self, contenu: bytes, nom: str) -> FormatFichier:
        """The real format of a file that keeps every rule. Raises: FichierRefuseError, with the reason."""
        ...
