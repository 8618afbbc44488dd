"""What runs, where, and with which accounts one signs in."""

from dataclasses import asdict, dataclass

import yaml
from rich.console import Console
from rich.table import Column, Table

from deploy.local.layout import PORTS, REPOSITORY, Layout
from deploy.local.programs import parts
from deploy.local.secret_store import SecretStore
from deploy.local.supervision import Supervisor
from deploy.tools.console import ToolError

COMPTES = REPOSITORY / "deploy" / "demo" / "comptes.yaml"
_PAGES = {
    "gateway": "espace partenaire",
    "case": "poste de travail des agents",
    "temporal_ui": "Temporal",
    "mail_page": "courriels envoyés",
    "nats_monitor": "NATS",
}


@dataclass(frozen=True, slots=True)
class Health:
    """One process: supervisor's word and the probe's."""

    name: str
    state: str
    ready: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Status:
    """One stack, as found."""

    folder: str
    running: bool
    ports: dict[str, int]
    urls: dict[str, str]
    processes: list[Health]
    accounts: list[dict[str, str]]

    @property
    def is_ready(self) -> bool:
        """Whether the stack runs and everything in it is ready."""
        return self.running and all(process.ready for process in self.processes)

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return asdict(self) | {"ready": self.is_ready}


def read(layout: Layout) -> Status:
    """Ask supervisor and every probe."""
    supervisor = Supervisor(layout)
    running = supervisor.is_running()
    return Status(
        folder=str(layout.root),
        running=running,
        ports={name: layout.port(name) for name in PORTS},
        urls={name: layout.url(name) for name in _PAGES},
        processes=_processes(layout, supervisor) if running else [],
        accounts=demo_accounts(),
    )


def demo_accounts() -> list[dict[str, str]]:
    """The accounts of the demonstration, as the seed creates them."""
    if not COMPTES.exists():
        return []
    declared = yaml.safe_load(COMPTES.read_text(encoding="utf-8"))
    password = declared["mot_de_passe"]
    keys = ("courriel", "role", "caisse", "structure")
    return [{key: str(compte[key]) for key in keys if key in compte} | {"mot_de_passe": password} for compte in declared["comptes"]]


def show(status: Status) -> None:
    """For people."""
    console = Console()
    if not status.running:
        console.print(f"No stack runs in {status.folder}. Start it with: make up")
        return
    processes = Table("process", "state", "ready", title=status.folder, title_justify="left")
    for one in status.processes:
        processes.add_row(one.name, one.state, "yes" if one.ready else f"[red]no[/red] {one.detail}")
    console.print(processes)
    pages = Table("page", "address")
    for name, url in status.urls.items():
        pages.add_row(_PAGES[name], url)
    console.print(pages)
    accounts = Table(Column("account", no_wrap=True, overflow="fold"), "role", "caisse", "structure")  # one copies an account: never cut
    for account in status.accounts:
        accounts.add_row(*(account.get(key, "") for key in ("courriel", "role", "caisse", "structure")))
    if status.accounts:
        console.print(accounts)
        console.print(f"password of every demo account: {status.accounts[0]['mot_de_passe']}")


def _processes(layout: Layout, supervisor: Supervisor) -> list[Health]:
    states = {name.split(":")[-1]: info["statename"] for name, info in supervisor.states().items()}
    try:
        probes = {part.program.name: part.probe for part in parts(layout, SecretStore(layout.secrets))}
    except ToolError as error:
        return [Health(name, state, ready=False, detail=str(error)) for name, state in states.items()]
    found = []
    for name, state in states.items():
        reason = probes[name]() if state == "RUNNING" and name in probes else "not running"
        found.append(Health(name, state, ready=reason is None, detail=reason or ""))
    return found
