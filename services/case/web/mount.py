"""Puts the agents' pages together: one application, mounted by the process of case beside the routes of the gateway."""

from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI, Response
from fastapi.responses import RedirectResponse

from services.case.web import avis, file_attente, instruction, messages, panneaux
from services.case.web.context import ACCUEIL, ERREURS_AGENT, NAV, PREMIERE_CONNEXION, PRESENTATION, ROLES, Web
from shared.kernel.clock import Clock
from shared.webkit import connexion
from shared.webkit.common_pages import build_common_router, protect
from shared.webkit.door import Door, current_session
from shared.webkit.errors import ErrorPages
from shared.webkit.frame import Front
from shared.webkit.pages import Pages
from shared.webkit.static_files import HouseStatic

HERE: Final = Path(__file__).parent
FOLDERS: Final = (HERE / "templates",)
STATIC: Final = (HERE / "static",)
_SEE_OTHER: Final = 303


def build_pages(*, demo: bool, clock: Clock) -> Pages:
    """The templates of the agent front."""
    front = Front(
        nom="agent",
        sous_titre="Agents",
        accueil=ACCUEIL,
        demo=demo,
        feuilles=("agent.css",),
        elements=("ep-keys", "ep-live"),
        presentation=PRESENTATION,
        premiere_connexion=PREMIERE_CONNEXION,
        erreurs=ERREURS_AGENT,
        roles=ROLES,
        nav=NAV,
    )
    return Pages(front, static=HouseStatic(STATIC), clock=clock, folders=FOLDERS)


def build_agents(web: Web, door: Door, *, origins: frozenset[str]) -> FastAPI:
    """The pages of the agents: an application of its own, whose errors are pages and whose headers are those of a front."""
    app = FastAPI(
        title="case, agents", version="1", docs_url=None, redoc_url=None, openapi_url=None, telemetry={"logs": False, "metrics": False}
    )
    app.state.web, app.state.door = web, door

    @app.get("/")
    async def go_home() -> Response:
        """The agent front begins at its queue."""
        return RedirectResponse(ACCUEIL, _SEE_OTHER)

    for router in (connexion.router, file_attente.router, instruction.router, messages.router, panneaux.router, avis.router):
        app.include_router(router)
    app.include_router(build_common_router(web.pages, dependencies=[Depends(current_session)]))
    app.mount("/static", web.pages.static, name="static")
    protect(app, errors=ErrorPages(web.pages), origins=origins)
    return app
