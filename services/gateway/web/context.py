"""What every page of the partner front is handed, and what tells this front from the other: its sentence, its roles, its menu."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from services.gateway.ports.services import Services
from shared.contracts.perimetre import Role
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFoundError
from shared.kernel.identifiers import NumeroDemande
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
_NUMERO: Final = re.compile(r"[0-9]{10}")
_OFFRE: Final = re.compile(r"[a-z0-9_]{1,60}")


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


def parse_numero(texte: str) -> NumeroDemande:
    """The number of a demande; anything else would find its way into the address of a service. Raises: NotFoundError."""
    if not _NUMERO.fullmatch(texte):
        raise NotFoundError("Cette demande n'existe pas.")
    return NumeroDemande(texte)


async def current_numero(numero: str) -> NumeroDemande:
    """FastAPI dependency: the demande that the address names. Raises: NotFoundError."""
    return parse_numero(numero)


async def current_offre(offre: str) -> str:
    """FastAPI dependency: the code of the offre that the address names. Raises: NotFoundError."""
    if not _OFFRE.fullmatch(offre):
        raise NotFoundError("Cette offre n'existe pas.")
    return offre


NumeroDep = Annotated[NumeroDemande, Depends(current_numero)]
OffreDep = Annotated[str, Depends(current_offre)]
