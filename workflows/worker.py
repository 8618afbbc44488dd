"""The worker that runs the definitions: no activity here, every step belongs to the service that owns it."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from shared.contracts import task_queues
from workflows.definitions.registre import DEFINITIONS

_CONCURRENT_TASKS = 20
_DRAIN = timedelta(seconds=20)


def build_worker(client: Client, *, sandboxed: bool, max_cached_workflows: int) -> Worker:
    """The worker of the queue `workflows`. A bug in a definition fails its task, which the next deployment repairs."""
    return Worker(
        client,
        task_queue=task_queues.WORKFLOWS,
        workflows=DEFINITIONS,
        workflow_runner=SandboxedWorkflowRunner() if sandboxed else UnsandboxedWorkflowRunner(),
        max_cached_workflows=max_cached_workflows,
        max_concurrent_workflow_tasks=_CONCURRENT_TASKS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(minimum=2, initial=4, maximum=20),
        graceful_shutdown_timeout=_DRAIN,
    )
