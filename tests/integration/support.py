"""What integration and end-to-end tests need beside fixtures: the stack they run on, and waiting for a state."""

import asyncio
import inspect
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar, overload

from deploy.local import clamd, object_store, temporal
from deploy.local.environment import Environments
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.secret_store import SecretStore
from deploy.local.supervision import Supervisor
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.identity import TokenSigner

STACK_VARIABLE = "EP_TEST_STACK"
DEFAULT_FOLDER = REPOSITORY / ".stack-test"
DEADLINE = timedelta(seconds=20)
T = TypeVar("T")
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class RunningStack:
    """A started stack, as tests address it."""

    layout: Layout
    secrets: SecretStore

    @classmethod
    def find(cls) -> "RunningStack | None":
        """The stack of `EP_TEST_STACK` (its folder), else the one `make test` started; None when it does not run."""
        folder = Path(os.environ.get(STACK_VARIABLE) or DEFAULT_FOLDER)
        layout = Layout.of_folder(folder)
        if layout is None or not Supervisor(layout).is_running():
            return None
        return cls(layout, SecretStore(layout.secrets))

    @property
    def supervisor(self) -> Supervisor:
        """To stop, start and restart single processes."""
        return Supervisor(self.layout)

    def environment(self, service: str) -> dict[str, str]:
        """The variables of a process, as it is started with."""
        environments = Environments(self.layout, self.secrets)
        return environments.activities() if service == "activities" else environments.of(service)

    def database_url(self, service: str) -> str:
        """The application role's address."""
        return self.environment(service)[f"{service.upper()}_DATABASE_URL"]

    def owner_database_url(self, service: str) -> str:
        """The owner's address: migrations, and looking at rows without the perimetre where a test must."""
        return Environments(self.layout, self.secrets).migrations_of(service)[f"{service.upper()}_OWNER_DATABASE_URL"]

    def url(self, name: str) -> str:
        """The HTTP address of a service or page."""
        return self.layout.url(name)

    @property
    def nats_url(self) -> str:
        """The bus."""
        return f"nats://127.0.0.1:{self.layout.port('nats')}"

    def nats_seed(self, service: str) -> str:
        """The nkey seed of a service, or of `ops`."""
        return self.secrets.nkey_seed(f"nats_{service}")

    @property
    def temporal_address(self) -> str:
        """The engine."""
        return temporal.address(self.layout)

    @property
    def s3_endpoint(self) -> str:
        """The object store, host:port."""
        return f"127.0.0.1:{self.layout.port('object_store')}"

    def s3_credential(self, act: str) -> tuple[str, str]:
        """Access key and secret key of one act: upload, scan, serve, purge."""
        return object_store.credential(self.secrets, act)

    @property
    def clamd_socket(self) -> Path:
        """The antivirus."""
        return clamd.socket_path(self.layout)

    @property
    def messages_url(self) -> str:
        """Every e-mail received, newest first, as JSON."""
        return f"{self.layout.url('mail_page')}/messages.json"


class Fronts:
    """Says who acts as the front where such a person signs in: people of a structure at the gateway, everybody else at case."""

    def __init__(self, secrets: SecretStore, clock: Clock) -> None:
        self._gateway, self._case = (TokenSigner(secrets.private_jwk(f"token_{front}", front), clock) for front in ("gateway", "case"))

    def bearer(self, person: Perimetre, audience: str) -> dict[str, str]:
        """The header of a request to that service."""
        signer = self._gateway if person.is_partner else self._case
        return {"Authorization": f"Bearer {signer.for_person(person, audience)}"}


@overload
async def wait_for(state: Callable[[], Awaitable[T | None]], deadline: timedelta = DEADLINE, every: float = _POLL_SECONDS) -> T: ...
@overload
async def wait_for(state: Callable[[], T | None], deadline: timedelta = DEADLINE, every: float = _POLL_SECONDS) -> T: ...
async def wait_for(state: Callable[[], Awaitable[T | None] | T | None], deadline: timedelta = DEADLINE, every: float = _POLL_SECONDS) -> T:
    """Wait until `state()` is true, and return it: a level, not an edge. `every`: seconds between two looks.

    Raises: AssertionError with the last value seen when the deadline passes.
    """
    end = time.monotonic() + deadline.total_seconds()
    while True:
        seen = state()
        value = await seen if inspect.isawaitable(seen) else seen
        if value:
            return value
        if time.monotonic() > end:
            message = f"not reached within {deadline.total_seconds():.0f} s; last seen: {value!r}"
            raise AssertionError(message)
        await asyncio.sleep(every)
