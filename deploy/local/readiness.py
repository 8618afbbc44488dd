"""Is it ready? Each probe answers None, or in a few words what is missing."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from deploy.local import postgres as records
from deploy.local.layout import Layout
from deploy.local.secret_store import SecretStore

_PROBE_SECONDS = 3.0
_POLL_SECONDS = 0.2


class NotReadyError(Exception):
    """Something did not become ready in time. `missing`: name → what is missing."""

    def __init__(self, missing: Mapping[str, str], seconds: float) -> None:
        """Say which, and for how long one waited."""
        self.missing = dict(missing)
        details = "; ".join(f"{name}: {reason}" for name, reason in missing.items())
        super().__init__(f"not ready after {seconds:.0f} s: {details}")


def wait_ready(probes: Mapping[str, Callable[[], str | None]], *, seconds: float) -> None:
    """Wait until every probe is satisfied.

    Raises: NotReadyError.
    """
    deadline = time.monotonic() + seconds
    waiting = dict(probes)
    while waiting:
        missing = {name: reason for name, probe in waiting.items() if (reason := probe()) is not None}
        waiting = {name: waiting[name] for name in missing}
        if missing and time.monotonic() > deadline:
            raise NotReadyError(missing, seconds)
        if waiting:
            time.sleep(_POLL_SECONDS)


def tcp(port: int) -> str | None:
    """Somebody listens on this port of the loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=_PROBE_SECONDS).close()
    except OSError:
        return f"nothing listens on port {port}"
    return None


def http(url: str) -> str | None:
    """The address answers 200; otherwise what it says."""
    try:
        with urllib.request.urlopen(url, timeout=_PROBE_SECONDS):  # noqa: S310 - addresses of this stack
            return None
    except urllib.error.HTTPError as error:
        return f"{url} says {error.code}: {error.read(300).decode('utf-8', 'replace')}"
    except OSError:
        return f"{url} does not answer"


def clamd(path: Path) -> str | None:
    """The antivirus answers PING."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PROBE_SECONDS)
        try:
            connection.connect(str(path))
            connection.sendall(b"zPING\0")
            answer = connection.recv(16)
        except OSError:
            return f"{path} does not answer"
    return None if answer == b"PONG\0" else f"{path} answers {answer!r}"


def postgres(layout: Layout, secrets: SecretStore) -> str | None:
    """The cluster accepts connections."""
    try:
        records.admin_connection(layout, secrets).close()
    except psycopg.OperationalError:
        return f"PostgreSQL does not accept connections on port {layout.port('postgres')}"
    return None
