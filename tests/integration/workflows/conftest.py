"""Engines for the tests of the definitions: the time-skipping server, and the real one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from deploy.tools.java_test_server import install_test_server
from shared.contracts import search_attributes
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.integration.workflows.dossier import Dossier, Maison
from tests.integration.workflows.engine import Engine, run_workers

NUMERO = "2606100012"
START_TIMEOUT = timedelta(seconds=40)
CODEC = KeyRingCodec({"essai": b"0" * 32}, "essai", "default")


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    """A server whose time skips, one per test: its clock is global."""
    wrapper = await asyncio.to_thread(install_test_server)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(wrapper),
        test_server_startup_timeout=START_TIMEOUT,
        data_converter=build_data_converter(CODEC),
    ) as env:
        await register_attributes(env)
        maison = Maison()
        async with run_workers(env.client, maison):
            yield Engine(env, maison)


@pytest.fixture
def dossier(engine: Engine) -> Dossier:
    """A demande not opened yet."""
    return engine.maison.dossier(NUMERO)


async def register_attributes(env: WorkflowEnvironment) -> None:
    """The server refuses a search attribute it does not know, for ever."""
    types = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in search_attributes.ALL}
    await env.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=types)
    )
