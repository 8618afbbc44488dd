"""ClamAV's daemon, read strictly: pyclamd opens the connection, the verdict is read here (trust §2.4).

pyclamd's own scans answer "clean" when the daemon dies: they are refused below, and pyclamd is imported nowhere else.
"""

import asyncio
import re
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, NoReturn

import pyclamd
import structlog

from services.attachment.domain.verdict import Indeterminee, Infectee, Saine, Verdict, VersionAntivirus
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyTimeoutError, DependencyUnavailableError

log = structlog.get_logger(__name__)

SCAN_DEADLINE = timedelta(seconds=25)  # MaxScanTime is 20 s; a heartbeat is due every 30 s
BASE_MAX_AGE = timedelta(hours=72)  # trust §2.5, profile production

_CHUNK_BYTES = 65_536  # chunks of 1 KiB cost 15 to 20 %
_FOUND = re.compile(rb"stream: ([^\0]+) FOUND\0")
_REPLY_MAX_BYTES = 4096
_COMMAND_TIMEOUT_S = 2.0
_VERSION_LIFE = timedelta(seconds=60)
_VERSION_DATE = "%a %b %d %H:%M:%S %Y"

Profile = Literal["eicar-only", "production"]


class StrictClamd(pyclamd.ClamdUnixSocket):  # type: ignore[misc]  # pyclamd has no types
    """One object, one socket, one scan. pyclamd opens the connection; the verdict is read here."""

    def scan(self, content: bytes, *, deadline: timedelta) -> Saine | Infectee | Indeterminee:
        """The outcome of one scan; every failure is Indeterminee."""
        end, reply = time.monotonic() + deadline.total_seconds(), b""
        try:
            self._init_socket()
            self._send(content, end)
            while not reply.endswith(b"\0") and len(reply) < _REPLY_MAX_BYTES:
                self._arm(end)
                if not (part := self.clamd_socket.recv(_REPLY_MAX_BYTES)):
                    break
                reply += part
        except OSError as error:
            return Indeterminee(type(error).__name__)
        finally:
            self._close_socket()
        return read_reply(reply)

    def _send(self, content: bytes, end: float) -> None:
        clamd = self.clamd_socket
        try:
            self._arm(end)
            clamd.sendall(b"zINSTREAM\0")
            for chunk in _chunks_of(content):
                self._arm(end)
                clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
            clamd.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # clamd may already have answered: past StreamMaxLength it replies, then closes

    def _arm(self, end: float) -> None:
        """Give the socket what is left of the deadline; TimeoutError when nothing is."""
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.clamd_socket.settimeout(left)

    def _init_socket(self) -> None:
        try:
            super()._init_socket()
        except OSError:
            self._close_socket()  # pyclamd leaves the failed socket open
            raise

    def read_version(self) -> str:
        """The daemon's answer to VERSION; empty when it died. Raises: OSError."""
        try:
            return str(self.version())
        finally:
            self._close_socket()

    def scan_stream(self, *_: object, **__: object) -> NoReturn:
        """Refused."""
        raise NotImplementedError("says None, that is clean, when the daemon dies: use scan")

    scan_file = contscan_file = multiscan_file = allmatchscan = scan_stream


def read_reply(reply: bytes) -> Saine | Infectee | Indeterminee:
    """The outcome that a whole reply tells; anything unexpected is Indeterminee."""
    if reply == b"stream: OK\0":
        return Saine()
    if found := _FOUND.fullmatch(reply):
        return Infectee(found[1].decode("ascii", "replace"))
    return Indeterminee(repr(reply[:80]))


class ClamdAntivirus:
    """The `Antivirus` port on a clamd of the same machine. A new connection per scan, in a thread."""

    def __init__(self, socket_path: str, *, profile: Profile, clock: Clock, deadline: timedelta = SCAN_DEADLINE) -> None:
        self._socket_path, self._profile, self._clock, self._deadline = socket_path, profile, clock, deadline
        self._version: tuple[datetime, VersionAntivirus] | None = None

    async def scan(self, contenu: bytes) -> Verdict:
        """Saine or Infectee. Raises: DependencyError when there is no verdict."""
        match await asyncio.to_thread(self._scan, contenu):
            case Indeterminee(raison):
                log.warning("scan_without_verdict", dependency="clamd", outcome=raison)
                raise DependencyUnavailableError("clamd", "give a verdict")
            case verdict:
                return verdict

    async def read_version(self) -> VersionAntivirus:
        """Which engine and base judge now, at most a minute old. Raises: DependencyError."""
        now = self._clock.now()
        if self._version is None or now - self._version[0] > _VERSION_LIFE:
            self._version = (now, _parse_version(await asyncio.to_thread(self._ask_version)))
        version = self._version[1]
        if self._profile == "production" and not _is_fresh(version, now):
            raise DependencyUnavailableError("clamd", "judge with a base less than 72 hours old")
        return version

    def _scan(self, contenu: bytes) -> Saine | Infectee | Indeterminee:
        try:
            return StrictClamd(self._socket_path, timeout=_COMMAND_TIMEOUT_S).scan(contenu, deadline=self._deadline)
        except OSError as error:  # the probe connection of pyclamd's constructor
            return Indeterminee(type(error).__name__)

    def _ask_version(self) -> str:
        try:
            return StrictClamd(self._socket_path, timeout=_COMMAND_TIMEOUT_S).read_version()
        except TimeoutError as error:
            raise DependencyTimeoutError("clamd", "tell its version") from error
        except OSError as error:
            raise DependencyUnavailableError("clamd", "tell its version") from error


def _chunks_of(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _CHUNK_BYTES):
        yield content[start : start + _CHUNK_BYTES]


def _parse_version(answer: str) -> VersionAntivirus:
    """`ClamAV 1.4.6`, or `ClamAV 1.4.6/27500/Tue Nov 24 08:00:00 2026` with the official base."""
    if not answer.startswith("ClamAV "):
        raise DependencyUnavailableError("clamd", "tell its version")
    moteur, _, base = answer.partition("/")
    return VersionAntivirus(moteur, base)


def _is_fresh(version: VersionAntivirus, now: datetime) -> bool:
    numero, _, date_texte = version.base.partition("/")
    try:
        date_base = datetime.strptime(date_texte, _VERSION_DATE).replace(tzinfo=UTC)
    except ValueError:
        return False
    return numero.isdigit() and now - date_base <= BASE_MAX_AGE
