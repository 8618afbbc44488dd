"""What every page of the partner front is handed, and what tells this front from the other: its sentence, its roles, its menu."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from services.gateway.ports.services import Services
from shared.contracts.perimetre import Role
from shared.kernel.clock import Clock
from shared.webkit.frame import NavLink
from shared.webkit.pages import Pages

PRESENTATION: Final = "Le service des partenaires : déposez une demande pour une personne et suivez la réponse de son organisme."
ROLES: Final = {"technicien": "Technicien", "gestionnaire": "Gestionnaire"}
# A gestionnaire who is no technicien opens no demande and no document (UX-C10).
_TECHNICIEN: Final = frozenset({Role.TECHNICIEN})
NAV: Final = (
    NavLink("accueil", "Accueil", "/"),
    NavLink("nouvelle", "Nouvelle demande", "/demandes/nouvelle", roles=_TECHNICIEN),
    NavLink("historique", "Historique", "/demandes", roles=_TECHNICIEN),
    NavLink("documents", "Documents reçus", "/documents", roles=_TECHNICIEN),
    NavLink("brouillons", "Brouillons", "/brouillons", roles=_TECHNICIEN),
    NavLink("avis", "Avis", "/avis"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The composition of the front, put once in `app.state.web`."""

    services: Services
    pages: Pages
    clock: Clock


async def current_web(request: Request) -> Web:
    """FastAPI dependency: the composition."""
    web: Web = request.app.state.web
    return web


WebDep = Annotated[Web, Depends(current_web)]
