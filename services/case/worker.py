"""The activity worker of case: performs the steps the lifecycle orders, on the task queue `case`."""

from datetime import timedelta
from typing import Final

from fastapi import FastAPI
from temporalio.client import Client
from temporalio.worker import Worker

from services.case.activities.demande import DemandeActivities
from services.case.settings import Settings, build_tools
from shared.contracts import task_queues
from shared.plumbing.database import Database
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.temporal import TranslateErrors, WorkerComponent, build_codec, connect

_GRACE: Final = timedelta(seconds=20)
_CONCURRENT: Final = 20


def build_database(settings: Settings) -> Database:
    """The worker's own pool."""
    return Database(str(settings.database_url.get_secret_value()), pool_size=settings.database_pool_size, service="case-worker")


def build_worker(settings: Settings, client: Client, database: Database | None = None) -> Worker:
    """The worker; it polls once its process runs it."""
    activities = DemandeActivities(database or build_database(settings), build_tools(settings))
    return Worker(
        client,
        task_queue=task_queues.CASE,
        activities=[
            activities.read_situation,
            activities.meet_echeance,
            activities.perform_etape,
            activities.record_operation,
        ],
        interceptors=[TranslateErrors()],
        max_concurrent_activities=_CONCURRENT,
        graceful_shutdown_timeout=_GRACE,
    )


def build(settings: Settings) -> FastAPI:
    """The worker's process: its probes, and the worker once the engine answers."""
    database = build_database(settings)

    async def start(_app: FastAPI, background: Background) -> None:
        codec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)
        client = await connect(settings.temporal_address, settings.temporal_namespace, codec, background.stop)
        if client is not None:
            background.start(WorkerComponent(build_worker(settings, client, database), "case-worker"))

    return build_app("case-worker", checks={"postgresql": database.ping}, start=start, closers=(database.close,))


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, "case-worker")


if __name__ == "__main__":
    main()
