"""The antivirus contract on the fake, and every way a daemon can fail on a false one (trust §2.4, A4)."""

import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyclamd
import pytest

from services.attachment.domain.verdict import Indeterminee, Infectee, Saine
from services.attachment.ports.antivirus import Antivirus
from services.attachment.ports.clamd_antivirus import ClamdAntivirus, StrictClamd, read_reply
from services.attachment.ports.memory_antivirus import MemoryAntivirus
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyError, DependencyUnavailableError
from tests.contract.antivirus_contract import AntivirusContract
from tests.corpus.hostile import EICAR

MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
COURT = timedelta(seconds=0.5)


class TestMemoryAntivirus(AntivirusContract):
    @pytest.fixture
    def antivirus(self) -> Antivirus:
        return MemoryAntivirus()

    @pytest.fixture
    def out_of_order(self) -> Antivirus:
        antivirus = MemoryAntivirus()
        antivirus.is_down = True
        return antivirus


def _read_stream(client: socket.socket) -> None:
    """Read one INSTREAM to its end, as clamd does."""
    flux = client.makefile("rb")
    flux.read(len(b"zINSTREAM\0"))
    while longueur := struct.unpack("!L", flux.read(4))[0]:
        flux.read(longueur)


def _answering(reponse: bytes) -> Callable[[socket.socket], None]:
    def behave(client: socket.socket) -> None:
        _read_stream(client)
        client.sendall(reponse)

    return behave


def _hang(client: socket.socket) -> None:
    _read_stream(client)
    client.recv(1)  # until the other side gives up


def _close_at_once(_client: socket.socket) -> None:
    return


def _reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def false_clamd(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A daemon that behaves as told on every connection that speaks; its socket's path is short enough for the kernel."""
    with tempfile.TemporaryDirectory(prefix="clamd") as dossier, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as serveur:
        chemin = str(Path(dossier) / "s")
        serveur.bind(chemin)
        serveur.listen(8)

        def serve() -> None:
            while True:
                try:
                    client, _ = serveur.accept()
                except OSError:
                    return
                with client, suppress(OSError, struct.error):
                    behave(client)

        fil = threading.Thread(target=serve, daemon=True)
        fil.start()
        yield chemin
        serveur.shutdown(socket.SHUT_RDWR)
        fil.join(timeout=5)


SANS_VERDICT: dict[str, Callable[[socket.socket], None]] = {
    "nothing": _answering(b""),
    "half a reply": _answering(b"stream: O"),
    "OK without its NUL": _answering(b"stream: OK"),
    "OK with a newline": _answering(b"stream: OK\n"),
    "OK of something else": _answering(b"1: stream: OK\0"),
    "two replies": _answering(b"stream: OK\0stream: OK\0"),
    "OK, then a signature": _answering(b"stream: OK\0stream: Eicar FOUND\0"),
    "ERROR": _answering(b"INSTREAM size limit exceeded. ERROR\0"),
    "FOUND without its NUL": _answering(b"stream: Eicar FOUND"),
    "an endless reply": _answering(b"x" * 100_000),
    "closed at once": _close_at_once,
    "reset": _reset,
    "hangs": _hang,
}


@pytest.mark.parametrize("cas", SANS_VERDICT)
async def test_without_a_whole_reply_there_is_no_verdict(cas: str) -> None:
    """A4: a false clamd that answers nothing, half, ERROR, without NUL, twice, or hangs."""
    with false_clamd(SANS_VERDICT[cas]) as chemin:
        antivirus = ClamdAntivirus(chemin, profile="eicar-only", clock=FixedClock(MARDI), deadline=COURT)

        with pytest.raises(DependencyError):
            await antivirus.scan(b"x" * 300_000)


async def test_a_whole_reply_is_a_verdict() -> None:
    with false_clamd(_answering(b"stream: OK\0")) as chemin:
        assert await ClamdAntivirus(chemin, profile="eicar-only", clock=FixedClock(MARDI)).scan(b"x") == Saine()
    with false_clamd(_answering(b"stream: Eicar-Test-Signature FOUND\0")) as chemin:
        verdict = await ClamdAntivirus(chemin, profile="eicar-only", clock=FixedClock(MARDI)).scan(EICAR)
    assert verdict == Infectee("Eicar-Test-Signature")


async def test_no_daemon_at_all_is_no_verdict() -> None:
    antivirus = ClamdAntivirus("/nonexistent/clamd.sock", profile="eicar-only", clock=FixedClock(MARDI))

    with pytest.raises(DependencyUnavailableError):
        await antivirus.scan(EICAR)
    with pytest.raises(DependencyUnavailableError):
        await antivirus.read_version()


@pytest.mark.parametrize(
    "reponse", [b"", b"\0", b"stream: OK", b"stream: FOUND\0", b"stream: a FOUND\0b FOUND\0", b"OK\0", b"stream: ok\0"]
)
def test_any_other_reply_is_indeterminee(reponse: bytes) -> None:
    assert isinstance(read_reply(reponse), Indeterminee)


def test_the_scans_of_pyclamd_are_refused() -> None:
    with false_clamd(_answering(b"stream: OK\0")) as chemin:
        clamd = StrictClamd(chemin, timeout=1.0)

        for methode in (clamd.scan_stream, clamd.scan_file, clamd.contscan_file, clamd.multiscan_file, clamd.allmatchscan):
            with pytest.raises(NotImplementedError):
                methode(EICAR)


def test_pyclamd_itself_says_clean_when_the_daemon_dies() -> None:
    """Trust §0.1: the reason for our own reading. None means clean in its API."""
    with false_clamd(_answering(b"")) as chemin:
        assert pyclamd.ClamdUnixSocket(chemin, timeout=1.0).scan_stream(EICAR) is None


def _version(reponse: bytes) -> Callable[[socket.socket], None]:
    def behave(client: socket.socket) -> None:
        if client.recv(64):
            client.sendall(reponse)

    return behave


@pytest.mark.parametrize(
    ("reponse", "fraiche"),
    [
        (b"ClamAV 1.4.6/27500/Tue Mar  3 08:00:00 2026\n", True),
        (b"ClamAV 1.4.6/27500/Sat Feb 28 08:59:59 2026\n", False),
        (b"ClamAV 1.4.6\n", False),
        (b"ClamAV 1.4.6/27500/hier\n", False),
        (b"", False),
    ],
)
async def test_production_judges_only_with_a_fresh_official_base(reponse: bytes, fraiche: bool) -> None:
    """Trust §2.5: a base older than 72 h, or ours alone, gives no verdict in production."""
    with false_clamd(_version(reponse)) as chemin:
        antivirus = ClamdAntivirus(chemin, profile="production", clock=FixedClock(MARDI))

        if fraiche:
            assert (await antivirus.read_version()).base.startswith("27500/")
        else:
            with pytest.raises(DependencyUnavailableError):
                await antivirus.read_version()
