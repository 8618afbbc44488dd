"""The mail through an SMTP relay."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

import aiosmtplib

from services.notification.ports.courrier import Courriel, CourrielRefusedError
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyTimeoutError, DependencyUnavailableError

_TIMEOUT_S: Final = 10.0
_PERMANENT: Final = 500  # SMTP: 5yz refuses for good, 4yz asks to come back


class SmtpCourrier:
    """One connection per message: a few a minute, and nothing to keep alive."""

    def __init__(self, host: str, port: int, sender: str, clock: Clock) -> None:
        self._host, self._port, self._sender, self._clock = host, port, sender, clock

    async def send(self, courriel: Courriel) -> None:
        """Hand the message to the relay."""
        try:
            await aiosmtplib.send(self._written(courriel), hostname=self._host, port=self._port, timeout=_TIMEOUT_S)
        except aiosmtplib.SMTPRecipientsRefused as error:
            self._tell(min(refusal.code for refusal in error.recipients), error)
        except aiosmtplib.SMTPResponseException as error:
            self._tell(error.code, error)
        except (aiosmtplib.SMTPTimeoutError, TimeoutError) as error:
            raise DependencyTimeoutError("SMTP", "take a message") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DependencyUnavailableError("SMTP", "take a message") from error

    @staticmethod
    def _tell(code: int, error: Exception) -> None:
        if code >= _PERMANENT:
            raise CourrielRefusedError(f"the relay answered {code}") from error
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
