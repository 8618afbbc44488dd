"""Sign-in of a program of the caisse: an opaque bearer of 8 hours (house §9.8), stored by its print only."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from services.case.operations.sign_in_agent import Identite, sign_in_agent
from services.case.ports.voisins import TooManyAttemptsError, Voisins
from shared.contracts.http.case import ConnexionApiRequest, JetonVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.webkit.sessions import PROGRAMME, Session, Sessions

_CREATED: Final = 201
_TOO_MANY: Final = 429
_BEARER: Final = "Bearer "


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


def build_session_router(voisins: Voisins, programmes: Sessions, clock: Clock) -> APIRouter:
    """Sign-in and sign-out of programs."""
    router = APIRouter(prefix="/api/v1", tags=["agent"])

    @router.post("/connexion", operation_id="open_program_session", status_code=_CREATED)
    async def open_session(request: Request, corps: ConnexionApiRequest) -> JetonVue:
        """The caisse is named when the account has several. 401 for every wrong credential, 429 when slowed down."""
        address = request.client.host if request.client else ""
        try:
            identite = await sign_in_agent(voisins, corps.courriel, corps.mot_de_passe, adresse_ip=address)
        except TooManyAttemptsError as error:
            raise HTTPException(_TOO_MANY, headers={"Retry-After": str(error.attendre_s)}) from error
        chosen = identite.choose(corps.caisse)
        jeton = await programmes.open(CompteId(chosen.compte_id), chosen.model_dump(mode="json"))
        return JetonVue(jeton=jeton, expire_le=clock.now() + PROGRAMME.absolue)

    @router.post("/deconnexion", operation_id="end_program_session", status_code=204)
    async def end_session(session: SessionDep) -> Response:
        """The bearer is refused from the next call."""
        await programmes.end(session)
        return Response(status_code=204)

    return router
