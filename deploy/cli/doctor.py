"""`ep doctor`: every prerequisite, and what to do for the missing ones."""

import platform
import shutil
import socket
import sys

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.layout import PORTS, Layout
from deploy.local.supervision import Supervisor
from deploy.tools.find import cache_dir
from deploy.tools.install import report
from deploy.tools.java_test_server import test_server_path
from deploy.tools.manifest import load_manifest

app = typer.Typer(invoke_without_command=True)
_ROOM_GB = 3  # a stack with its logs, and the binaries; 6 while the engine is being built
_GIGA = 1024**3
_TESTS_ONLY = "(tests only: ep tools install --tests)"


@app.callback()
def doctor() -> None:
    """Exit code 1 when something is missing."""
    layout = Layout.from_environment()
    rows = [_python(), *_tools(), _test_server(), *_ports(layout), _disk(layout)]
    table = Table("what", "found", "to do")
    for what, found, to_do in rows:
        table.add_row(what, found, f"[red]{to_do}[/red]" if to_do else "")
    Console().print(table)
    if any(to_do for _, _, to_do in rows):
        raise typer.Exit(1)


def _python() -> tuple[str, str, str]:
    version = platform.python_version()
    return "python", f"{version} ({sys.executable})", "" if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed"


def _tools() -> list[tuple[str, str, str]]:
    only_for_tests = {package.name for package in load_manifest().packages if package.tests_only}
    rows = []
    for name, place, what in report():
        if not place and name in only_for_tests:
            rows.append((name, f"- {_TESTS_ONLY}", ""))
        else:
            rows.append((name, place or "-", "" if place else f"ep tools install ({what})"))
    return rows


def _test_server() -> tuple[str, str, str]:
    path = test_server_path()
    # Only the tests need it, and `make test` brings it: not an obstacle.
    return "temporal-test-server", str(path) if path.exists() else f"- {_TESTS_ONLY}", ""


def _ports(layout: Layout) -> list[tuple[str, str, str]]:
    if Supervisor(layout).is_running():
        return [("ports", f"{layout.base} and up: this stack runs", "")]
    taken = [name for name in PORTS if _is_taken(layout.port(name))]
    if not taken:
        return [("ports", f"{layout.base} to {layout.base + len(PORTS) - 1} are free", "")]
    named = ", ".join(f"{layout.port(name)} ({name})" for name in taken)
    return [("ports", f"taken: {named}", "set EP_PORT_BASE, or EP_PORT_<NAME> for one of them")]


def _disk(layout: Layout) -> tuple[str, str, str]:
    existing = next(folder for folder in (layout.root, *layout.root.parents) if folder.exists())
    free = min(shutil.disk_usage(place).free for place in (existing, _existing_cache()))
    return "disk", f"{free // _GIGA} GB free", "" if free > _ROOM_GB * _GIGA else f"{_ROOM_GB} GB are needed"


def _existing_cache() -> str:
    return str(next(folder for folder in (cache_dir(), *cache_dir().parents) if folder.exists()))


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
