"""Renders the pages and fragments of one front, each inside its frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from shared.kernel.clock import Clock
from shared.webkit.frame import Frame, Front
from shared.webkit.static_files import HouseStatic
from shared.webkit.templates import build_environment

THEMES: Final = ("light", "dark")
_SEE_OTHER: Final = 303
_FIRST_ERROR: Final = 400


class Pages:
    """The templates of a front. `request.state.frame` (set when somebody is signed in) surrounds every page."""

    def __init__(self, front: Front, *, static: HouseStatic, clock: Clock, folders: Sequence[Path] = ()) -> None:
        self.front = front
        self.static = static
        self._environment = build_environment(folders, static_url=static.url, clock=clock)

    def render(self, request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
        """A whole page, or the fragment when the template is one.

        `ici`, where the theme, the banner and the star lead back to, is told by a page that answers a POST and has an address.
        """
        return HTMLResponse(self.text(request, template, **{"status": status, **context}), status)

    def text(self, request: Request, template: str, **context: object) -> str:
        """The HTML itself."""
        status = context.get("status", 200)
        is_error = isinstance(status, int) and status >= _FIRST_ERROR
        theme = request.cookies.get(self.theme_cookie, "")
        shared: dict[str, object] = {
            "front": self.front,
            "frame": frame_of(request),
            "theme": theme if theme in THEMES else "",
            "demo_fermee": self.demo_cookie in request.cookies,
            "ici": _here(request) if request.method == "GET" else self.front.accueil,
            "fait": "" if is_error else request.query_params.get("fait", ""),  # what failed was not done
        }
        return self._environment.get_template(template).render({**shared, **context})

    @property
    def theme_cookie(self) -> str:
        """Where the choice of theme is kept."""
        return f"__Host-ep_{self.front.nom}_theme"

    @property
    def demo_cookie(self) -> str:
        """Says that the demonstration's banner was closed, for this browser session."""
        return f"__Host-ep_{self.front.nom}_demo"


def _here(request: Request) -> str:
    """The page on screen, every criterion of its address kept; what had just been done is not told again."""
    query = urlencode([(nom, valeur) for nom, valeur in request.query_params.multi_items() if nom != "fait"])
    return f"{request.url.path}?{query}" if query else request.url.path


def frame_of(request: Request) -> Frame:
    """The frame of this request: that of the person signed in, or an anonymous one."""
    frame = getattr(request.state, "frame", None)
    return frame if isinstance(frame, Frame) else Frame()


def is_htmx(request: Request) -> bool:
    """Whether a fragment is expected."""
    return request.headers.get("hx-request") == "true"


def see_other(request: Request, url: str) -> Response:
    """After a success: 303 for a browser, `HX-Redirect` for htmx (H5)."""
    if is_htmx(request):
        return Response(status_code=200, headers={"HX-Redirect": url})
    return RedirectResponse(url, _SEE_OTHER)


def local_path(suite: str, default: str = "/") -> str:
    """Where to go after sign-in: a path of this site, never an address somebody else chose."""
    parts = urlsplit(suite)
    if not suite.startswith("/") or suite.startswith(("//", "/\\")) or parts.scheme or parts.netloc or "\\" in suite:
        return default
    return suite
