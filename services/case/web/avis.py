"""In-app notices (ux A16), the supervision list (A-08), and the choice of shortcuts (ux A17)."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from services.case.domain.vue import Vue
from services.case.operations.droits import views_of
from services.case.operations.list_file import FiltresFile
from services.case.web.bureau import LIBELLES
from services.case.web.context import ACCUEIL, KEYS_COOKIE, KEYS_OFF, WebDep
from services.case.web.file_attente import QUEUE_WORDS
from shared.contracts.perimetre import Role
from shared.kernel.errors import DependencyError, ForbiddenError
from shared.webkit.door import VisiteurDep
from shared.webkit.form_data import FORM_BYTES, read_form, text_of
from shared.webkit.pages import local_path, see_other

router = APIRouter(prefix="/agent", include_in_schema=False, max_body_size=FORM_BYTES)
_NOTHING: Final = 204
_SUPERVISED: Final = 50
_YEAR_S: Final = 365 * 24 * 3600


@router.get("/avis")
async def show_avis(request: Request, web: WebDep, agent: VisiteurDep) -> HTMLResponse:
    """The last notices; they become read once displayed here, not when counted (ux A16)."""
    avis = await web.voisins.list_avis(agent.perimetre)
    return web.render(request, "agent/avis.html", avis=avis, non_lus=sum(not un_avis.lu for un_avis in avis))


@router.post("/avis/lus")
async def mark_read(request: Request, web: WebDep, agent: VisiteurDep) -> Response:
    """« Tout marquer comme lu »."""
    await read_form(request, agent.csrf)
    await web.voisins.mark_read(agent.perimetre, [])
    return see_other(request, "/agent/avis?fait=avis-lus")


@router.get("/avis/pastille")
async def show_pastille(request: Request, web: WebDep, agent: VisiteurDep, numero: str = "") -> Response:
    """How many wait, beside the bell; nothing when notices do not answer: a page never waits for them.

    `numero`: the demande on screen, whose notices are read by being looked at (ux A16).
    """
    try:
        avis = await web.voisins.list_avis(agent.perimetre)
        shown = [un_avis.id for un_avis in avis if not un_avis.lu and un_avis.numero == numero]
        if shown:
            await web.voisins.mark_read(agent.perimetre, shown)
    except DependencyError:
        return Response(status_code=_NOTHING)
    non_lus = sum(not un_avis.lu for un_avis in avis) - len(shown)
    return web.render(request, "agent/pastille.html", non_lus=non_lus) if non_lus else Response(status_code=_NOTHING)


@router.post("/raccourcis")
async def choose_keys(request: Request, agent: VisiteurDep) -> Response:
    """Switch the shortcuts off or on again, for this browser (UX-A17)."""
    form = await read_form(request, agent.csrf)
    response = see_other(request, local_path(text_of(form, "suite"), ACCUEIL))
    if text_of(form, "raccourcis") == KEYS_OFF:
        response.set_cookie(KEYS_COOKIE, KEYS_OFF, max_age=_YEAR_S, path="/", secure=True, httponly=True, samesite="strict")
    else:
        response.delete_cookie(KEYS_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return response


@router.get("/supervision")
async def show_supervision(request: Request, web: WebDep, agent: VisiteurDep) -> HTMLResponse:
    """A-08: what is late in the caisse, most late first, and how many demandes each view holds."""
    if agent.perimetre.role is not Role.SUPERVISEUR:
        raise ForbiddenError("La supervision est réservée aux superviseurs.")
    page = await web.bureau.list_file(agent.perimetre, FiltresFile(vue=Vue.EN_RETARD.value, taille=_SUPERVISED))
    charges = await web.bureau.charges(agent.perimetre)
    return web.render(
        request,
        "agent/supervision.html",
        charges=charges,
        page=page,
        vues=[(vue, LIBELLES[vue], page.compteurs.get(vue.value, 0)) for vue in views_of(agent.perimetre.role)],
        words=QUEUE_WORDS,
    )
