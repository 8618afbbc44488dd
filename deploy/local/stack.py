"""Up and down: the groups in order, each ready before the next; settling in between is idempotent.

1 stores · 2 roles, streams, buckets, namespace, migrations · 3 services · 4 workers.
"""

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local import clamd, nats, object_store, postgres, temporal
from deploy.local.environment import SERVICES, Environments
from deploy.local.layout import PORTS, REPOSITORY, Layout
from deploy.local.marks import Marks, digest
from deploy.local.programs import GROUPS, PROCESSES, SERVICES_GROUP, STORES, WORKERS, Part, parts
from deploy.local.readiness import NotReadyError, tcp, wait_ready
from deploy.local.secret_store import SecretStore
from deploy.local.supervision import Supervisor

_STORES_SECONDS, _HOUSE_SECONDS = 120.0, 180.0
_LINES_SHOWN = 8
Say = Callable[[str], None]


class StackError(Exception):
    """The stack cannot be brought to the asked state; the message says what to look at."""


class Stack:
    """One stack, in its folder."""

    def __init__(self, layout: Layout, say: Say) -> None:
        """`say` is told each step, in a short line."""
        self.layout, self._say = layout, say
        self.supervisor = Supervisor(layout)
        self.marks = Marks(layout.data / "given.json")

    def up(self, *, groups: Sequence[str] = GROUPS) -> None:
        """Start what does not run, settle, wait until everything asked for is ready.

        Raises: StackError, ToolError.
        """
        with self._alone():
            self._up(groups)

    def _up(self, groups: Sequence[str]) -> None:
        started = time.monotonic()
        secrets = self._prepare()
        self._check_ports()
        known = self._configure(secrets)
        self._start(STORES, known, _STORES_SECONDS)
        self._settle(secrets)
        for group in (SERVICES_GROUP, WORKERS):
            if group in groups:
                self._start(group, known, _HOUSE_SECONDS)
        self._say(f"ready in {time.monotonic() - started:.0f} s")

    def down(self) -> None:
        """Stop everything, workers first, stores last. State stays."""
        self.supervisor.stop(reversed(GROUPS))

    def reset(self) -> None:
        """Stop, and forget everything: records, facts, files, secrets."""
        self.down()
        clamd.forget(self.layout)
        for folder in {self.layout.run, self.layout.daemons, self.layout.root}:
            shutil.rmtree(folder, ignore_errors=True)

    def restart(self, names: Sequence[str]) -> None:
        """Restart these processes with today's code and configuration, and wait until they are ready.

        Raises: StackError, with the names there are, before anything is stopped.
        """
        check_names(names)
        secrets = self._prepare()
        known = self._configure(secrets)
        for name in names:
            self.supervisor.restart(name)
        self._wait({part.program.name: part.probe for part in known if part.program.name in names}, _HOUSE_SECONDS)

    def migrate(self, *, only_changed: bool = False) -> None:
        """Bring the tables of every service to today's version, two at a time.

        `only_changed`: leave out a service whose migrations are those this stack applied last; asking Alembic costs seconds.
        Raises: StackError with what Alembic said.
        """
        environments = Environments(self.layout, SecretStore(self.layout.secrets))
        today = {service: digest([REPOSITORY / "services" / service / "store" / "migrations"]) for service in SERVICES}
        due = [service for service in SERVICES if not (only_changed and self.marks.holds(service, today[service]))]
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda service: _migrate(service, environments.migrations_of(service)), due))
        self.marks.keep(today)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at once would start everything twice: the second waits."""
        self.layout.root.mkdir(parents=True, exist_ok=True)
        with (self.layout.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> SecretStore:
        layout = self.layout
        for folder in (layout.root, layout.logs, layout.data, layout.conf, layout.run):
            folder.mkdir(parents=True, exist_ok=True)
        layout.keep()
        if layout.daemons != layout.data:
            layout.daemons.mkdir(parents=True, exist_ok=True)
            self._say(f"PostgreSQL and ClamAV refuse root and cannot enter {layout.root}: their data is in {layout.daemons}")
        secrets = SecretStore(layout.secrets)
        postgres.prepare(layout, secrets)
        clamd.prepare(layout)
        object_store.prepare(layout)
        return secrets

    def _check_ports(self) -> None:
        """Whoever else listens there would be taken for ours."""
        if self.supervisor.is_running():
            return
        self.supervisor.end_orphans()
        taken = [f"{self.layout.port(name)} ({name})" for name in PORTS if tcp(self.layout.port(name)) is None]
        if taken:
            message = f"Another program listens on {', '.join(taken)}: set EP_PORT_BASE, or EP_PORT_<NAME> for one of them."
            raise StackError(message)

    def _configure(self, secrets: SecretStore) -> list[Part]:
        """Give supervisor today's programs, and the bus today's rights: it reads them again without a restart."""
        rights = self.layout.conf / "nats.conf"
        before = rights.read_bytes() if rights.exists() else None
        known = parts(self.layout, secrets)
        self.supervisor.start([part.program for part in known])
        if before is not None and rights.read_bytes() != before:
            self.supervisor.signal("nats", "HUP")
        return known

    def _settle(self, secrets: SecretStore) -> None:
        """Roles first, then everything that does not depend on each other at once."""
        postgres.apply_roles(
            lambda database: postgres.admin_connection(self.layout, secrets, database),
            lambda role: secrets.password(f"postgres_{role}"),
        )
        bus = f"nats://127.0.0.1:{self.layout.port('nats')}"
        steps: tuple[Callable[[], None], ...] = (
            lambda: self.migrate(only_changed=True),
            lambda: asyncio.run(nats.apply_declaration(bus, secrets.nkey_seed(f"nats_{nats.OPS}"))),
            lambda: object_store.apply_rights(self.layout, secrets),
            lambda: asyncio.run(temporal.apply_namespace(temporal.address(self.layout))),
        )
        with ThreadPoolExecutor(max_workers=len(steps)) as pool:
            for future in [pool.submit(step) for step in steps]:
                future.result()
        self._say("tables, streams, buckets and namespace are as declared")

    def _start(self, group: str, known: Sequence[Part], seconds: float) -> None:
        members = {part.program.name: part.probe for part in known if part.program.group == group}
        self.supervisor.start_group(group)
        self._wait(members, seconds)
        self._say(f"{group}: {', '.join(members)}")

    def _wait(self, probes: dict[str, Callable[[], str | None]], seconds: float) -> None:
        try:
            wait_ready(probes, seconds=seconds)
        except NotReadyError as error:
            logs = "\n".join(_last_lines(self.layout.logs / f"{name}.log") for name in error.missing)
            message = f"{error}\n{logs}"
            raise StackError(message) from error


def check_names(names: Sequence[str]) -> None:
    """Raises: StackError when one of them is no process of a stack."""
    if unknown := [name for name in names if name not in PROCESSES]:
        message = f"No process is called {', '.join(unknown)}: there are {', '.join(PROCESSES)}."
        raise StackError(message)


def _last_lines(log: Path) -> str:
    if not log.exists():
        return f"{log}: not written yet"
    return f"{log}:\n" + "\n".join(f"    {line}" for line in log.read_text("utf-8", "replace").splitlines()[-_LINES_SHOWN:])


def _migrate(service: str, variables: dict[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", f"services.{service}.cli", "migrate"],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        message = f"The migrations of {service} failed:\n{(answer.stderr or answer.stdout).strip()[-3000:]}"
        raise StackError(message)
