"""Who is at the door of a front: the session of a request, the frame around its page, the person signed in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.webkit.form_data import read_form
from shared.webkit.frame import Frame, actif_of
from shared.webkit.identite import Identite
from shared.webkit.messages_fr import SESSION_EXPIREE
from shared.webkit.pages import Pages
from shared.webkit.sessions import Session, Sessions
from shared.webkit.sign_in import SignIn
from shared.webkit.way_back import choice_url

_SEE_OTHER: Final = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The door of a front, put once in `app.state.door`. What differs from one front to the other is in `pages.front`."""

    pages: Pages
    sessions: Sessions
    sign_in: SignIn
    clock: Clock


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


async def current_door(request: Request) -> Door:
    """FastAPI dependency: the composition."""
    door: Door = request.app.state.door
    return door


DoorDep = Annotated[Door, Depends(current_door)]


async def current_session(request: Request, door: DoorDep) -> Session | None:
    """FastAPI dependency: the session, if any; every page shows the frame of whoever is signed in."""
    session = await door.sessions.read(door.sessions.token_of(request))
    if session is not None:
        request.state.frame = _frame(door, request, session)
    return session


SessionDep = Annotated[Session | None, Depends(current_session)]


async def signed_in_session(session: SessionDep) -> Session:
    """FastAPI dependency: the session of somebody signed in, wherever they look from. Raises: UnauthenticatedError."""
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    return session


SignedInDep = Annotated[Session, Depends(signed_in_session)]


async def current_visitor(request: Request, session: SignedInDep) -> Visiteur:
    """FastAPI dependency: somebody signed in, in the place they chose. Raises: UnauthenticatedError."""
    identite = Identite.model_validate(session.contenu)
    perimetre = identite.perimetre
    if perimetre is None:
        raise HTTPException(_SEE_OTHER, headers={"Location": choice_url(request)})
    return Visiteur(session=session, identite=identite, perimetre=perimetre)


async def current_form(request: Request, session: SignedInDep) -> AsyncIterator[FormData]:
    """FastAPI dependency: the posted form of somebody signed in, its files closed in the end.

    Raises: UnauthenticatedError; CsrfRefusedError when it does not carry the session's token (H9).
    """
    form = await read_form(request, session.csrf)
    try:
        yield form
    finally:
        await form.close()


FormDep = Annotated[FormData, Depends(current_form)]
VisiteurDep = Annotated[Visiteur, Depends(current_visitor)]


def seconds_left(door: Door, session: Session) -> int:
    """How long the session still lives when nobody uses it any more."""
    return int((session.expire_le - door.clock.now()).total_seconds())


def _frame(door: Door, request: Request, session: Session) -> Frame:
    identite, front = Identite.model_validate(session.contenu), door.pages.front
    offert = identite.offert
    nav = front.nav_of(offert.role) if offert else ()
    return Frame(
        utilisateur=f"{identite.prenom} {identite.nom[:1]}.",
        role=front.roles.get(offert.role, "") if offert else "",
        organisme=offert.caisse_libelle if offert else "",
        structure=offert.structure_nom if offert else "",
        csrf=session.csrf,
        nav=nav,
        actif=actif_of(nav, request.url.path),
        plusieurs_perimetres=len(identite.perimetres) > 1,
        expire_dans_secondes=seconds_left(door, session),
    )
