"""The codec server: opens the engine's payloads for the operator entitled to read them, and writes down each reading.

The Temporal UI and CLI send sealed payloads and get them in clear (temporal §2.2). Without a token only the demo profile
answers, on the loopback; the settings refuse that profile in production.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from google.protobuf import json_format
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.converter import PayloadCodec

from shared.kernel.clock import Clock
from shared.kernel.errors import ContractError, ForbiddenError, UnauthenticatedError
from shared.plumbing.problems import install_problems
from shared.plumbing.process import RequestContext

log = structlog.get_logger(__name__)
Transform = Callable[[list[Payload]], Awaitable[list[Payload]]]

ROLE: Final = "temporal:decode"
_ALGORITHMS: Final = ["EdDSA", "Ed25519", "RS256", "ES256"]
_BEARER: Final = "Bearer "
_MAX_BODY_BYTES: Final = 8 * 1024 * 1024  # twice the engine's largest message
_ON_THIS_MACHINE: Final = "poste-local"


class Entitlement:
    """Who may read payloads of this namespace: bearers of a token with the role, or in the demo whoever is on this machine."""

    def __init__(self, namespace: str, public_keys_jwks: str | None, audience: str, clock: Clock) -> None:
        self._namespace, self._audience, self._clock = namespace, audience, clock
        self._keys = None if public_keys_jwks is None else KeySet.import_key_set(json.loads(public_keys_jwks))

    def check(self, authorization: Annotated[str | None, Header()] = None, x_namespace: Annotated[str | None, Header()] = None) -> str:
        """The operator who reads. Raises: UnauthenticatedError, ForbiddenError."""
        if x_namespace != self._namespace:
            raise ForbiddenError("Cet espace de noms n'est pas servi ici.")
        if self._keys is None:
            return _ON_THIS_MACHINE
        claims = self._claims(self._keys, authorization or "")
        roles = claims.get("roles")
        if not isinstance(roles, list) or ROLE not in roles:
            raise ForbiddenError("Ce compte n'est pas habilité à lire les contenus.")
        return str(claims["sub"])

    def _claims(self, keys: KeySet, authorization: str) -> dict[str, object]:
        if not authorization.startswith(_BEARER):
            raise UnauthenticatedError("Un jeton est nécessaire.")
        try:
            claims: dict[str, object] = jwt.decode(authorization.removeprefix(_BEARER), keys, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise UnauthenticatedError("Le jeton n'est pas valable.") from error
        expiry, audience = claims.get("exp"), claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if (
            not isinstance(expiry, int)
            or expiry < self._clock.now().timestamp()
            or self._audience not in audiences
            or not claims.get("sub")
        ):
            raise UnauthenticatedError("Le jeton n'est pas valable ici, ou ne l'est plus.")
        return claims


def build_codec_app(codec: PayloadCodec, entitlement: Entitlement, ui_origin: str) -> FastAPI:
    """The app that the Temporal UI calls from its own origin, and nobody else's page."""
    app = FastAPI(title="codec", docs_url=None, redoc_url=None, openapi_url=None)
    install_problems(app)
    app.include_router(_router(codec, entitlement))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[ui_origin],
        allow_methods=["POST"],
        allow_headers=["content-type", "x-namespace", "authorization", "authorization-extras"],
    )
    app.add_middleware(RequestContext)
    return app


def _router(codec: PayloadCodec, entitlement: Entitlement) -> APIRouter:
    router = APIRouter()
    operateur_dep = Depends(entitlement.check)

    @router.post("/decode")
    async def decode(request: Request, operateur: Annotated[str, operateur_dep]) -> Response:
        return await _answer(request, codec.decode, "decode", operateur)

    @router.post("/encode")
    async def encode(request: Request, operateur: Annotated[str, operateur_dep]) -> Response:
        return await _answer(request, codec.encode, "encode", operateur)

    return router


async def _answer(request: Request, transform: Transform, act: str, operateur: str) -> Response:
    """The same payloads, transformed; who reads how much is written down before it leaves."""
    sealed = await _read(request)
    try:
        opened = Payloads(payloads=await transform(sealed))
    except (LookupError, ValueError) as error:
        raise ContractError("Ces contenus ne s'ouvrent avec aucune clé connue.") from error
    log.info("payloads_read", operateur=operateur, act=act, count=len(sealed))
    return Response(json_format.MessageToJson(opened), media_type="application/json")


async def _read(request: Request) -> list[Payload]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise ContractError("Le message est trop grand.")
    try:
        return list(json_format.Parse(bytes(body), Payloads()).payloads)
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise ContractError("Le message ne contient pas de contenus.") from error
