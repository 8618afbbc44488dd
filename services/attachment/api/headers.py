"""Headers of the download host: a file is saved, never shown nor run, whatever it holds; refusals run nothing either (trust §2.6, B7)."""

import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ATTR_CHARS = "!#$&+-.^_`|~"  # what RFC 8187 lets through unescaped, besides letters and digits
_PREFIX: Final = "/telechargements"
HEADERS: Final[Mapping[str, str]] = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


class DownloadHeaders:
    """The exact headers on every answer to a download link: the file, each refusal, what the framework itself refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_protected)


def content_disposition(nom: str) -> str:
    """RFC 6266: an ASCII name for old readers, the real one in UTF-8 (RFC 8187) for the others. `nom` is already cleaned."""
    ascii_nom = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode()
    prudent = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in ascii_nom).strip() or "fichier"
    return f"attachment; filename=\"{prudent}\"; filename*=UTF-8''{quote(nom, safe=_ATTR_CHARS)}"
