"""What a download link answers instead of a file: a short page, since a person followed it; a problem for a program that asks for JSON."""

from html import escape
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from shared.kernel.errors import HouseError
from shared.plumbing.problems import Problem, bug_problem, log_error, problem_of, problem_response

# No style: the policy of this host lets nothing in, not even its own.
_PAGE: Final = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{titre} — Espace Partenaires</title>
</head>
<body>
<main>
<h1>{titre}</h1>
<p>{texte}</p>
<p>Code {code} · référence {reference} · à donner si vous nous contactez.</p>
</main>
</body>
</html>
"""
_LATER: Final = "Revenez à la demande et téléchargez à nouveau dans quelques minutes."


def answer_refusal(request: Request, error: Exception) -> Response:
    """The answer to an error of this host, logged here and nowhere else."""
    log_error(error, request)
    reference = str(request.scope.get("request_id", ""))
    problem = problem_of(error, reference) if isinstance(error, HouseError) else bug_problem(reference)
    return problem_response(problem) if _wants_json(request) else _page(problem)


def _page(problem: Problem) -> Response:
    is_ours = problem.status >= 500  # a component or a bug: a problem says nothing of it that helps a person
    page = _PAGE.format(
        titre=escape(problem.title),
        texte=_LATER if is_ours else escape(problem.detail),
        code=problem.status,
        reference=escape(problem.instance),
    )
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return HTMLResponse(page, problem.status, headers)


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept or "application/problem+json" in accept
