"""The processes of a stack: name, group, command, and how one knows that each is ready."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from deploy.local import clamd, nats, object_store, postgres, readiness, temporal
from deploy.local.environment import SERVICES, Environments
from deploy.local.layout import Layout
from deploy.local.secret_store import SecretStore
from deploy.local.supervision import Program
from deploy.tools.find import tool_path

STORES, SERVICES_GROUP, WORKERS = "stores", "services", "workers"
GROUPS = (STORES, SERVICES_GROUP, WORKERS)
MODULES: Mapping[str, str] = {service: f"services.{service}.main" for service in SERVICES} | {
    "workflows": "workflows.main",
    "activities": "deploy.local.activities",
}
# Every process that `ep stack` knows by name.
PROCESSES: tuple[str, ...] = ("postgres", "nats", "object-store", "clamd", "mail", "temporal", *MODULES)
# Files pass through memory in pieces: without these bounds glibc keeps what it was given back (the images set the same two).
MEMORY_BOUNDS: dict[str, str] = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}
# Whatever somebody waits for on a page goes before these (ADR 16).
BACKGROUND: frozenset[str] = frozenset({"temporal", "clamd", "mail", "notification", "workflows", "activities"})
# A process that carries work to its end is given the time to finish it.
_SERVICE_STOP_SECONDS, _WORKER_STOP_SECONDS = 35, 40
Probe = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A program with its probe: None when ready, else what is missing."""

    program: Program
    probe: Probe


def parts(layout: Layout, secrets: SecretStore) -> list[Part]:
    """Every process, in the order of the groups."""
    known = [*_stores(layout, secrets), *_house(layout, secrets)]
    return [replace(part, program=replace(part.program, background=part.program.name in BACKGROUND)) for part in known]


def _stores(layout: Layout, secrets: SecretStore) -> list[Part]:
    store_env = secrets.write_env("object-store", object_store.environment(secrets))
    mail = ["--smtp-port", str(layout.port("smtp")), "--page-port", str(layout.port("mail_page"))]
    mail += ["--folder", str(layout.data / "mail")]
    nats_conf = str(nats.write_configuration(layout, secrets))
    sink = [sys.executable, "-m", "deploy.local.mail_sink", *mail]
    return [
        Part(
            Program(name="postgres", group=STORES, command=postgres.command(layout), user=postgres.run_as(), stop_signal="INT"),
            lambda: readiness.postgres(layout, secrets),
        ),
        Part(
            Program(name="nats", group=STORES, command=[str(tool_path("nats-server")), "-c", nats_conf]),
            lambda: readiness.http(f"{layout.url('nats_monitor')}/healthz"),
        ),
        Part(
            Program(name="object-store", group=STORES, command=object_store.command(layout), env_file=store_env),
            lambda: readiness.http(f"{layout.url('object_store')}/health"),
        ),
        Part(
            Program(name="clamd", group=STORES, command=clamd.command(layout), user=clamd.run_as()),
            lambda: readiness.clamd(clamd.socket_path(layout)),
        ),
        Part(Program(name="mail", group=STORES, command=sink), lambda: readiness.http(f"{layout.url('mail_page')}/livez")),
        Part(
            Program(name="temporal", group=STORES, command=temporal.command(layout)),
            lambda: readiness.tcp(layout.port("temporal")),
        ),
    ]


def _house(layout: Layout, secrets: SecretStore) -> list[Part]:
    environments = Environments(layout, secrets)
    found = []
    for name, module in MODULES.items():
        variables = environments.activities() if name == "activities" else environments.of(name)
        is_service = name in SERVICES
        program = Program(
            name=name,
            group=SERVICES_GROUP if is_service else WORKERS,
            command=[sys.executable, "-m", module],
            env_file=secrets.write_env(name, MEMORY_BOUNDS | variables),
            stop_seconds=_SERVICE_STOP_SECONDS if is_service else _WORKER_STOP_SECONDS,
        )
        found.append(Part(program, _ready_probe(layout.url(name))))
    return found


def _ready_probe(url: str) -> Probe:
    return lambda: readiness.http(f"{url}/readyz")
