"""What the programs' API is handed, and who a bearer is."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItem
from limits.aio.strategies import RateLimiter

from services.gateway.ports.services import Services
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.webkit.identite import Identite
from shared.webkit.sessions import Sessions
from shared.webkit.sign_in import SignIn

_TOO_MANY: Final = 429
_READS: Final = frozenset({"GET", "HEAD"})
_bearer = HTTPBearer(auto_error=False, description="Le jeton rendu par `POST /api/v1/connexion`, valable 8 heures.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The composition of the API, put once in `app.state.api`."""

    services: Services
    sessions: Sessions
    sign_in: SignIn
    clock: Clock
    limiter: RateLimiter
    reads: RateLimitItem
    writes: RateLimitItem

    async def slow_down(self, limit: RateLimitItem, *who: str) -> None:
        """Raises: HTTPException 429 with Retry-After when this caller asks too much."""
        if not await self.limiter.hit(limit, *who):
            raise HTTPException(_TOO_MANY, headers={"Retry-After": str(limit.get_expiry())})


async def current_api(request: Request) -> Api:
    """FastAPI dependency: the composition."""
    api: Api = request.app.state.api
    return api


ApiDep = Annotated[Api, Depends(current_api)]


async def current_program(
    request: Request, api: ApiDep, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Perimetre:
    """FastAPI dependency: the perimetre of the bearer. Raises: UnauthenticatedError; 429 when it asks too much."""
    session = await api.sessions.read(bearer.credentials if bearer else None)
    perimetre = Identite.model_validate(session.contenu).perimetre if session else None
    if session is None or perimetre is None:
        raise UnauthenticatedError("Le jeton est absent, inconnu ou expiré.")
    kind, limit = ("reads", api.reads) if request.method in _READS else ("writes", api.writes)
    await api.slow_down(limit, kind, str(session.compte_id))
    return perimetre


ProgramDep = Annotated[Perimetre, Depends(current_program)]
