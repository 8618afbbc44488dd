"""HTTP edge: the one table from the house's errors to `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.contracts.base import Contract
from shared.kernel.errors import (
    ConflictError,
    ContractError,
    DependencyError,
    DomainError,
    ForbiddenError,
    GoneError,
    HouseError,
    NeighbourBugError,
    NotFoundError,
    RuleError,
    ThrottledError,
    UnauthenticatedError,
)

log = structlog.get_logger(__name__)
RETRY_AFTER_S: Final = 5
MEDIA_TYPE: Final = "application/problem+json"

# Order matters: the first class that matches answers.
STATUS: Final[tuple[tuple[type[HouseError], int], ...]] = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (UnauthenticatedError, 401),
    (GoneError, 410),
    (ConflictError, 409),
    (ThrottledError, 429),
    (RuleError, 422),
    (DomainError, 422),
    (ContractError, 400),
    (NeighbourBugError, 500),
    (DependencyError, 503),
)
_TITLES: Final[Mapping[int, str]] = {
    400: "Demande mal formée",
    401: "Connexion nécessaire",
    403: "Action non autorisée",
    404: "Introuvable",
    405: "Méthode non autorisée",
    409: "L'état a changé",
    410: "N'est plus disponible",
    413: "Contenu trop volumineux",
    415: "Type de contenu non accepté",
    422: "Il y a un problème",
    429: "Trop de tentatives",
    500: "Erreur interne",
    503: "Service momentanément indisponible",
}


class FieldProblem(Contract):
    """What is wrong with one field, in French."""

    champ: str
    message: str
    code: str


class Problem(Contract):
    """RFC 9457. `code` is stable and English; `title` and `detail` are French; `instance` is the request's id."""

    type: str = "about:blank"
    status: int
    code: str
    title: str
    detail: str = ""
    instance: str = ""
    champs: list[FieldProblem] = []
    donnees: dict[str, object] | None = None
    retry_after_s: int | None = None


def status_of(error: HouseError) -> int:
    """The HTTP status of an error of the house."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def problem_of(error: HouseError, instance: str = "") -> Problem:
    """The problem a program reads. A dependency's failure never names the component to the outside."""
    status = status_of(error)
    detail = "" if status >= 500 else str(error)
    fields = [FieldProblem(champ=f.champ, message=f.message, code=f.code) for f in error.fields] if isinstance(error, RuleError) else []
    data = getattr(error, "donnees", None)
    wait = RETRY_AFTER_S if isinstance(error, DependencyError) else error.retry_after_s if isinstance(error, ThrottledError) else None
    return Problem(
        status=status,
        code=error.code,
        title=error.title or _TITLES[status],
        detail=detail,
        instance=instance,
        champs=fields,
        donnees=data,
        retry_after_s=wait,
    )


def problem_response(problem: Problem) -> JSONResponse:
    """The answer itself."""
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return JSONResponse(problem.model_dump(mode="json", exclude_none=True), problem.status, headers, MEDIA_TYPE)


def log_error(error: Exception, request: Request) -> None:
    """Log an error once, where it stops: the caller's mistakes as info, ours as errors."""
    route = getattr(request.scope.get("route"), "path", "")
    if isinstance(error, DependencyError):
        log.warning("request_delayed", route=route, dependency=error.dependency, act=error.act)
    elif isinstance(error, ContractError):
        log.error("request_not_understood", route=route, code=error.code)
    elif isinstance(error, NeighbourBugError):
        log.error("request_failed_elsewhere", route=route, exc_info=error)
    elif isinstance(error, HouseError):
        log.info("request_refused", route=route, code=error.code, status=status_of(error))
    else:
        log.error("request_failed", route=route, exc_info=error)


def validation_problem(error: RequestValidationError, instance: str = "") -> Problem:
    """A body or parameter that does not fit its schema: 422 with the place, never with the value."""
    fields = [
        FieldProblem(champ=".".join(str(part) for part in detail["loc"][1:]), message="Valeur absente ou mal formée.", code=detail["type"])
        for detail in error.errors()
    ]
    return Problem(
        status=422, code="malformed", title=_TITLES[422], detail="La demande ne respecte pas le contrat.", instance=instance, champs=fields
    )


def http_problem(error: HTTPException, instance: str = "") -> Problem:
    """What the framework itself refuses (unknown URL, method, size)."""
    return Problem(
        status=error.status_code, code=f"http-{error.status_code}", title=_TITLES.get(error.status_code, "Erreur"), instance=instance
    )


def bug_problem(instance: str = "") -> Problem:
    """Our fault: nothing of it is shown."""
    return Problem(status=500, code="internal", title=_TITLES[500], detail="L'incident est enregistré.", instance=instance)


def install_problems(app: FastAPI) -> None:
    """Answer every error of the app as problem+json."""

    async def house(request: Request, error: Exception) -> JSONResponse:
        log_error(error, request)
        return problem_response(problem_of(error, _instance(request)) if isinstance(error, HouseError) else bug_problem(_instance(request)))

    async def validation(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        return problem_response(validation_problem(error, _instance(request)))

    async def http(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        return problem_response(http_problem(error, _instance(request)))

    app.add_exception_handler(HouseError, house)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, house)


def _instance(request: Request) -> str:
    return str(request.scope.get("request_id", ""))
