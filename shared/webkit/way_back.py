"""Where signing in again leads: the page that was on screen, whatever asked (H8, UX-D06)."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.routing import Match

from shared.webkit.pages import is_htmx, local_path

_READS: Final = frozenset({"GET", "HEAD"})


def sign_in_url(request: Request) -> str:
    """The sign-in page that leads back to the page on screen; home when no page is near."""
    return with_suite("/connexion", _nearest_page(request, _on_screen(request)))


def choice_url(request: Request) -> str:
    """The choice of a place, that leads back to the same."""
    return with_suite("/perimetre", _nearest_page(request, _on_screen(request)))


def with_suite(url: str, suite: str) -> str:
    """An address that leads on to another, whole."""
    return f"{url}?suite={quote(suite, safe='/')}"


def _on_screen(request: Request) -> str:
    """What the browser says it shows. A fragment, or the address a form is sent to, is no page to come back to."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method in _READS and not is_htmx(request):
        return here
    return _own_path(request, request.headers.get("hx-current-url") or request.headers.get("referer", "")) or here


def _own_path(request: Request, said: str) -> str:
    """The path of an address of this site; empty for any other."""
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    if parts.netloc != request.url.netloc:
        return ""
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")


def _nearest_page(request: Request, url: str) -> str:
    """The address itself, or the page above it: a refused form is shown at an address that cannot be read."""
    path = url.partition("?")[0]
    if _can_be_read(request, path):
        return url
    while path and not _can_be_read(request, path):
        path = path.rpartition("/")[0]
    return path


def _can_be_read(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
