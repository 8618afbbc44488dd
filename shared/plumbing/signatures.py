"""Signed statements that travel through a person's hands (upload receipts): JWS, EdDSA, verified without asking anybody."""

import json
from datetime import datetime, timedelta
from typing import Final, TypeVar

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ValidationError

from shared.contracts.base import Contract
from shared.kernel.errors import RuleError

_ALGORITHMS: Final = ["Ed25519"]  # the name EdDSA is deprecated by RFC 9864
StatementT = TypeVar("StatementT", bound=Contract)


class _Sealed(BaseModel):
    exp: int
    dit: dict[str, object]


class StatementSigner:
    """Held by the one service that may say it."""

    def __init__(self, private_key_jwk: str) -> None:
        self._key = OKPKey.import_key(json.loads(private_key_jwk))

    def sign(self, statement: Contract, *, now: datetime, life: timedelta) -> str:
        """The statement, signed, with the instant after which nobody believes it."""
        sealed = _Sealed(exp=int((now + life).timestamp()), dit=statement.model_dump(mode="json"))
        return jws.serialize_compact({"alg": "Ed25519"}, sealed.model_dump_json(), self._key, algorithms=_ALGORITHMS)


class StatementVerifier:
    """Held by whoever believes that service."""

    def __init__(self, public_key_jwk: str) -> None:
        self._key = OKPKey.import_key(json.loads(public_key_jwk))

    def read(self, signed: str, kind: type[StatementT], *, now: datetime) -> StatementT:
        """What was signed. Raises: RuleError when it is forged, altered or too old."""
        try:
            payload = jws.deserialize_compact(signed, self._key, algorithms=_ALGORITHMS).payload
            sealed = _Sealed.model_validate_json(payload)
            statement = kind.model_validate(sealed.dit)
        except (JoseError, ValueError, ValidationError) as error:
            raise RuleError("Ce reçu de fichier n'est pas valable : joignez le fichier à nouveau.") from error
        if now.timestamp() > sealed.exp:
            raise RuleError("Ce fichier a été joint il y a trop longtemps : joignez-le à nouveau.")
        return statement
