"""Who acts, between services: a JWT of 60 seconds signed by the front that holds the session (house §9.7).

EdDSA over Ed25519. Claims: iss, sub, role, structure, caisse, nom, aud, exp. A front speaks for a person, or for itself (`service:<name>`).
The key tells which front signed, and the front whom it may speak for.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.contracts.perimetre import ROLES_CAISSE, ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import ForbiddenError, UnauthenticatedError
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId

_ALGORITHMS: Final = ["Ed25519"]  # the name EdDSA is deprecated by RFC 9864
_LIFE: Final = timedelta(seconds=60)
_LEEWAY_S: Final = 5
_BEARER: Final = "Bearer "
_MACHINE: Final = "service:"
# The front open to the Internet makes nobody of the caisse, and no front makes the system.
SPEAKS_FOR: Final = {"gateway": ROLES_STRUCTURE, "case": ROLES_CAISSE}


class TokenSigner:
    """Held by a front (or a machine): signs for one audience at a time."""

    def __init__(self, private_key_jwk: str, clock: Clock) -> None:
        self._key = OKPKey.import_key(json.loads(private_key_jwk))
        self._front = _owner_of(self._key.kid)
        self._clock = clock

    def for_person(self, perimetre: Perimetre, audience: str) -> str:
        """A token that says who the user is and from where they look."""
        return self._sign(
            audience,
            {
                "sub": str(perimetre.acteur_id),
                "role": perimetre.role.value,
                "caisse": perimetre.caisse_code,
                "nom": perimetre.nom,
                **({"structure": str(perimetre.structure_id)} if perimetre.structure_id else {}),
            },
        )

    def for_machine(self, audience: str) -> str:
        """A token of the front itself, before anybody signed in."""
        return self._sign(audience, {"sub": f"{_MACHINE}{self._front}"})

    def _sign(self, audience: str, claims: dict[str, str]) -> str:
        now = int(self._clock.now().timestamp())
        header = {"alg": "Ed25519", "kid": self._key.kid}
        return jwt.encode(
            header,
            {**claims, "iss": self._front, "aud": audience, "iat": now, "exp": now + int(_LIFE.total_seconds())},
            self._key,
            algorithms=_ALGORITHMS,
        )


@dataclass(frozen=True, slots=True)
class Machine:
    """A front that speaks for itself."""

    name: str


class TokenVerifier:
    """Held by a service: believes the known fronts, for itself as audience only."""

    def __init__(self, public_keys_jwks: str, audience: str, clock: Clock) -> None:
        self._keys = KeySet.import_key_set(json.loads(public_keys_jwks))
        self._audience, self._clock = audience, clock

    def person(self, authorization: str | None) -> Perimetre:
        """The person behind the header.

        Raises: UnauthenticatedError; ForbiddenError for a machine, and for a person this front may not speak for.
        """
        claims = self._claims(authorization)
        if str(claims["sub"]).startswith(_MACHINE):
            raise ForbiddenError("a person is needed here")
        try:
            structure = claims.get("structure")
            perimetre = Perimetre(
                caisse_code=CaisseCode(str(claims["caisse"])),
                role=Role(str(claims["role"])),
                compte_id=CompteId(UUID(str(claims["sub"]))),
                structure_id=StructureId(UUID(str(structure))) if structure else None,
                nom=str(claims.get("nom", "")),
            )
        except (KeyError, ValueError) as error:
            raise UnauthenticatedError("the token does not say who acts") from error
        if perimetre.role not in SPEAKS_FOR.get(str(claims["iss"]), frozenset()):
            raise ForbiddenError("this front does not speak for such a person")
        return perimetre

    def machine(self, authorization: str | None) -> Machine:
        """The front behind the header. Raises: UnauthenticatedError, ForbiddenError for a person."""
        claims = self._claims(authorization)
        if not str(claims["sub"]).startswith(_MACHINE):
            raise ForbiddenError("only a front may ask this")
        if claims["sub"] != f"{_MACHINE}{claims['iss']}":
            raise UnauthenticatedError("a front speaks for itself only")
        return Machine(str(claims["iss"]))

    def _claims(self, authorization: str | None) -> dict[str, object]:
        if not (authorization or "").startswith(_BEARER):
            raise UnauthenticatedError("no token")
        try:
            token = jwt.decode((authorization or "").removeprefix(_BEARER), self._keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise UnauthenticatedError("the token is not valid") from error
        claims: dict[str, object] = token.claims
        if claims.get("iss") != _owner_of(token.header.get("kid")):
            raise UnauthenticatedError("the token was signed by another front than it says")
        now, exp = self._clock.now().timestamp(), claims.get("exp")
        if not isinstance(exp, int) or now > exp + _LEEWAY_S or claims.get("aud") != self._audience or "sub" not in claims:
            raise UnauthenticatedError("the token is not valid here or any more")
        return claims


def _owner_of(kid: object) -> str:
    """The front that holds the key of this name: `gateway`, or `gateway-2026-b` beside it while the key is replaced (ADR 7)."""
    return str(kid or "").partition("-")[0]


async def current_person(request: Request, authorization: Annotated[str | None, Header()] = None) -> Perimetre:
    """FastAPI dependency: the person who acts. The verifier is what the composition put in `app.state.verifier`."""
    verifier: TokenVerifier = request.app.state.verifier
    return verifier.person(authorization)


async def current_machine(request: Request, authorization: Annotated[str | None, Header()] = None) -> Machine:
    """FastAPI dependency: the front that asks for itself."""
    verifier: TokenVerifier = request.app.state.verifier
    return verifier.machine(authorization)
