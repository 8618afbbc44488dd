"""Engines for the tests of the definitions: time-skipping servers, and the record in memory behind them."""

import contextlib
import itertools
import os
import re
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.service import RPCError

from deploy.tools.java_test_server import install_test_server
from shared.contracts import search_attributes
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.integration.workflows.dossier import Dossier, Maison
from tests.integration.workflows.engine import Engine, run_workers
from tests.replay.record import RECORDING
from workflows.operators import ID_OF

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
    client = await Client.connect(address, data_converter=data_converter())
    await register_attributes(client)
    maison = Maison()
    async with run_workers(client, maison):
        yield Engine(client, maison)
        await save_histories(client, maison)


@pytest.fixture
def dossier(engine: Engine) -> Dossier:
    """A demande not opened yet."""
    return engine.maison.dossier(next(NUMEROS))


def data_converter() -> DataConverter:
    """Sealed payloads, as in production; in clear when histories are recorded for the replay gate."""
    return pydantic_data_converter if RECORDING in os.environ else build_data_converter(CODEC)


async def save_histories(client: Client, maison: Maison) -> None:
    """Keep the history of every process of the test, when the replay gate is being fed (`tests/replay/record.py`)."""
    if (prefix := os.environ.get(RECORDING)) is None:
        return
    ids = [id_of(NumeroDemande(numero)) for numero in maison.dossiers for id_of in ID_OF.values()]
    for workflow_id in ids:
        with contextlib.suppress(RPCError):  # this process was not started in this story
            history = await client.get_workflow_handle(workflow_id).fetch_history()
            keep_history(f"{prefix}.{workflow_id.partition(':')[0]}.json", history.to_json())


def keep_history(path: str, history: str) -> None:
    """Without the names and the folders of this machine."""
    nameless = re.sub(r'"identity": ?"[^"]*"', '"identity": "essai"', history)
    Path(path).write_text(re.sub(r'"stackTrace": ?"(?:[^"\\]|\\.)*"', '"stackTrace": ""', nameless), encoding="utf-8")


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
