"""What each answer of a relay means: this message never, this message later, or nobody now."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest

from services.notification.ports import smtp_courrier
from services.notification.ports.courrier import Courriel, CourrielPostponedError, CourrielRefusedError
from services.notification.ports.smtp_courrier import SmtpCourrier
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyTimeoutError, DependencyUnavailableError, HouseError

A = "anne@exemple.fr"


def un_courriel(a: str = A) -> Courriel:
    return Courriel(message_id="018f", a=a, objet="Demande 2683100012", corps="Bonjour\n")


def un_courrier() -> SmtpCourrier:
    return SmtpCourrier("relais.invalid", 25, "expediteur@exemple.fr", FixedClock(datetime(2026, 3, 10, 9, tzinfo=UTC)))


def rcpt(code: int) -> Exception:
    return aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(code, "", A)])


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (rcpt(450), CourrielPostponedError),
        (rcpt(452), CourrielPostponedError),
        (rcpt(550), CourrielRefusedError),
        (rcpt(421), DependencyUnavailableError),
        (aiosmtplib.SMTPDataError(451, ""), CourrielPostponedError),
        (aiosmtplib.SMTPDataError(554, ""), CourrielRefusedError),
        (aiosmtplib.SMTPDataError(421, ""), DependencyUnavailableError),
        (aiosmtplib.SMTPNotSupported("no SMTPUTF8"), CourrielPostponedError),
        (ValueError("no such address can be written"), CourrielPostponedError),
        (aiosmtplib.SMTPConnectResponseError(554, ""), DependencyUnavailableError),
        (aiosmtplib.SMTPHeloError(421, ""), DependencyUnavailableError),
        (aiosmtplib.SMTPSenderRefused(550, "", "expediteur@exemple.fr"), DependencyUnavailableError),
        (aiosmtplib.SMTPServerDisconnected(""), DependencyUnavailableError),
        (ConnectionRefusedError(), DependencyUnavailableError),
        (aiosmtplib.SMTPReadTimeoutError(""), DependencyTimeoutError),
    ],
    ids=repr,
)
async def test_an_answer_is_about_the_message_or_about_the_relay(
    answer: Exception, meaning: type[HouseError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(*_args: object, **_options: object) -> None:
        raise answer

    monkeypatch.setattr(aiosmtplib, "send", send)

    with pytest.raises(HouseError) as told:
        await un_courrier().send(un_courriel())

    assert type(told.value) is meaning


async def test_a_relay_that_drips_its_answers_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer in time, and yet no end: the lease counts on the whole message."""

    async def send(*_args: object, **_options: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(aiosmtplib, "send", send)
    monkeypatch.setattr(smtp_courrier, "SEND_DEADLINE", timedelta(milliseconds=10))

    with pytest.raises(DependencyTimeoutError):
        await un_courrier().send(un_courriel())


async def test_an_address_that_no_header_can_carry_is_set_aside_alone() -> None:
    with pytest.raises(CourrielPostponedError):
        await un_courrier().send(un_courriel("anne\n@exemple.fr"))
