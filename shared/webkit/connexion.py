"""Sign-in, sign-out, and the choice of a place to work (C-01), the same at both fronts."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from shared.kernel.errors import FieldError, ThrottledError, UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.webkit.door import Door, DoorDep, FormDep, SessionDep, SignedInDep, seconds_left
from shared.webkit.form_data import SMALL_FORM_BYTES, read_form, text_of, whole_number
from shared.webkit.forms import Champ, ErreurListee, Formulaire, Genre
from shared.webkit.identite import Identite
from shared.webkit.messages_fr import IDENTIFIANTS, SESSION_EXPIREE, TROP_D_ESSAIS
from shared.webkit.pages import local_path
from shared.webkit.way_back import with_suite

router = APIRouter(include_in_schema=False, max_body_size=SMALL_FORM_BYTES)
_SEE_OTHER: Final = 303
_WRONG: Final = 422
_TOO_MANY: Final = 429


@router.get("/connexion")
async def show_sign_in(request: Request, door: DoorDep, session: SessionDep, suite: str = "") -> Response:
    """The sign-in page; somebody signed in already goes on."""
    if session is not None:
        return RedirectResponse(_destination(door, suite), _SEE_OTHER)
    return _page(request, door, _formulaire(""), suite)


@router.post("/connexion")
async def sign_in(
    request: Request,
    door: DoorDep,
    session: SessionDep,
    courriel: Annotated[str, Form()] = "",
    mot_de_passe: Annotated[str, Form()] = "",
    suite: Annotated[str, Form()] = "",
) -> Response:
    """Check the credentials with directory; a new token at every sign-in."""
    formulaire = _checked(courriel, mot_de_passe)
    if not formulaire.is_valid:
        return _page(request, door, formulaire, suite, _WRONG)
    try:
        identite = await door.sign_in.identify(request, courriel, mot_de_passe)
    except UnauthenticatedError:
        return _page(request, door, _refused(courriel, IDENTIFIANTS), suite, _WRONG)
    except ThrottledError as error:
        response = _page(request, door, _refused(courriel, TROP_D_ESSAIS), suite, _TOO_MANY)
        response.headers["retry-after"] = str(error.retry_after_s)
        return response
    if session is not None:
        await door.sessions.end(session)
    return await _open(door, identite, _destination(door, suite))


@router.get("/connexion/jeton")
async def renew_token(door: DoorDep, session: SignedInDep) -> JSONResponse:
    """The form token of the session of now: a page left open goes on after a new sign-in in another tab (UX-D05, D06).

    Another site cannot read it: no answer of ours is shared across origins.
    """
    return JSONResponse({"jeton": session.csrf, "secondes": seconds_left(door, session)})


@router.get("/connexion/reste")
async def tell_time_left(request: Request, door: DoorDep) -> JSONResponse:
    """How long the session still lives: asking is no use of it, so that a page nobody looks at can warn of its end (UX-X08)."""
    session = await door.sessions.read(door.sessions.token_of(request), seen=False)
    if session is None:
        raise UnauthenticatedError(SESSION_EXPIREE)
    return JSONResponse({"secondes": seconds_left(door, session)})


@router.post("/deconnexion")
async def sign_out(request: Request, door: DoorDep, session: SessionDep) -> Response:
    """End the session; it counts from the next request."""
    response = RedirectResponse("/connexion?fait=session-fermee", _SEE_OTHER)
    if session is not None:
        await read_form(request, session.csrf)
        await door.sessions.end(session)
    door.sessions.clear_cookie(response)
    return response


@router.get("/perimetre")
async def show_perimetres(request: Request, door: DoorDep, session: SignedInDep, suite: str = "") -> HTMLResponse:
    """Where the person may work (UX-C05)."""
    identite = Identite.model_validate(session.contenu)
    return door.pages.render(
        request,
        "choix_perimetre.html",
        perimetres=identite.perimetres,
        choisi=identite.choisi,
        roles=door.pages.front.roles,
        suite=_destination(door, suite),
    )


@router.post("/perimetre")
async def choose_perimetre(door: DoorDep, session: SignedInDep, form: FormDep) -> Response:
    """Look from there from now on: everything is scoped to it, under a new token."""
    identite = Identite.model_validate(session.contenu)
    rang = whole_number(text_of(form, "perimetre"))
    if rang is None or rang >= len(identite.perimetres):
        return RedirectResponse("/perimetre", _SEE_OTHER)
    token = await door.sessions.rotate(session, identite.at(rang).model_dump(mode="json"))
    response = RedirectResponse(_destination(door, text_of(form, "suite")), _SEE_OTHER)
    door.sessions.set_cookie(response, token)
    return response


async def _open(door: Door, identite: Identite, suite: str) -> Response:
    token = await door.sessions.open(CompteId(identite.compte_id), identite.model_dump(mode="json"))
    target = suite if identite.choisi is not None else with_suite("/perimetre", suite)
    response = RedirectResponse(target, _SEE_OTHER)
    door.sessions.set_cookie(response, token)
    return response


def _destination(door: Door, suite: str) -> str:
    return local_path(suite, door.pages.front.accueil)


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


def _refused(courriel: str, message: str) -> Formulaire:
    return Formulaire(champs=_formulaire(courriel).champs, erreurs_generales=(ErreurListee(message, "champ-courriel"),))


def _page(request: Request, door: Door, formulaire: Formulaire, suite: str, status: int = 200) -> HTMLResponse:
    return door.pages.render(
        request,
        "connexion.html",
        status=status,
        formulaire=formulaire,
        suite=_destination(door, suite),
        presentation=door.pages.front.presentation,
        titre_erreur=not formulaire.is_valid,
    )
