"""Engines for the tests of the definitions: time-skipping servers, and the record in memory behind them."""

import itertools
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client

from deploy.tools.java_test_server import install_test_server
from shared.contracts import search_attributes
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.integration.workflows.dossier import Dossier, Maison
from tests.integration.workflows.engine import Engine, run_workers

START_S = 40
CODEC = KeyRingCodec({"essai": b"0" * 32}, "essai", "default")
NUMEROS = (f"26061{rang:05}" for rang in itertools.count(1))


class Servers:
    """Time-skipping servers, one per test (its clock is global, and an unfinished run holds it): the next starts ahead."""

    def __init__(self) -> None:
        self._wrapper = install_test_server()
        self._started: list[subprocess.Popen[bytes]] = []
        self._next = self._start()

    def take(self) -> int:
        """The port of a fresh server. Raises: TimeoutError."""
        port, self._next = self._next, self._start()
        wait_for_port(port)
        return port

    def close(self) -> None:
        """Stop every server."""
        for server in self._started:
            server.kill()
            server.wait()

    def _start(self) -> int:
        for server in self._started[:-1]:
            server.kill()
        port = free_port()
        self._started.append(subprocess.Popen([self._wrapper, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return port


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The stable of time-skipping servers (temporal §3.2)."""
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture
async def engine(servers: Servers) -> AsyncIterator[Engine]:
    """A server whose time skips, with the definitions and an empty record behind it."""
    address = f"127.0.0.1:{servers.take()}"
    client = await Client.connect(address, data_converter=build_data_converter(CODEC))
    await register_attributes(client)
    maison = Maison()
    async with run_workers(client, maison):
        yield Engine(client, maison)


@pytest.fixture
def dossier(engine: Engine) -> Dossier:
    """A demande not opened yet."""
    return engine.maison.dossier(next(NUMEROS))


async def register_attributes(client: Client) -> None:
    """The server refuses a search attribute it does not know, for ever."""
    types = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in search_attributes.ALL}
    await client.operator_service.add_search_attributes(AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int) -> None:
    """Return once somebody listens. Raises: TimeoutError."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    message = "the time-skipping server does not start"
    raise TimeoutError(message)
