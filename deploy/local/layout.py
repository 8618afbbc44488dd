"""Where a stack lives: its folder and its ports. Everything it knows is below its folder.

Two exceptions, said by `ep stack status`: as root, daemons that refuse root cannot enter a folder such as /root, so their data
goes under /var/lib; and a unix socket whose path would be too long for the kernel goes under /tmp.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PORTS = (
    "gateway", "case", "directory", "intake", "attachment", "notification", "workflows", "activities", "codec",
    "mail_page", "smtp", "temporal", "temporal_ui", "temporal_metrics", "nats", "nats_monitor", "object_store", "postgres",
)  # fmt: skip
DEFAULT_BASE = 8400
_LONGEST_SOCKET_DIR = 80  # 107 bytes for the kernel, less the longest name we put there
_OUTSIDE = Path("/var/lib/espace-partenaires")


@dataclass(frozen=True)
class Layout:
    """One stack: its folder, and the first port of its block."""

    root: Path
    base: int
    kept: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_environment(cls) -> "Layout":
        """`EP_STACK_DIR` and `EP_PORT_BASE`; without the second, a stack that exists keeps the ports it was made with."""
        root = Path(os.environ.get("EP_STACK_DIR") or REPOSITORY / ".stack").resolve()
        given = os.environ.get("EP_PORT_BASE")
        return cls(root, int(given)) if given else cls.of_folder(root) or cls(root, DEFAULT_BASE)

    @classmethod
    def of_folder(cls, root: Path) -> "Layout | None":
        """The stack that was made in this folder, with the ports it was made with; None when there is none."""
        path = root / "stack.json"
        if not path.exists():
            return None
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(root.resolve(), int(kept["base"]), kept["ports"])

    def port(self, name: str) -> int:
        """The port of that name; `EP_PORT_<NAME>` overrides the block."""
        return int(os.environ.get(f"EP_PORT_{name.upper()}") or self.kept.get(name) or self.base + PORTS.index(name))

    def url(self, name: str) -> str:
        """The address of an HTTP port of this stack."""
        return f"http://127.0.0.1:{self.port(name)}"

    @cached_property
    def logs(self) -> Path:
        """One file per process, rotated by supervisor."""
        return self.root / "logs"

    @cached_property
    def data(self) -> Path:
        """What our own user writes: the bus, the engine, objects, mail."""
        return self.root / "data"

    @cached_property
    def secrets(self) -> Path:
        """Generated once: secrets.json and one env file per process, mode 0600."""
        return self.root / "secrets"

    @cached_property
    def conf(self) -> Path:
        """Generated configuration of the daemons."""
        return self.root / "conf"

    @cached_property
    def run(self) -> Path:
        """Sockets and pid files."""
        inside = self.root / "run"
        if len(str(inside)) <= _LONGEST_SOCKET_DIR:
            return inside
        return Path(tempfile.gettempdir()) / f"espace-partenaires-{os.geteuid()}-{self.mark}"

    @cached_property
    def daemons(self) -> Path:
        """What daemons that refuse root own, when we are root; elsewhere the same as `data`."""
        if os.geteuid() != 0 or _open_to_all(self.root):
            return self.data
        return _OUTSIDE / self.mark

    @cached_property
    def daemon_run(self) -> Path:
        """Sockets of those daemons."""
        return self.run if self.daemons == self.data else self.daemons / "run"

    @cached_property
    def mark(self) -> str:
        """Eight characters that tell this folder from another."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    def keep(self) -> None:
        """Remember the ports for whoever asks without our environment."""
        ports = {name: self.port(name) for name in PORTS}
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "stack.json").write_text(json.dumps({"base": self.base, "ports": ports}, indent=1), encoding="utf-8")


def _open_to_all(folder: Path) -> bool:
    """Whether another user may walk through every existing folder above."""
    existing = (one for one in (folder, *folder.parents) if one.exists())
    return all(one.stat().st_mode & 0o001 for one in existing)
