"""Questions between services over NATS `micro`: read-only, with a deadline, errors as codes (house §2).

An endpoint of nats-py answers one request at a time and puts `repr(error)` in a header when its handler raises: ours starts a
bounded task per request and answers coded errors only.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.micro import add_service
from nats.micro.request import Request
from nats.micro.service import EndpointConfig, ServiceConfig
from pydantic import ValidationError

from shared.contracts.base import Contract
from shared.contracts.questions import Question
from shared.kernel.errors import (
    ContractError,
    DependencyError,
    DependencyTimeoutError,
    DependencyUnavailableError,
    HouseError,
    NotFoundError,
)
from shared.plumbing.nats_bus import Bus

log = structlog.get_logger(__name__)
_DEADLINE_S: Final = 3.0
_CONCURRENT: Final = 32
_ERROR_HEADER: Final = "Nats-Service-Error-Code"
_CODES: Final[dict[str, Callable[[str], HouseError]]] = {
    "404": lambda question: NotFoundError(f"{question}: not found"),
    "400": lambda question: ContractError(f"{question}: not understood"),
    "503": lambda question: DependencyUnavailableError(question, "answer"),
}
DemandeeT = TypeVar("DemandeeT", bound=Contract)
ReponseT = TypeVar("ReponseT", bound=Contract)


async def ask(bus: Bus, question: Question[DemandeeT, ReponseT], demandee: DemandeeT, *, deadline_s: float = _DEADLINE_S) -> ReponseT:
    """The answer of another service.

    Raises: DependencyError when nobody answers in time; NotFoundError, ContractError as the other side says.
    """
    try:
        message = await bus.client.request(question.subject, demandee.model_dump_json().encode(), timeout=deadline_s)
    except NatsTimeoutError as error:
        raise DependencyTimeoutError(question.service, f"answer {question.nom}") from error
    except (NoRespondersError, NatsError, OSError) as error:
        raise DependencyUnavailableError(question.service, f"answer {question.nom}") from error
    if code := (message.headers or {}).get(_ERROR_HEADER):
        raise _CODES.get(code, _CODES["503"])(question.subject)
    try:
        return question.reponse.model_validate_json(message.data)
    except ValidationError as error:
        raise ContractError(f"{question.subject}: answer does not fit") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A question this service answers, and how."""

    question: Question[Any, Any]  # each Answer pairs its own two models
    handle: Callable[[Any], Awaitable[Contract]]


class QuestionServer:
    """Answers this service's questions until stopped, registered anew after a reconnection by nats-py itself."""

    name = "questions"

    def __init__(self, bus: Bus, answers: Sequence[Answer]) -> None:
        self._bus, self._answers = bus, answers
        self._slots = asyncio.Semaphore(_CONCURRENT)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stopped."""
        service = await add_service(self._bus.client, ServiceConfig(name=self._bus.service, version="1.0.0", queue_group=self._bus.service))
        for answer in self._answers:
            await service.add_endpoint(
                EndpointConfig(name=answer.question.nom, subject=answer.question.subject, handler=self._handler(answer))
            )
        await self._bus.client.flush()
        await stop.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _handler(self, answer: Answer) -> Callable[[Request], Awaitable[None]]:
        async def handle(request: Request) -> None:
            await self._slots.acquire()
            task = asyncio.create_task(self._answer(answer, request))
            self._tasks.add(task)
            task.add_done_callback(self._forget)

        return handle

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._slots.release()
        self._tasks.discard(task)

    async def _answer(self, answer: Answer, request: Request) -> None:
        code = "503"
        try:
            asked = answer.question.demandee.model_validate_json(request.data)
            told = await answer.handle(asked)
            return await request.respond(told.model_dump_json().encode())
        except NotFoundError:
            code = "404"
        except (ContractError, ValidationError):
            code = "400"
        except DependencyError as error:
            log.warning("question_delayed", question=answer.question.subject, dependency=error.dependency)
        except (NatsError, OSError):
            log.warning("question_lost", question=answer.question.subject)
            return None
        except Exception:
            log.exception("question_failed", question=answer.question.subject)
        return await request.respond_error(code, "refused")
