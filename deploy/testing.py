"""`make test`, once tools and environment are there: the tests that need nothing, then those that need a stack of their own.

The stack is made fresh (own folder, own ports), seeded, and stopped afterwards. Every phase runs, and any failure is the result;
the last line counts everything.
"""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from deploy.local.layout import PORTS, REPOSITORY, Layout
from deploy.local.readiness import NotReadyError
from deploy.local.stack import Stack, StackError
from deploy.tools.console import ToolError, say

FOLDER = REPOSITORY / ".stack-test"
_FIRST_BASE, _LAST_BASE = 8600, 8980
_NOTHING_NEEDED = ("unit", "property", "architecture", "contract", "replay")
_STACK_NEEDED = ("integration", "e2e", "chaos")
_NO_TEST_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of pytest said."""

    name: str
    code: int
    passed: int
    failed: int
    skipped: int


def main(arguments: Sequence[str], *, alone: Sequence[str] = _NOTHING_NEEDED, on_stack: Sequence[str] = _STACK_NEEDED) -> int:
    """Run both phases, `alone` and `on_stack` naming their folders; `arguments` go to pytest, e.g. `-x` or `-k nouveau`."""
    outcomes = [_pytest("without a stack", alone, {}, [*arguments, "-n", "2", "--dist", "loadfile"])] if alone else []
    with _only_one_run():
        Stack(Layout(FOLDER, _FIRST_BASE), say).reset()  # whatever the last run left
        stack = Stack(Layout(FOLDER, _free_base()), say)
        try:
            stack.up()
            _seed(stack)
        except (StackError, ToolError, NotReadyError, subprocess.CalledProcessError) as error:
            say(f"\nThe test stack cannot be started: {error}")
            outcomes.append(Outcome("with the stack", 1, 0, 1, 0))
        else:
            # One run each, in this order: what one folder does to the whole stack (sessions ended, processes killed) meets no other.
            outcomes += [_pytest(folder, (folder,), {"EP_TEST_STACK": str(FOLDER)}, arguments) for folder in on_stack]
        finally:
            stack.down()
    return _conclude(outcomes)


def _pytest(name: str, folders: Sequence[str], variables: dict[str, str], arguments: Sequence[str]) -> Outcome:
    present = [f"tests/{folder}" for folder in folders if any((REPOSITORY / "tests" / folder).rglob("test_*.py"))]
    report = REPOSITORY / "test-results" / f"{name.replace(' ', '-')}.xml"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    say(f"\n=== tests {name}: {' '.join(present)}")
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *present, *arguments]
    code = subprocess.run(command, cwd=REPOSITORY, env=os.environ | variables, check=False).returncode
    return _read(name, code, report)


def _read(name: str, code: int, report: Path) -> Outcome:
    if not report.exists():
        return Outcome(name, code or 1, 0, 1, 0)
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest a moment ago
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in suites:
        for key in counts:
            counts[key] += int(suite.get(key, 0))
    failed = counts["failures"] + counts["errors"]
    return Outcome(name, code, counts["tests"] - failed - counts["skipped"], failed, counts["skipped"])


def _conclude(outcomes: Sequence[Outcome]) -> int:
    for one in outcomes:
        say(f"{one.name}: {one.passed} passed, {one.failed} failed, {one.skipped} skipped" + _why(one))
    passed, failed, skipped = (sum(getattr(one, key) for one in outcomes) for key in ("passed", "failed", "skipped"))
    wrong = any(one.code for one in outcomes)
    say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if wrong or failed else 0


def _why(outcome: Outcome) -> str:
    if outcome.code == _NO_TEST_COLLECTED:
        return " (no test was found: that is a failure)"
    return f" (pytest ended with code {outcome.code})" if outcome.code and not outcome.failed else ""


def _seed(stack: Stack) -> None:
    variables = {"EP_STACK_DIR": str(stack.layout.root), "EP_PORT_BASE": str(stack.layout.base)}
    command = [sys.executable, "-m", "deploy.cli", "seed", "demo", "--if-empty"]
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | variables, check=True)


def _free_base() -> int:
    """A block of ports nobody listens on: another run, or a development stack, may be there."""
    if given := os.environ.get("EP_TEST_PORT_BASE"):
        return int(given)
    for base in range(_FIRST_BASE, _LAST_BASE, 20):
        if all(_is_free(base + offset) for offset in range(len(PORTS))):
            return base
    message = f"no free block of {len(PORTS)} ports between {_FIRST_BASE} and {_LAST_BASE}: set EP_TEST_PORT_BASE"
    raise StackError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def _only_one_run() -> Iterator[None]:
    """The test stack has one folder: a second run waits for the first."""
    with (REPOSITORY / ".stack-test.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another `make test` is under way, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
