"""supervisor (the PyPI package) keeps the processes: its configuration, and its XML-RPC over a unix socket.

Nothing starts by itself: `stack` starts one group after the other and waits for readiness between them.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy.local.layout import REPOSITORY, Layout

_START_SECONDS = 15
_STOP_SECONDS = 90
_ORPHAN_SECONDS = 40
_BACKGROUND_NICE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process of the stack, as supervisor starts it. `background`: nobody waits for it, so whatever somebody waits for goes first."""

    name: str
    group: str
    command: Sequence[str]
    env_file: Path | None = None
    user: str | None = None
    background: bool = False
    stop_signal: str = "TERM"
    stop_seconds: int = 35


class Supervisor:
    """The running supervisor of one stack."""

    def __init__(self, layout: Layout) -> None:
        """Nothing is started yet: `start` does."""
        self._layout = layout
        self._socket = layout.run / "supervisor.sock"
        self._configuration = layout.conf / "supervisord.conf"

    def is_running(self) -> bool:
        """Whether a supervisor answers on our socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket))
            except OSError:
                return False
        return True

    def start(self, programs: Sequence[Program]) -> None:
        """Start it, or give it the new configuration: what changed is stopped, and started again by its group."""
        write_configuration(self._layout, self._configuration, self._socket, programs)
        if self.is_running():
            self._reload()
            return
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", self._configuration],
            check=True,
            env=environment,
            cwd=REPOSITORY,
        )
        _wait_until(self.is_running, _START_SECONDS)

    def start_group(self, group: str) -> None:
        """Start every process of the group that does not run."""
        for name, info in self.states().items():
            if info["group"] == group and info["statename"] not in {"RUNNING", "STARTING", "BACKOFF"}:
                self._start(name)

    def restart(self, name: str) -> None:
        """Stop a process if it runs, then start it."""
        self.stop_process(name)
        self.start_process(name)

    def stop_process(self, name: str) -> None:
        """Stop one process if it runs, and wait for its end."""
        with _already("NOT_RUNNING"):
            self._ask("stopProcess", self.full_name(name), True)  # wait

    def start_process(self, name: str) -> None:
        """Start one process if it does not run, without waiting: supervisor may have done it after a kill."""
        self._start(self.full_name(name))

    def _start(self, full_name: str) -> None:
        with _already("ALREADY_STARTED"):
            self._ask("startProcess", full_name, False)  # do not wait

    def signal(self, name: str, signal: str) -> int | None:
        """Send a signal to one process if it runs. Returns the pid that got it; None when it is not running (yet)."""
        pid = self.pid(name)
        if pid is not None:
            self._ask("signalProcess", self.full_name(name), signal)
        return pid

    def pid(self, name: str) -> int | None:
        """The pid of a process that runs: for a second after a start, supervisor does not say so yet."""
        info = self.states()[self.full_name(name)]
        return int(info["pid"]) if info["statename"] == "RUNNING" else None

    def full_name(self, name: str) -> str:
        """The `group:name` of a process (KeyError: no such process)."""
        return {full.split(":")[-1]: full for full in self.states()}[name]

    def states(self) -> dict[str, dict[str, str]]:
        """`group:name` → what supervisor knows of it."""
        answer: Any = self._ask("getAllProcessInfo")  # XML-RPC is untyped
        return {f"{info['group']}:{info['name']}": info for info in answer}

    def stop(self, groups: Iterable[str]) -> None:
        """Stop the groups in this order, then supervisor itself."""
        if not self.is_running():
            return
        known = {info["group"] for info in self.states().values()}
        for group in groups:
            if group in known:
                self._ask("stopProcessGroup", group, True)  # wait
        self._ask("shutdown")
        _wait_until(lambda: not self.is_running(), _STOP_SECONDS)

    def end_orphans(self) -> None:
        """A supervisor that was killed leaves its processes behind, and they hold our ports: end them first."""
        mark = f"SUPERVISOR_SERVER_URL=unix://{self._socket}".encode()
        orphans = [pid for pid, environment in _environments() if mark in environment and _parent_of(pid) == 1]
        for pid in orphans:
            # PostgreSQL waits for its clients on TERM; INT ends it at once, cleanly. The others take both as an order to end.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        _wait_until(lambda: not any(_is_alive(pid) for pid in orphans), _ORPHAN_SECONDS)

    def _reload(self) -> None:
        answer: Any = self._ask("reloadConfig")  # XML-RPC is untyped
        added, changed, removed = answer[0]
        for group in [*removed, *changed]:
            self._ask("stopProcessGroup", group, True)  # wait
            self._ask("removeProcessGroup", group)
        for group in [*added, *changed]:
            self._ask("addProcessGroup", group)

    def _ask(self, method: str, *arguments: object) -> Any:  # XML-RPC is untyped
        """One call, its socket closed afterwards."""
        with ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{self._socket}")) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)


def write_configuration(layout: Layout, path: Path, socket_path: Path, programs: Sequence[Program]) -> None:
    """supervisord.conf: no secret in it, they are in the env files that the programs source."""
    groups: dict[str, list[str]] = {}
    for program in programs:
        groups.setdefault(program.group, []).append(program.name)
    sections = [
        f"[unix_http_server]\nfile={socket_path}\nchmod=0700",
        (
            f"[supervisord]\nlogfile={layout.logs}/supervisord.log\nlogfile_maxbytes=5MB\nlogfile_backups=1\n"
            f"pidfile={layout.run}/supervisord.pid\nchildlogdir={layout.logs}\ndirectory={REPOSITORY}\nminfds=4096\n"
            + ("user=root\n" if os.geteuid() == 0 else "")
        ),
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
        *(_program_section(layout, program) for program in programs),
        *(f"[group:{group}]\nprograms={','.join(names)}" for group, names in groups.items()),
    ]
    path.write_text("\n\n".join(sections).replace("%", "%%") + "\n", encoding="utf-8")
    path.chmod(0o600)


def shell_command(program: Program) -> str:
    """The command as one line; with an env file, a shell sources it and becomes the process."""
    line = shlex.join(["nice", "-n", str(_BACKGROUND_NICE), *program.command] if program.background else program.command)
    if program.env_file is None:
        return line
    script = f"set -a; . {shlex.quote(str(program.env_file))}; set +a; exec {line}"
    return f"/bin/sh -c {shlex.quote(script)}"


def _program_section(layout: Layout, program: Program) -> str:
    lines = [
        f"[program:{program.name}]",
        f"command={shell_command(program)}",
        f"directory={'/' if program.user else REPOSITORY}",
        "autostart=false",
        "autorestart=true",
        "startsecs=1",
        "startretries=30",
        f"stopsignal={program.stop_signal}",
        f"stopwaitsecs={program.stop_seconds}",
        "killasgroup=true",
        f"stdout_logfile={layout.logs}/{program.name}.log",
        "redirect_stderr=true",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=2",
        "umask=0027" if program.user is None else "umask=0077",
    ]
    if program.user:
        lines.append(f"user={program.user}")
    return "\n".join(lines)


@contextmanager
def _already(fault_name: str) -> Iterator[None]:
    """What was asked for is so already: that is no error."""
    try:
        yield
    except Fault as fault:
        if not fault.faultString.startswith(fault_name):
            raise


def _environments() -> Iterator[tuple[int, bytes]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            yield int(folder.name), (folder / "environ").read_bytes()


def _parent_of(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_until(reached: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            message = f"supervisor did not answer within {seconds:.0f} s: see logs/supervisord.log in the stack's folder"
            raise TimeoutError(message)
        time.sleep(0.1)
