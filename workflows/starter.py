"""The starter: turns the facts of case into "look again" for the process of a demande, starting it when it is not there.

It reads the number and nothing else. It listens to the facts of case only, published after case's own transaction: what the
process then reads is never older than the signal (temporal §4.1). Nothing that a person does waits for it.
"""

import asyncio
from datetime import timedelta
from typing import Final

from pydantic import ValidationError
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from shared.contracts import search_attributes, task_queues, workflow_ids, workflow_types
from shared.contracts.evenements import Enveloppe, FaitDemande, fact_of
from shared.contracts.workflows import DemandeInput
from shared.kernel.errors import ContractError, DependencyTimeoutError, DependencyUnavailableError
from shared.kernel.identifiers import NumeroDemande, caisse_of
from shared.plumbing.nats_bus import Bus, Consumer

STREAM: Final = "EVT_DEMANDE"
DURABLE: Final = "workflows__tell_traitement"
_RPC_TIMEOUT: Final = timedelta(seconds=5)
_DEADLINE_S: Final = 8.0  # against a server that accepts and stays silent, where no timeout of the client works
_PASSING: Final = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.CANCELLED,
)


class EngineRefusedError(ContractError):
    """The engine will never take this signal: the message goes to the dead letters."""

    code = "engine-refused"

    def __init__(self, numero: NumeroDemande) -> None:
        super().__init__(f"the engine refuses to start the process of {numero}")
        self.numero = numero


async def tell_traitement(client: Client, numero: NumeroDemande, fait: str) -> None:
    """Tell the process of this demande to look again, under the fact's name; idempotent, in any order.

    A finished demande gets a run that reads, finds nothing to do and ends: a reopening needs no other gesture.
    Raises: DependencyError while the engine does not answer, EngineRefusedError.
    """
    try:
        await asyncio.wait_for(_signal_with_start(client, numero, fait), _DEADLINE_S)
    except TimeoutError as error:
        raise DependencyTimeoutError("Temporal", "take a signal") from error
    except RuntimeError as error:  # a lazy connection fails with this, not with RPCError
        raise DependencyUnavailableError("Temporal", "take a signal") from error
    except WorkflowAlreadyStartedError as error:  # started by another signal at the same instant: the next try finds it
        raise DependencyUnavailableError("Temporal", "take a signal") from error
    except RPCError as error:
        if error.status in _PASSING:
            raise DependencyUnavailableError("Temporal", "take a signal") from error
        raise EngineRefusedError(numero) from error


async def _signal_with_start(client: Client, numero: NumeroDemande, fait: str) -> None:
    await client.start_workflow(
        workflow_types.TRAITEMENT_DEMANDE,
        DemandeInput(numero=numero),
        id=workflow_ids.traitement_demande(numero),
        task_queue=task_queues.WORKFLOWS,
        start_signal=fait,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(search_attributes.NUMERO, numero),
                SearchAttributePair(search_attributes.CAISSE, caisse_of(numero)),
            ]
        ),
        static_summary=f"Demande {numero}",
        rpc_timeout=_RPC_TIMEOUT,
    )


class Starter:
    """The reader of the facts that wake a process."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def handle(self, enveloppe: Enveloppe) -> None:
        """One fact. Raises: ContractError when it names no demande, DependencyError."""
        try:
            fait = FaitDemande.model_validate(enveloppe.data)
        except ValidationError as error:
            raise ContractError("a fact of a demande without its number") from error
        await tell_traitement(self._client, NumeroDemande(fait.numero), fact_of(enveloppe.type))


def build_consumer(bus: Bus, client: Client) -> Consumer:
    """The starter on its durable, which keeps to the waking facts of case."""
    return Consumer(bus, STREAM, DURABLE, Starter(client).handle)
