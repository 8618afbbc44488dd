"""The person's own page: who they are, and their open sessions, which they may end (C-06)."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.web.context import WebDep
from shared.webkit.door import DoorDep, FormDep, VisiteurDep
from shared.webkit.form_data import SMALL_FORM_BYTES, text_of

router = APIRouter(prefix="/profil", include_in_schema=False, max_body_size=SMALL_FORM_BYTES)
_SEE_OTHER: Final = 303


@router.get("")
async def show_profil(request: Request, web: WebDep, door: DoorDep, visiteur: VisiteurDep) -> HTMLResponse:
    """Identity, and every session of the account on this front, programs included."""
    sessions = await door.sessions.list_open(visiteur.session)
    return web.pages.render(request, "profil.html", identite=visiteur.identite, sessions=sessions)


@router.post("/sessions")
async def end_session(door: DoorDep, visiteur: VisiteurDep, form: FormDep) -> Response:
    """End another session of one's own; it is refused from its next request."""
    await door.sessions.end_other(visiteur.session, text_of(form, "session"))
    return RedirectResponse("/profil?fait=session-close", _SEE_OTHER)
