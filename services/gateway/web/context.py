"""What every page of the partner front is handed: the services, the templates, and who is at the door."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from limits import RateLimitItem
from limits.aio.strategies import RateLimiter
from starlette.datastructures import FormData

from services.gateway.operations.identite import Identite, perimetre_of
from services.gateway.ports.services import Services
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.webkit.form_data import read_form
from shared.webkit.frame import Frame, NavLink
from shared.webkit.messages_fr import SESSION_EXPIREE
from shared.webkit.pages import Pages
from shared.webkit.sessions import Session, Sessions

ROLES: Final = {"technicien": "Technicien", "gestionnaire": "Gestionnaire"}
_SEE_OTHER: Final = 303
# What a gestionnaire may open without being a technicien: no demande, no document (UX-C10).
_GESTIONNAIRE_NAV: Final = frozenset({"accueil", "avis"})
_NAV: Final = (
    ("accueil", "Accueil", "/"),
    ("nouvelle", "Nouvelle demande", "/demandes/nouvelle"),
    ("historique", "Historique", "/demandes"),
    ("documents", "Documents reçus", "/documents"),
    ("brouillons", "Brouillons", "/brouillons"),
    ("avis", "Avis", "/avis"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visiteur:
    """Somebody signed in, from where they look."""

    session: Session
    identite: Identite
    perimetre: Perimetre

    @property
    def csrf(self) -> str:
        """The token their forms carry."""
        return self.session.csrf


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The composition of the front, put once in `app.state.web`."""

    services: Services
    pages: Pages
    sessions: Sessions
    clock: Clock
    limiter: RateLimiter
    sign_in_limit: RateLimitItem


async def current_web(request: Request) -> Web:
    """FastAPI dependency: the composition."""
    web: Web = request.app.state.web
    return web


async def current_session(request: Request, web: Annotated[Web, Depends(current_web)]) -> Session | None:
    """FastAPI dependency: the session, if any; every page shows the frame of whoever is signed in."""
    session = await web.sessions.read(web.sessions.token_of(request))
    if session is not None:
        request.state.frame = _frame(request, session, web.clock)
    return session


async def current_visitor(request: Request, session: Annotated[Session | None, Depends(current_session)]) -> Visiteur:
    """FastAPI dependency: somebody signed in, in the place they chose. Raises: UnauthenticatedError."""
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    identite = Identite.model_validate(session.contenu)
    perimetre = perimetre_of(identite)
    if perimetre is None:
        raise HTTPException(_SEE_OTHER, headers={"Location": f"/perimetre?suite={request.url.path}"})
    return Visiteur(session=session, identite=identite, perimetre=perimetre)


async def current_form(request: Request, session: Annotated[Session | None, Depends(current_session)]) -> AsyncIterator[FormData]:
    """FastAPI dependency: the posted form of somebody signed in, its files closed in the end.

    Raises: UnauthenticatedError; CsrfRefusedError when it does not carry the session's token (H9).
    """
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    form = await read_form(request, session.csrf)
    try:
        yield form
    finally:
        await form.close()


WebDep = Annotated[Web, Depends(current_web)]
SessionDep = Annotated[Session | None, Depends(current_session)]
FormDep = Annotated[FormData, Depends(current_form)]
VisiteurDep = Annotated[Visiteur, Depends(current_visitor)]


def _frame(request: Request, session: Session, clock: Clock) -> Frame:
    identite = Identite.model_validate(session.contenu)
    offert = identite.offert
    return Frame(
        utilisateur=f"{identite.prenom} {identite.nom[:1]}.",
        role=ROLES.get(offert.role, "") if offert else "",
        organisme=offert.caisse_libelle if offert else "",
        structure=offert.structure_nom if offert else "",
        csrf=session.csrf,
        nav=_nav(offert.role) if offert else (),
        actif=_actif(request.url.path),
        plusieurs_perimetres=len(identite.perimetres) > 1,
        expire_dans_minutes=int((session.expire_le - clock.now()).total_seconds() // 60),
    )


def _nav(role: str) -> tuple[NavLink, ...]:
    if role == Role.GESTIONNAIRE:
        return tuple(NavLink(*link) for link in _NAV if link[0] in _GESTIONNAIRE_NAV)
    return tuple(NavLink(*link) for link in _NAV)


def _actif(chemin: str) -> str:
    if chemin == "/":
        return "accueil"
    found = [cle for cle, _, url in _NAV if url != "/" and chemin.startswith(url)]
    return min(found, key=lambda cle: cle != "nouvelle") if found else ""
