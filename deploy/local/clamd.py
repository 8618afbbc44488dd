"""The antivirus: the strict configuration of `deploy/clamav/`, our own signatures unless the official base is there and fresh."""

import base64
import os
import pwd
import shlex
import shutil
import time
from pathlib import Path

from deploy.local.layout import REPOSITORY, Layout
from deploy.tools.find import tool_path

SOURCES = REPOSITORY / "deploy" / "clamav"
OFFICIAL_BASE = Path("/var/lib/clamav")
UNPRIVILEGED = "clamav"
_OLDEST_BASE_DAYS = 7  # FailIfCvdOlderThan: with an older base clamd refuses to start
_MEMORY_FILESYSTEM = Path("/dev/shm")  # noqa: S108 - a private folder of mode 0700 below it
_DAY = 86_400


def run_as() -> str | None:
    """Files of strangers are never opened as root: the user to run as when we are, else None."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        return None
    return UNPRIVILEGED


def socket_path(layout: Layout) -> Path:
    """Where the attachment worker reaches it."""
    return layout.run / "clamd.sock" if run_as() is None else layout.daemon_run / "clamd" / "clamd.sock"


def prepare(layout: Layout) -> None:
    """Write the signatures and the configuration, and make the private temporary folder."""
    home = layout.daemons / "clamd"
    home.mkdir(parents=True, exist_ok=True)
    for folder in (_temporary_dir(layout), socket_path(layout).parent):
        folder.mkdir(parents=True, exist_ok=True)
    _give_away(_temporary_dir(layout), mode=0o700)
    if run_as():
        _give_away(socket_path(layout).parent, mode=0o755)
    _write_signatures(home)
    database = OFFICIAL_BASE if official_base_is_fresh() else home / "signatures"
    options = (SOURCES / "clamd.conf").read_text(encoding="utf-8")
    places = f"LocalSocket {socket_path(layout)}\nTemporaryDirectory {_temporary_dir(layout)}\nDatabaseDirectory {database}\n"
    (home / "clamd.conf").write_text(f"{options}{places}", encoding="utf-8")


def command(layout: Layout) -> list[str]:
    """Empty the temporary folder, where a killed clamd leaves plaintext behind, then start (trust §0.3)."""
    folder = shlex.quote(str(_temporary_dir(layout)))
    clamd = f"{shlex.quote(str(tool_path('clamav')))} -c {shlex.quote(str(layout.daemons / 'clamd' / 'clamd.conf'))}"
    return ["/bin/sh", "-c", f"find {folder} -mindepth 1 -delete && exec {clamd}"]


def official_base_is_fresh() -> bool:
    """Whether freshclam's base is there and young enough for clamd to accept it."""
    daily = [OFFICIAL_BASE / f"daily.{kind}" for kind in ("cvd", "cld")]
    main = [OFFICIAL_BASE / f"main.{kind}" for kind in ("cvd", "cld")]
    youngest = max((path.stat().st_mtime for path in daily if path.exists()), default=0.0)
    return any(path.exists() for path in main) and time.time() - youngest < _OLDEST_BASE_DAYS * _DAY


def forget(layout: Layout) -> None:
    """Remove what lies outside the stack's folder."""
    shutil.rmtree(_temporary_dir(layout), ignore_errors=True)


def _temporary_dir(layout: Layout) -> Path:
    if os.access(_MEMORY_FILESYSTEM, os.W_OK):
        return _MEMORY_FILESYSTEM / f"espace-partenaires-{layout.mark}-clamd"
    return layout.daemons / "clamd" / "tmp"


def _write_signatures(home: Path) -> None:
    """EICAR is kept in base64 in the repository, so that no antivirus objects to a clone."""
    target = home / "signatures"
    target.mkdir(exist_ok=True)
    eicar = base64.b64decode((SOURCES / "eicar.base64").read_text(encoding="ascii"))
    (target / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{eicar.hex()}\n", encoding="ascii")
    shutil.copy(SOURCES / "testfile.hdb", target)


def _give_away(folder: Path, *, mode: int) -> None:
    folder.chmod(mode)
    user = run_as()
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
