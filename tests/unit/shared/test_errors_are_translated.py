"""Every refusal of the house has an answer at each edge: HTTP, Temporal, NATS (style §5)."""

import httpx2
import pytest
from temporalio.exceptions import ApplicationError

from shared.kernel.errors import DependencyError, DependencyTimeoutError, FieldError, HouseError, NeighbourBugError, RuleError
from shared.plumbing.http_client import told_error
from shared.plumbing.problems import bug_problem, problem_of, problem_response, status_of
from shared.plumbing.temporal import application_error


def _every_kind(kind: type[HouseError] = HouseError) -> list[type[HouseError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _every_kind(child))]


def _bare(kind: type[HouseError]) -> HouseError:
    error = kind.__new__(kind)
    Exception.__init__(error, "ce qui est refusé")
    for attribute, value in (("retry_after_s", 1), ("fields", ()), ("dependency", "clamd"), ("act", "give a verdict")):
        if not hasattr(error, attribute):
            setattr(error, attribute, value)
    return error


@pytest.mark.parametrize("kind", [kind for kind in _every_kind() if kind is not HouseError], ids=lambda kind: kind.__name__)
def test_every_error_of_the_house_has_a_status_and_an_ending_in_the_engine(kind: type[HouseError]) -> None:
    error = _bare(kind)

    status, ending = status_of(error), application_error(error)

    assert status in {400, 401, 403, 404, 409, 410, 422, 429, 500, 503}
    assert isinstance(ending, ApplicationError)
    assert ending.non_retryable is not isinstance(error, DependencyError)


def test_a_problem_names_the_fields_and_never_the_component_that_failed() -> None:
    rule = problem_of(RuleError("Corrigez le formulaire.", fields=(FieldError("nom", "Saisissez le nom"),)))
    down = problem_response(problem_of(DependencyTimeoutError("PostgreSQL", "run a transaction")))

    assert [(champ.champ, champ.message) for champ in rule.champs] == [("nom", "Saisissez le nom")]
    assert down.headers["retry-after"] == "5"
    assert b"PostgreSQL" not in down.body


def test_a_bug_of_a_neighbour_is_not_told_as_something_to_try_again() -> None:
    answer = problem_response(bug_problem("3f2a"))

    told = told_error("intake", httpx2.Response(answer.status_code, content=bytes(answer.body)))
    ours = problem_response(problem_of(told))

    assert isinstance(told, NeighbourBugError)
    assert ours.status_code == 500
    assert "retry-after" not in ours.headers
    assert b"intake" not in ours.body
