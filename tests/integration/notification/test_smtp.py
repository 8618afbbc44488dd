"""The SMTP port against the local relay, and against nobody."""

import socket
from datetime import UTC, datetime

import httpx2
import pytest

from services.notification.ports.courrier import Courriel
from services.notification.ports.smtp_courrier import SmtpCourrier
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyError
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


async def test_nobody_behind_the_port_is_a_dependency_that_failed() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        courrier = SmtpCourrier("127.0.0.1", free.getsockname()[1], "expediteur@exemple.fr", CLOCK)

        with pytest.raises(DependencyError):
            await courrier.send(un_courriel())
