"""Fixtures on the real components: the stack that `make test` starts, or the one named by EP_TEST_STACK (its folder)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol

import nats
import pytest
from minio import Minio
from nats.aio.client import Client as NatsClient
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from temporalio.client import Client as TemporalClient
from temporalio.converter import DataConverter

from deploy.local.object_store import REGION
from deploy.local.temporal import NAMESPACE
from tests.integration.support import DEFAULT_FOLDER, STACK_VARIABLE, RunningStack

Complaint = Callable[[Exception], Awaitable[None]]


class ConnectBus(Protocol):
    """Connects to the bus as a service."""

    async def __call__(self, service: str, error_cb: Complaint | None = None) -> NatsClient:
        """Give `error_cb` to hear what the server refuses."""


ConnectEngine = Callable[[DataConverter], Awaitable[TemporalClient]]


@pytest.fixture(scope="session")
def stack() -> RunningStack:
    """The running stack. Without one these tests say what to start, and fail."""
    found = RunningStack.find()
    if found is None:
        pytest.fail(
            f"No stack runs for the integration tests: run `make test`, or start one (`ep stack up`) and name its folder in "
            f"{STACK_VARIABLE} (looked for: {DEFAULT_FOLDER}).",
            pytrace=False,
        )
    return found


@pytest.fixture
async def connect_bus(stack: RunningStack) -> AsyncIterator[ConnectBus]:
    """Connect to the bus as a service (`ops` may do everything); closed at the end."""
    async with AsyncExitStack() as opened:

        async def connect(service: str, error_cb: Complaint | None = None) -> NatsClient:
            client = await nats.connect(
                stack.nats_url,
                nkeys_seed_str=stack.nats_seed(service),
                inbox_prefix=f"_INBOX_{service}".encode(),
                error_cb=error_cb,
            )
            opened.push_async_callback(client.close)
            return client

        yield connect


@pytest.fixture
async def open_database(stack: RunningStack) -> AsyncIterator[Callable[[str], AsyncEngine]]:
    """An engine on a service's database as its application role; disposed of at the end."""
    async with AsyncExitStack() as opened:

        def connect(service: str) -> AsyncEngine:
            engine = create_async_engine(stack.database_url(service), pool_size=2)
            opened.push_async_callback(engine.dispose)
            return engine

        yield connect


@pytest.fixture
def connect_engine(stack: RunningStack) -> ConnectEngine:
    """A client of the engine, with the converter the test wants."""

    async def connect(data_converter: DataConverter) -> TemporalClient:
        return await TemporalClient.connect(stack.temporal_address, namespace=NAMESPACE, data_converter=data_converter)

    return connect


@pytest.fixture
def open_object_store(stack: RunningStack) -> Callable[[str], Minio]:
    """A client of the object store holding the credential of one act."""

    def connect(act: str) -> Minio:
        access, secret = stack.s3_credential(act)
        return Minio(stack.s3_endpoint, access_key=access, secret_key=secret, secure=False, region=REGION)

    return connect
