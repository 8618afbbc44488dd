"""Sign-in, sign-out, and the choice of structure and organisme (C-01)."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from services.gateway.operations.identite import Identite
from services.gateway.ports.services import TooManyAttemptsError
from services.gateway.web.context import ROLES, SessionDep, Web, WebDep
from shared.kernel.errors import FieldError, UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.webkit.form_data import read_form, text_of
from shared.webkit.forms import Champ, ErreurListee, Formulaire, Genre
from shared.webkit.messages_fr import IDENTIFIANTS, SESSION_EXPIREE, TROP_D_ESSAIS
from shared.webkit.pages import local_path

_FORM_BYTES: Final = 64 * 1024
router = APIRouter(include_in_schema=False, max_body_size=_FORM_BYTES)
_SEE_OTHER: Final = 303
_WRONG: Final = 422
_TOO_MANY: Final = 429
_PRESENTATION: Final = "Le service des partenaires : déposez une demande pour une personne et suivez la réponse de son organisme."


@router.get("/connexion")
async def show_sign_in(request: Request, web: WebDep, session: SessionDep, suite: str = "/") -> Response:
    """The sign-in page; somebody signed in already goes on."""
    if session is not None:
        return RedirectResponse(local_path(suite), _SEE_OTHER)
    return _page(web, request, _formulaire(""), suite)


@router.post("/connexion")
async def sign_in(
    request: Request,
    web: WebDep,
    session: SessionDep,
    courriel: Annotated[str, Form()] = "",
    mot_de_passe: Annotated[str, Form()] = "",
    suite: Annotated[str, Form()] = "/",
) -> Response:
    """Check the credentials with directory; a new token at every sign-in."""
    formulaire = _checked(courriel, mot_de_passe)
    if not formulaire.is_valid:
        return _page(web, request, formulaire, suite, _WRONG)
    address = request.client.host if request.client else ""
    if not await web.limiter.hit(web.sign_in_limit, "connexion", address):
        return _refused(web, request, courriel, suite, TROP_D_ESSAIS, _TOO_MANY)
    try:
        result = await web.services.directory.sign_in(courriel.strip(), mot_de_passe, address)
    except UnauthenticatedError:
        return _refused(web, request, courriel, suite, IDENTIFIANTS, _WRONG)
    except TooManyAttemptsError as error:
        response = _refused(web, request, courriel, suite, TROP_D_ESSAIS, _TOO_MANY)
        response.headers["retry-after"] = str(error.attendre_s)
        return response
    if session is not None:
        await web.sessions.end(session)
    return await _open(web, Identite.of(result), local_path(suite))


@router.get("/connexion/jeton")
async def renew_token(session: SessionDep) -> JSONResponse:
    """The form token of the session of now: a page left open goes on after a new sign-in in another tab (UX-D05, D06).

    Another site cannot read it: no answer of ours is shared across origins.
    """
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    return JSONResponse({"jeton": session.csrf})


@router.post("/deconnexion")
async def sign_out(request: Request, web: WebDep, session: SessionDep) -> Response:
    """End the session; it counts from the next request."""
    response = RedirectResponse("/connexion?fait=session-fermee", _SEE_OTHER)
    if session is not None:
        await read_form(request, session.csrf)
        await web.sessions.end(session)
    web.sessions.clear_cookie(response)
    return response


@router.get("/perimetre")
async def show_perimetres(request: Request, web: WebDep, session: SessionDep, suite: str = "/") -> HTMLResponse:
    """Where the person may work (UX-C05)."""
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    identite = Identite.model_validate(session.contenu)
    return web.pages.render(
        request,
        "choix_perimetre.html",
        perimetres=identite.perimetres,
        choisi=identite.choisi,
        roles=ROLES,
        suite=local_path(suite),
    )


@router.post("/perimetre")
async def choose_perimetre(request: Request, web: WebDep, session: SessionDep) -> Response:
    """Look from there from now on: everything is scoped to it, under a new token."""
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    form = await read_form(request, session.csrf)
    identite = Identite.model_validate(session.contenu)
    rang = text_of(form, "perimetre")
    if not rang.isdecimal() or int(rang) >= len(identite.perimetres):
        return RedirectResponse("/perimetre", _SEE_OTHER)
    choisie = identite.model_copy(update={"choisi": int(rang)})
    token = await web.sessions.rotate(session, choisie.model_dump(mode="json"))
    response = RedirectResponse(local_path(text_of(form, "suite")), _SEE_OTHER)
    web.sessions.set_cookie(response, token)
    return response


async def _open(web: Web, identite: Identite, suite: str) -> Response:
    token = await web.sessions.open(CompteId(identite.compte_id), identite.model_dump(mode="json"))
    target = suite if identite.choisi is not None else f"/perimetre?suite={suite}"
    response = RedirectResponse(target, _SEE_OTHER)
    web.sessions.set_cookie(response, token)
    return response


def _formulaire(courriel: str) -> Formulaire:
    return Formulaire.of(
        [
            Champ(nom="courriel", libelle="Adresse e-mail", genre=Genre.COURRIEL, valeur=courriel, autocomplete="username"),
            Champ(nom="mot_de_passe", libelle="Mot de passe", genre=Genre.MOT_DE_PASSE, autocomplete="current-password"),
        ]
    )


def _checked(courriel: str, mot_de_passe: str) -> Formulaire:
    erreurs = []
    if not courriel.strip():
        erreurs.append(FieldError("courriel", "Saisissez votre adresse e-mail"))
    if not mot_de_passe:
        erreurs.append(FieldError("mot_de_passe", "Saisissez votre mot de passe"))
    return _formulaire(courriel).with_errors(erreurs)


def _refused(web: Web, request: Request, courriel: str, suite: str, message: str, status: int) -> HTMLResponse:
    formulaire = _formulaire(courriel)
    refused = Formulaire(champs=formulaire.champs, erreurs_generales=(ErreurListee(message, "champ-courriel"),))
    return _page(web, request, refused, suite, status)


def _page(web: Web, request: Request, formulaire: Formulaire, suite: str, status: int = 200) -> HTMLResponse:
    return web.pages.render(
        request,
        "connexion.html",
        status=status,
        formulaire=formulaire,
        suite=local_path(suite),
        presentation=_PRESENTATION,
        titre_erreur=not formulaire.is_valid,
        comptes_demo=[],
    )
