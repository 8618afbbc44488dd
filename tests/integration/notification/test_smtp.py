"""The SMTP port against the local relay, against one that answers as told, and against nobody."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notification.ports.courrier import Courriel, CourrielPostponedError, CourrielRefusedError
from services.notification.ports.smtp_courrier import SmtpCourrier
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyError, DependencyUnavailableError, HouseError
from shared.kernel.identifiers import new_id
from tests.integration.support import RunningStack, wait_for

CLOCK = FixedClock(datetime(2026, 3, 10, 9, tzinfo=UTC))


def un_courriel() -> Courriel:
    return Courriel(
        message_id=str(new_id()), a=f"{new_id()}@exemple.fr", objet="Demande 2683100012 : réponse", corps="Bonjour, à bientôt.\n"
    )


async def test_a_message_reaches_the_relay_with_its_accents(stack: RunningStack) -> None:
    settings = stack.environment("notification")
    courrier = SmtpCourrier(
        settings["NOTIFICATION_SMTP_HOST"], int(settings["NOTIFICATION_SMTP_PORT"]), settings["NOTIFICATION_SENDER"], CLOCK
    )
    courriel = un_courriel()

    await courrier.send(courriel)

    async def arrived() -> list[dict[str, object]]:
        async with httpx2.AsyncClient() as client:
            messages = (await client.get(stack.messages_url)).json()
        return [message for message in messages if courriel.a in message["a"]]

    found: list[dict[str, object]] = await wait_for(arrived)
    message = found[0]
    assert message["objet"] == courriel.objet
    assert "à bientôt" in str(message["texte"])


class Relais:
    """Answers every recipient with one line."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope, _address: str, _options: list[str]
    ) -> str:
        return self.answer


@asynccontextmanager
async def un_relais(answer: str) -> AsyncIterator[SmtpCourrier]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Relais(answer), loop=loop), "127.0.0.1", 0)
    async with server:
        yield SmtpCourrier("127.0.0.1", server.sockets[0].getsockname()[1], "expediteur@exemple.fr", CLOCK)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("450 4.2.0 greylisted", CourrielPostponedError),
        ("452 4.2.2 mailbox full", CourrielPostponedError),
        ("550 5.1.1 no such mailbox", CourrielRefusedError),
        ("421 4.3.2 closing", DependencyUnavailableError),
    ],
)
async def test_the_answer_to_a_recipient_says_who_waits(answer: str, meaning: type[HouseError]) -> None:
    async with un_relais(answer) as courrier:
        with pytest.raises(HouseError) as told:
            await courrier.send(un_courriel())

    assert type(told.value) is meaning


async def test_nobody_behind_the_port_is_a_dependency_that_failed() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        courrier = SmtpCourrier("127.0.0.1", free.getsockname()[1], "expediteur@exemple.fr", CLOCK)

        with pytest.raises(DependencyError):
            await courrier.send(un_courriel())
