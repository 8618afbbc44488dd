"""Signing in at a front, people and programs alike: directory knows who they are, and an address tries so often (trust §3)."""

from collections.abc import Awaitable, Callable, Container

from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from shared.contracts.http.case import JetonVue
from shared.contracts.http.directory import ConnexionResult
from shared.kernel.clock import Clock
from shared.kernel.errors import ThrottledError, UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.webkit.identite import Identite
from shared.webkit.messages_fr import IDENTIFIANTS, TROP_D_ESSAIS
from shared.webkit.sessions import PROGRAMME, PROGRAMME_KEY, Sessions

# Directory's answer to an e-mail, a password and the address they come from.
AskDirectory = Callable[[str, str, str], Awaitable[ConnexionResult]]


class SignIn:
    """The one way in of a front. `roles`: those that enter here. `rate`: tries of an address, as `20/minute`."""

    def __init__(self, ask: AskDirectory, *, roles: Container[str], rate: str) -> None:
        self._ask, self._roles, self._rate = ask, roles, parse(rate)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def identify(self, request: Request, courriel: str, mot_de_passe: str) -> Identite:
        """Who this is.

        Raises: UnauthenticatedError for every wrong credential, and for an account that has no place here; ThrottledError.
        """
        address = request.client.host if request.client else ""
        if not await self._limiter.hit(self._rate, address):
            raise ThrottledError(TROP_D_ESSAIS, retry_after_s=self._rate.get_expiry())
        courriel = courriel.strip()
        if not courriel.isprintable():  # no address has control characters, and nothing could store them
            raise UnauthenticatedError(IDENTIFIANTS)
        identite = Identite.of(await self._ask(courriel, mot_de_passe, address), self._roles)
        if not identite.perimetres:
            raise UnauthenticatedError(IDENTIFIANTS)
        return identite


async def open_program(sessions: Sessions, identite: Identite, clock: Clock) -> JetonVue:
    """A bearer for a program, for eight hours (house §9.8)."""
    contenu = {**identite.model_dump(mode="json"), PROGRAMME_KEY: True}
    jeton = await sessions.open(CompteId(identite.compte_id), contenu)
    return JetonVue(jeton=jeton, expire_le=clock.now() + PROGRAMME.absolue)
