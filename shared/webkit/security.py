"""Headers on every answer, and the door that refuses changes of state coming from another site (ux §2.2, trust §3, B7).

Two pure ASGI layers, put around the whole application: errors, redirections and static files pass through them too.
"""

from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.errors import ForbiddenError, HouseError

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CSP,
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # our own pages only, which lead back from the sign-in (ADR 19)
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STATIC_PREFIX: Final = "/static/"
Refusal = Callable[[Request, HouseError], Response]
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CsrfRefusedError(ForbiddenError):
    """A change of state that does not come from one of our own pages."""

    code = "csrf-refused"
    title = "Action refusée"

    def __init__(self) -> None:
        super().__init__("La demande ne vient pas d'une page de ce site, ou la page est restée ouverte trop longtemps.")


class SecurityHeaders:
    """The exact headers on every answer; nothing but fingerprinted static files may be kept by anyone (H7)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_static = scope["path"].startswith(STATIC_PREFIX)

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not is_static:
                    headers["cache-control"] = "no-store"
                    headers.add_vary_header("HX-Request")
            await send(message)

        await self._app(scope, receive, send_protected)


class SameOriginOnly:
    """Refuses a change of state unless the browser says it comes from this origin (H9).

    `Sec-Fetch-Site` decides; without it `Origin` must be ours. Under a bearer prefix (programs, no cookie) a call without
    any browser metadata passes: it is authorised by its Authorization header alone.
    """

    def __init__(self, app: ASGIApp, *, origins: frozenset[str], refuse: Refusal, bearer_prefixes: tuple[str, ...] = ("/api/",)) -> None:
        self._app = app
        self._origins = origins
        self._refuse = refuse
        self._bearer_prefixes = bearer_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: refused before anything of its body is read."""
        if scope["type"] != "http" or scope["method"] in _SAFE_METHODS or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        answer = self._refuse(Request(scope, receive), CsrfRefusedError())
        await answer(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site == "same-origin"
        if origin is not None:
            return origin in self._origins
        path: str = scope["path"]
        return path.startswith(self._bearer_prefixes)
