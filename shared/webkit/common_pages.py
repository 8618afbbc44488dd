"""Routes that both fronts serve alike: theme, demonstration banner, legal pages (C-07)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.params import Depends as DependsParam
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.webkit.errors import Boundary, ErrorPages
from shared.webkit.form_data import SMALL_FORM_BYTES
from shared.webkit.pages import THEMES, Pages, local_path
from shared.webkit.security import SameOriginOnly, SecurityHeaders

_SEE_OTHER: Final = 303
_YEAR_S: Final = 365 * 24 * 3600
_LEGAL: Final = ("aide", "accessibilite", "mentions-legales", "donnees-personnelles")


def build_common_router(pages: Pages, *, dependencies: Sequence[DependsParam]) -> APIRouter:
    """`dependencies` set the frame when somebody is signed in; nobody has to be."""
    router = APIRouter(include_in_schema=False, dependencies=list(dependencies), max_body_size=SMALL_FORM_BYTES)

    @router.post("/theme")
    async def choose_theme(theme: Annotated[str, Form()] = "auto", suite: Annotated[str, Form()] = "") -> Response:
        response = RedirectResponse(local_path(suite, pages.front.accueil), _SEE_OTHER)
        if theme in THEMES:
            response.set_cookie(pages.theme_cookie, theme, max_age=_YEAR_S, path="/", secure=True, httponly=True, samesite="lax")
        else:
            response.delete_cookie(pages.theme_cookie, path="/", secure=True, httponly=True, samesite="lax")
        return response

    @router.post("/bandeau-demo")
    async def close_demo_banner(suite: Annotated[str, Form()] = "") -> Response:
        response = RedirectResponse(local_path(suite, pages.front.accueil), _SEE_OTHER)
        response.set_cookie(pages.demo_cookie, "ferme", path="/", secure=True, httponly=True, samesite="lax")
        return response

    for name in _LEGAL:
        router.add_api_route(f"/{name}", _legal_page(pages, f"{name}.html"), methods=["GET"], name=name)
    return router


def _legal_page(pages: Pages, template: str) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def show(request: Request) -> HTMLResponse:
        return pages.render(request, template)

    return show


def protect(app: FastAPI, *, errors: ErrorPages, origins: frozenset[str]) -> None:
    """The layers around a front, from inside out: same origin, boundary, headers on everything. Call it last."""
    errors.install(app)
    app.add_middleware(SameOriginOnly, origins=origins, refuse=errors.answer)
    app.add_middleware(Boundary, errors=errors)
    app.add_middleware(SecurityHeaders)
