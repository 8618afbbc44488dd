"""The mail through an SMTP relay."""

import asyncio
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import aiosmtplib

from services.notification.ports.courrier import SEND_DEADLINE, Courriel, CourrielPostponedError, CourrielRefusedError
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyTimeoutError, DependencyUnavailableError, HouseError

_ANSWER_S: Final = 10.0  # for each command of a message
_SERVICE_ENDS: Final = 421  # the relay stops serving, whoever the message is for
_LATER, _NEVER = 400, 500  # SMTP: from 400 it asks to come back, from 500 it refuses for good


class SmtpCourrier:
    """One connection per message: a few a minute, and nothing to keep alive."""

    def __init__(self, host: str, port: int, sender: str, clock: Clock) -> None:
        self._host, self._port, self._sender, self._clock = host, port, sender, clock

    async def send(self, courriel: Courriel) -> None:
        """Hand the message to the relay.

        What it answers before it hears of the recipient is about us, never about the message: it serves nobody now.
        """
        try:
            async with asyncio.timeout(SEND_DEADLINE.total_seconds()):
                await aiosmtplib.send(self._written(courriel), hostname=self._host, port=self._port, timeout=_ANSWER_S)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _meant_by(min(refusal.code for refusal in error.recipients)) from error
        except aiosmtplib.SMTPDataError as error:
            raise _meant_by(error.code) from error
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:  # an address that this relay, or SMTP, cannot carry
            raise CourrielPostponedError("SMTP", "carry this address") from error
        except TimeoutError as error:
            raise DependencyTimeoutError("SMTP", "take a message") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DependencyUnavailableError("SMTP", "take a message") from error

    def _written(self, courriel: Courriel) -> EmailMessage:
        message = EmailMessage()
        message["From"] = f"Espace Partenaires <{self._sender}>"
        message["To"] = courriel.a
        message["Subject"] = courriel.objet
        message["Message-ID"] = f"<{courriel.message_id}@{self._sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(self._clock.now())
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answer comes back
        message["X-Auto-Response-Suppress"] = "All"
        message["Content-Language"] = "fr"
        message.set_content(courriel.corps)
        return message


def _meant_by(code: int) -> HouseError:
    """What an answer about one message asks for."""
    if code >= _NEVER:
        return CourrielRefusedError(f"the relay answered {code}")
    if code < _LATER or code == _SERVICE_ENDS:
        return DependencyUnavailableError("SMTP", "take a message")
    return CourrielPostponedError("SMTP", "take this message now")
