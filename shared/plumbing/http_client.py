"""Calls from a front to a service: token, request id, deadline, and problems turned back into the house's errors."""

from collections.abc import Mapping
from typing import Final

import httpx2
import structlog
from pydantic import ValidationError

from shared.kernel.errors import (
    ConflictError,
    ContractError,
    DependencyTimeoutError,
    DependencyUnavailableError,
    FieldError,
    ForbiddenError,
    GoneError,
    HouseError,
    NeighbourBugError,
    NotFoundError,
    RuleError,
    ThrottledError,
    UnauthenticatedError,
)
from shared.plumbing.problems import Problem

_TIMEOUT: Final = httpx2.Timeout(10.0, connect=2.0)
_KINDS: Final[Mapping[int, type[HouseError]]] = {
    400: ContractError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: GoneError,
    500: NeighbourBugError,
}


class ToldConflictError(ConflictError):
    """A conflict told by another service, with its code and data."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.code, self.title, self.donnees = problem.code, problem.title, problem.donnees


def build_client(base_url: str) -> httpx2.AsyncClient:
    """A pooled client of one service."""
    return httpx2.AsyncClient(base_url=base_url, timeout=_TIMEOUT, limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16))


class ServiceClient:
    """One service, as a front calls it."""

    def __init__(self, name: str, client: httpx2.AsyncClient) -> None:
        self.name, self._client = name, client

    async def call(
        self, method: str, path: str, *, token: str, json: object | None = None, headers: Mapping[str, str] | None = None, **options: object
    ) -> httpx2.Response:
        """The answer when it is a success (2xx, 3xx).

        Raises: the house's error that the service's problem tells; DependencyError when it does not answer.
        """
        sent = {"Authorization": f"Bearer {token}", **_correlation(), **(headers or {})}
        try:
            response = await self._client.request(method, path, json=json, headers=sent, **options)  # type: ignore[arg-type]  # options are httpx2's own
        except httpx2.TimeoutException as error:
            raise DependencyTimeoutError(self.name, f"answer {method} {path.split('?', maxsplit=1)[0]}") from error
        except httpx2.HTTPError as error:
            raise DependencyUnavailableError(self.name, f"answer {method} {path.split('?', maxsplit=1)[0]}") from error
        if response.status_code >= 400:
            raise told_error(self.name, response)
        return response

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def told_error(service: str, response: httpx2.Response) -> HouseError:
    """The house's error behind a problem+json answer."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return DependencyUnavailableError(service, f"answer ({response.status_code})")
    if response.status_code in {422, 413}:
        fields = tuple(FieldError(champ=field.champ, message=field.message, code=field.code) for field in problem.champs)
        told = RuleError(problem.detail, fields=fields)
        told.code, told.title = problem.code, problem.title
        return told
    if response.status_code == 409:
        return ToldConflictError(problem)
    if response.status_code == 429:
        return ThrottledError(problem.detail, retry_after_s=problem.retry_after_s or 1)
    if kind := _KINDS.get(response.status_code):
        error = kind(problem.detail)
        error.code, error.title = problem.code, problem.title
        return error
    return DependencyUnavailableError(service, f"answer ({response.status_code})")


def _correlation() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("correlation_id")
    return {"X-Request-Id": str(request_id)} if request_id else {}
