"""Errors of a front: the same table as every service, answered as a page, a fragment or problem+json (C-08, H5, H8)."""

from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.errors import HouseError
from shared.kernel.identifiers import new_id
from shared.plumbing.problems import (
    RETRY_AFTER_S,
    Problem,
    bug_problem,
    http_problem,
    log_error,
    problem_of,
    problem_response,
    validation_problem,
)
from shared.webkit.messages_fr import ERREURS, ERREURS_PAR_CODE
from shared.webkit.pages import Pages, is_htmx
from shared.webkit.way_back import sign_in_url

_API_PREFIX: Final = "/api/"
_UNAUTHENTICATED: Final = 401
_UNAVAILABLE: Final = 503
_SEE_OTHER: Final = 303
_TOO_LARGE: Final = 413
_UNKNOWN: Final = 500


class ErrorPages:
    """Translates every error of a front once, for whoever asked: a browser, htmx, a program."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def install(self, app: FastAPI) -> None:
        """Answer the errors that routes raise. Bugs are answered by `Boundary`, inside the headers' layer."""
        for kind in (HouseError, RequestValidationError, HTTPException):
            app.add_exception_handler(kind, self._handle)

    async def _handle(self, request: Request, error: Exception) -> Response:
        return self.answer(request, error)

    def answer(self, request: Request, error: Exception) -> Response:
        """The answer to an error, logged here and nowhere else."""
        if isinstance(error, HTTPException) and error.status_code == _SEE_OTHER:
            return RedirectResponse((error.headers or {})["Location"], _SEE_OTHER)
        if not isinstance(error, HTTPException | RequestValidationError):  # what the framework refuses is the caller's matter
            log_error(error, request)
        problem = _problem(error, str(request.scope.get("request_id") or new_id()))
        response = self._response(request, problem)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)  # Retry-After, Allow
        return response

    def _response(self, request: Request, problem: Problem) -> Response:
        if _wants_json(request):
            return problem_response(problem)
        if problem.status == _UNAUTHENTICATED:
            return _to_sign_in(request)
        return self._page(request, problem)

    def _page(self, request: Request, problem: Problem) -> Response:
        template = "erreur_fragment.html" if is_htmx(request) else "erreur.html"
        known = 400 < problem.status < _UNKNOWN and problem.status not in {403, 404, 413}
        erreur = self._pages.front.erreurs.get(problem.status) or ERREURS.get(problem.status, ERREURS[_UNKNOWN])
        by_code = ERREURS_PAR_CODE.get(problem.code)
        response = self._pages.render(
            request,
            template,
            status=problem.status,
            erreur=by_code or erreur,
            detail=problem.detail if known and not by_code else "",
            reference=problem.instance,
        )
        if problem.status == _UNAVAILABLE:
            response.headers["retry-after"] = str(RETRY_AFTER_S)
        return response


class Boundary:
    """Catches what nobody expected, inside the security headers: a bug still gets a page and its reference."""

    def __init__(self, app: ASGIApp, *, errors: ErrorPages) -> None:
        self._app = app
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = too_large = False

        async def send_noting(message: Message) -> None:
            nonlocal started, too_large
            too_large = too_large or _is_bare_refusal(message)
            if too_large:
                return
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:  # the edge of the process: whatever it was, it is logged and answered
            if started:
                raise
            answer = self._errors.answer(Request(scope, receive), error)
            await answer(scope, receive, send)
        else:
            if too_large:
                answer = self._errors.answer(Request(scope, receive), HTTPException(_TOO_LARGE))
                await answer(scope, receive, send)


def _is_bare_refusal(message: Message) -> bool:
    """A body over its limit is refused by the framework in plain text, before any handler of ours."""
    if message["type"] != "http.response.start" or message["status"] != _TOO_LARGE:
        return False
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")


def _problem(error: Exception, instance: str) -> Problem:
    if isinstance(error, HouseError):
        return problem_of(error, instance)
    if isinstance(error, RequestValidationError):
        return validation_problem(error, instance)
    if isinstance(error, HTTPException):
        return http_problem(error, instance)
    return bug_problem(instance)


def _wants_json(request: Request) -> bool:
    """Programs under /api, and elements of our pages that ask for JSON."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith(_API_PREFIX) or "application/json" in accept or "application/problem+json" in accept


def _to_sign_in(request: Request) -> Response:
    if is_htmx(request):
        return Response(status_code=_UNAUTHENTICATED, headers={"HX-Redirect": sign_in_url(request)})
    return RedirectResponse(sign_in_url(request), _SEE_OTHER)
