"""A clamd of the test's own, on the shipped configuration, which a test may kill without harming the stack's."""

import base64
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.local.layout import REPOSITORY
from deploy.tools.find import tool_path
from services.attachment.ports.clamd_antivirus import StrictClamd

_SOURCES = REPOSITORY / "deploy" / "clamav"
_START_S = 20.0


class OwnClamd:
    """Started, killed and started again; its folder is short enough for a socket's path."""

    def __init__(self) -> None:
        self.dossier = Path(tempfile.mkdtemp(prefix="clamd"))
        self.socket_path, self.temporaire = str(self.dossier / "s"), self.dossier / "tmp"
        signatures = self.dossier / "db"
        for dossier in (self.temporaire, signatures):
            dossier.mkdir()
        eicar = base64.b64decode((_SOURCES / "eicar.base64").read_text(encoding="ascii"))
        (signatures / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{eicar.hex()}\n", encoding="ascii")
        places = f"LocalSocket {self.socket_path}\nTemporaryDirectory {self.temporaire}\nDatabaseDirectory {signatures}\n"
        self._conf = self.dossier / "clamd.conf"
        self._conf.write_text((_SOURCES / "clamd.conf").read_text(encoding="utf-8") + places, encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it as the stack does, its temporary folder emptied first, and wait until it answers."""
        for reste in self.temporaire.iterdir():
            shutil.rmtree(reste, ignore_errors=True) if reste.is_dir() else reste.unlink()
        self._process = subprocess.Popen(
            [str(tool_path("clamav")), "-c", str(self._conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        fin = time.monotonic() + _START_S
        while not self._answers():
            if time.monotonic() > fin:
                raise AssertionError("clamd did not start")
            time.sleep(0.02)

    def kill(self) -> None:
        """kill -9, as a crash."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.dossier, ignore_errors=True)

    def send_signal(self, signal: int) -> None:
        os.kill(self.pid, signal)

    def _answers(self) -> bool:
        try:
            return StrictClamd(self.socket_path, timeout=1.0).read_version().startswith("ClamAV ")
        except OSError:
            return False
