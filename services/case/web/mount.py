"""Puts the agents' pages together: one application, mounted by the process of case beside the routes of the gateway."""

from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI

from services.case.web import avis, connexion, file_attente, instruction, messages, panneaux
from services.case.web.context import ACCUEIL, Web, current_session
from shared.kernel.clock import Clock
from shared.webkit.common_pages import build_common_router, protect
from shared.webkit.errors import ErrorPages
from shared.webkit.frame import Front
from shared.webkit.pages import Pages
from shared.webkit.static_files import HouseStatic

HERE: Final = Path(__file__).parent
FOLDERS: Final = (HERE / "templates",)
STATIC: Final = (HERE / "static",)


def build_pages(*, demo: bool, clock: Clock) -> Pages:
    """The templates of the agent front."""
    front = Front(nom="agent", sous_titre="Agents", accueil=ACCUEIL, demo=demo, feuilles=("agent.css",), elements=("ep-keys", "ep-live"))
    return Pages(front, static=HouseStatic(STATIC), clock=clock, folders=FOLDERS)


def build_agents(web: Web, *, origins: frozenset[str]) -> FastAPI:
    """The pages of the agents: an application of its own, whose errors are pages and whose headers are those of a front."""
    app = FastAPI(
        title="case, agents", version="1", docs_url=None, redoc_url=None, openapi_url=None, telemetry={"logs": False, "metrics": False}
    )
    app.state.web = web
    for router in (connexion.router, file_attente.router, instruction.router, messages.router, panneaux.router, avis.router):
        app.include_router(router)
    app.include_router(build_common_router(web.pages, dependencies=[Depends(current_session)]))
    app.mount("/static", web.pages.static, name="static")
    protect(app, errors=ErrorPages(web.pages), origins=origins)
    return app
