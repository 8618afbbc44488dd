"""The antivirus contract on a real clamd with the shipped configuration; killed, stopped, reloaded (A4, A5, A10)."""

import random
import signal
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pikepdf
import pyclamd
import pytest

from services.attachment.domain.verdict import Infectee, Saine
from services.attachment.ports.antivirus import Antivirus
from services.attachment.ports.clamd_antivirus import ClamdAntivirus, StrictClamd
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyError
from tests.contract.antivirus_contract import AntivirusContract
from tests.corpus import office
from tests.corpus.hostile import EICAR
from tests.corpus.pdfs import pdf_by_pikepdf
from tests.integration.attachment.own_clamd import OwnClamd

HORLOGE = FixedClock(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
BRUIT = random.Random(7).randbytes(2 << 20)  # noqa: S311  # the same noise at each run
ECHEANCE = timedelta(seconds=10)
FILS = 4


@pytest.fixture(scope="module")
def clamd() -> Iterator[OwnClamd]:
    clamd = OwnClamd()
    clamd.start()
    yield clamd
    clamd.close()


def antivirus_on(clamd: OwnClamd) -> ClamdAntivirus:
    return ClamdAntivirus(clamd.socket_path, profile="eicar-only", clock=HORLOGE)


class TestClamdAntivirus(AntivirusContract):
    @pytest.fixture
    def antivirus(self, clamd: OwnClamd) -> Antivirus:
        return antivirus_on(clamd)

    @pytest.fixture
    def out_of_order(self) -> Antivirus:
        return ClamdAntivirus("/nonexistent/s", profile="eicar-only", clock=HORLOGE)


def _many_entries() -> bytes:
    return office.library_zip({f"p{rang}.txt": b"x" for rang in range(11_000)}, zipfile.ZIP_STORED)


def _nested() -> bytes:
    contenu = b"rien"
    for rang in range(16):
        contenu = office.library_zip({f"{rang}.zip": contenu})
    return contenu


def _encrypted_zip() -> bytes:
    """A stored member whose headers say it is encrypted."""
    archive = bytearray(office.library_zip({"secret.txt": b"illisible sans mot de passe"}, zipfile.ZIP_STORED))
    archive[6] |= 1
    central = archive.index(b"PK\x01\x02")
    archive[central + 8] |= 1
    return bytes(archive)


def _pdf_with_password() -> bytes:
    return pdf_by_pikepdf(encryption=pikepdf.Encryption(owner="proprietaire", user="secret"))


@pytest.mark.parametrize(
    ("build", "signature"),
    [
        (_many_entries, "Heuristics.Limits.Exceeded.MaxFiles"),
        (_nested, "Heuristics.Limits.Exceeded.MaxRecursion"),
        (_encrypted_zip, "Heuristics.Encrypted.Zip"),
        (_pdf_with_password, "Heuristics.Encrypted.PDF"),
    ],
)
async def test_what_the_daemon_cannot_see_through_is_not_saine(clamd: OwnClamd, build: Callable[[], bytes], signature: str) -> None:
    """A5: on Debian's own configuration each of these answers OK."""
    verdict = await antivirus_on(clamd).scan(build())

    assert verdict == Infectee(signature)


async def test_past_the_stream_limit_there_is_no_verdict(clamd: OwnClamd) -> None:
    """A5: the sender gets EPIPE in the middle; the reply is read anyway, and it is no verdict."""
    with pytest.raises(DependencyError):
        await antivirus_on(clamd).scan(b"x" * (7 << 20))


async def test_a_stopped_daemon_gives_no_verdict_before_the_deadline(clamd: OwnClamd) -> None:
    antivirus = ClamdAntivirus(clamd.socket_path, profile="eicar-only", clock=HORLOGE, deadline=timedelta(seconds=1))
    clamd.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(DependencyError):
            await antivirus.scan(EICAR)
    finally:
        clamd.send_signal(signal.SIGCONT)

    assert isinstance(await antivirus_on(clamd).scan(EICAR), Infectee)


async def test_reloading_its_base_never_misses_eicar(clamd: OwnClamd) -> None:
    antivirus = antivirus_on(clamd)
    for _ in range(5):
        assert StrictClamd(clamd.socket_path, timeout=2.0).reload() == "RELOADING"
        for _ in range(5):
            assert isinstance(await antivirus.scan(EICAR), Infectee)


def _scan_while_killed(clamd: OwnClamd, scan_once: Callable[[bytes], str], *, kills: int, scans: int) -> Counter[str]:
    """Outcomes of EICAR scanned by four threads until the daemon was killed so many times and so many scans found it."""
    issues: Counter[str] = Counter()
    arret, verrou = threading.Event(), threading.Lock()
    contenu = BRUIT + EICAR

    def work() -> None:
        while not arret.is_set():
            issue = scan_once(contenu)
            with verrou:
                issues[issue] += 1

    fils = [threading.Thread(target=work) for _ in range(FILS)]
    for fil in fils:
        fil.start()
    hasard = random.Random(11)  # noqa: S311  # the same moments at each run
    try:
        morts = 0
        while morts < kills or issues[Infectee.__name__] < scans:
            time.sleep(hasard.uniform(0.02, 0.6))
            clamd.kill()
            clamd.start()
            morts += 1
    finally:
        arret.set()
        for fil in fils:
            fil.join(timeout=30)
    return issues


def _strict(clamd: OwnClamd) -> Callable[[bytes], str]:
    def scan_once(contenu: bytes) -> str:
        try:
            verdict = StrictClamd(clamd.socket_path, timeout=2.0).scan(contenu, deadline=ECHEANCE)
        except OSError:
            time.sleep(0.01)  # nobody listens: do not spin
            return "Indeterminee"
        return type(verdict).__name__

    return scan_once


def _of_pyclamd(clamd: OwnClamd) -> Callable[[bytes], str]:
    def scan_once(contenu: bytes) -> str:
        client = None
        try:
            client = pyclamd.ClamdUnixSocket(clamd.socket_path, timeout=2.0)
            return "Infectee" if client.scan_stream(contenu, chunk_size=65_536) else "Saine"
        except (OSError, IndexError, ValueError):
            time.sleep(0.01)
            return "Indeterminee"
        finally:
            if client is not None:
                client._close_socket()

    return scan_once


@pytest.mark.parametrize(("kills", "scans"), [(6, 40), pytest.param(20, 1_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_eicar_is_never_saine_while_the_daemon_is_killed(kills: int, scans: int) -> None:
    """A4: 0 of at least 1,000 scans over at least 20 kill -9 in the full run, a tenth of it every time."""
    clamd = OwnClamd()
    clamd.start()
    try:
        issues = _scan_while_killed(clamd, _strict(clamd), kills=kills, scans=scans)
    finally:
        clamd.close()

    assert issues[Saine.__name__] == 0
    assert issues["Indeterminee"] > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_same_run_on_pyclamd_s_own_scan_misses_viruses() -> None:
    """Trust §0.1: the guard of the test above. If this one ever fails, that one proves nothing."""
    clamd = OwnClamd()
    clamd.start()
    try:
        issues = _scan_while_killed(clamd, _of_pyclamd(clamd), kills=20, scans=0)
    finally:
        clamd.close()

    assert issues[Saine.__name__] > 0


def test_what_a_killed_daemon_leaves_behind_is_gone_when_it_starts_again() -> None:
    """A10, trust §0.3."""
    clamd = OwnClamd()
    clamd.start()
    try:
        _scan_while_killed(clamd, _strict(clamd), kills=3, scans=0)
        clamd.kill()

        clamd.start()

        assert not any(BRUIT[:64] in reste.read_bytes() for reste in clamd.temporaire.rglob("*") if reste.is_file())
    finally:
        clamd.close()
