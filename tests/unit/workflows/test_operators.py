"""What an operator is told when the engine does not answer."""

from typing import cast

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from shared.kernel.errors import DependencyUnavailableError
from shared.kernel.identifiers import NumeroDemande
from workflows.operators import rebuild


class SilentEngine:
    """Ends nothing."""

    def get_workflow_handle(self, _workflow_id: str) -> "SilentEngine":
        return self

    async def terminate(self, _reason: str) -> None:
        raise RPCError("no answer", RPCStatusCode.UNAVAILABLE, b"")


async def test_an_engine_that_does_not_answer_is_a_dependency_that_is_down() -> None:
    with pytest.raises(DependencyUnavailableError):
        await rebuild(cast(Client, SilentEngine()), NumeroDemande("2606100012"))
