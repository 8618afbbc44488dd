"""Sign-in of a program of the caisse: an opaque bearer of 8 hours (house §9.8), stored by its print only."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request, Response

from shared.contracts.http.case import ConnexionApiRequest, JetonVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldError, RuleError, UnauthenticatedError
from shared.plumbing.problems import Problem
from shared.webkit.form_data import SMALL_FORM_BYTES
from shared.webkit.identite import Identite
from shared.webkit.sessions import Session, Sessions
from shared.webkit.sign_in import SignIn, open_program

_CREATED: Final = 201
_BEARER: Final = "Bearer "
PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    401: {"model": Problem, "description": "Jeton absent, inconnu ou expiré"},
    403: {"model": Problem, "description": "Ce rôle ne permet pas cette action"},
    503: {"model": Problem, "description": "Un service ne répond pas : réessayer après Retry-After secondes"},
}
NOT_FOUND: Final[dict[int | str, dict[str, object]]] = {404: {"model": Problem, "description": "Introuvable depuis ce périmètre"}}
REFUSED: Final[dict[int | str, dict[str, object]]] = {
    409: {"model": Problem, "description": "L'état ne permet plus cet acte"},
    422: {"model": Problem, "description": "Un champ est à corriger"},
}
_SIGN_IN: Final = REFUSED | {429: {"model": Problem, "description": "Trop d'essais : attendre Retry-After secondes"}}


async def current_session(request: Request, authorization: Annotated[str | None, Header()] = None) -> Session:
    """FastAPI dependency: the session of the bearer, from `app.state.programmes`. Raises: UnauthenticatedError."""
    programmes: Sessions = request.app.state.programmes
    token = authorization.removeprefix(_BEARER) if authorization and authorization.startswith(_BEARER) else None
    session = await programmes.read(token)
    if session is None:
        raise UnauthenticatedError("Jeton absent, inconnu ou expiré.")
    return session


async def current_program(session: Annotated[Session, Depends(current_session)]) -> Perimetre:
    """FastAPI dependency: from where this program looks. Raises: UnauthenticatedError."""
    perimetre = Identite.model_validate(session.contenu).perimetre
    if perimetre is None:
        raise UnauthenticatedError("Ce jeton ne dit pas dans quelle caisse.")
    return perimetre


SessionDep = Annotated[Session, Depends(current_session)]
ProgramDep = Annotated[Perimetre, Depends(current_program)]


def build_session_router(sign_in: SignIn, programmes: Sessions, clock: Clock) -> APIRouter:
    """Sign-in and sign-out of programs."""
    router = APIRouter(prefix="/api/v1", tags=["Agents"], responses=PROBLEMS, max_body_size=SMALL_FORM_BYTES)

    @router.post("/connexion", operation_id="open_program_session", status_code=_CREATED, responses=_SIGN_IN)
    async def open_session(request: Request, corps: ConnexionApiRequest) -> JetonVue:
        """Rend un jeton de 8 heures. La caisse est à donner quand le compte en a plusieurs."""
        identite = await sign_in.identify(request, corps.courriel, corps.mot_de_passe)
        return await open_program(programmes, _placed(identite, corps.caisse), clock)

    @router.post("/deconnexion", operation_id="end_program_session", status_code=204)
    async def end_session(session: SessionDep) -> Response:
        """Ferme le jeton : il est refusé dès l'appel suivant."""
        await programmes.end(session)
        return Response(status_code=204)

    return router


def _placed(identite: Identite, caisse: str | None) -> Identite:
    """Looking from the only caisse that fits. Raises: RuleError when it must be named, or is not theirs."""
    fitting = identite.fitting(caisse)
    if len(fitting) == 1:
        return identite.at(fitting[0])
    message = "Choisissez une de vos caisses : " + ", ".join(offert.caisse_code for offert in identite.perimetres) + "."
    raise RuleError(message, fields=(FieldError("caisse", message, "requis"),))
