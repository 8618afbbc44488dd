"""Style sheets, icons and elements: served under fingerprinted addresses, so they may be kept for a year."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"
_FINGERPRINT_LENGTH: Final = 12
_KEEP: Final = "public, max-age=31536000, immutable"


class HouseStatic(StaticFiles):
    """The static files of the webkit, then those of the front. `url` gives the address a page must use."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        super().__init__(directory=STATIC)
        self.all_directories = [*folders, STATIC]
        self._prints = {
            path.relative_to(folder).as_posix(): _fingerprint(path)
            for folder in reversed(self.all_directories)
            for path in sorted(Path(folder).rglob("*"))
            if path.is_file()
        }

    def url(self, chemin: str) -> str:
        """Address of a file, with its fingerprint. Raises: KeyError for a file that is not there."""
        return f"/static/{chemin}?v={self._prints[chemin]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; kept for a year only when asked with its present fingerprint."""
        response = await super().get_response(path, scope)
        asked = scope["query_string"].decode("latin-1")
        known = self._prints.get(path)
        response.headers["cache-control"] = _KEEP if known and asked == f"v={known}" else "no-cache"
        return response


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_FINGERPRINT_LENGTH]
