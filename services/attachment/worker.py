"""The activity worker of attachment, on the queue `attachment`: alone in compose and Kubernetes, beside case's locally."""

from datetime import timedelta

from fastapi import FastAPI
from temporalio.client import Client
from temporalio.worker import Worker

from services.attachment.activities import AttachmentActivities
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.scan_piece_jointe import Analyse
from services.attachment.ports.clamd_antivirus import ClamdAntivirus
from services.attachment.settings import Settings
from shared.contracts import task_queues
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.temporal import TranslateErrors, WorkerComponent, build_codec, connect

SERVICE = "attachment-worker"

_SCANS_AT_ONCE = 2  # clamd's MaxThreads: more brings no more megabytes a second (trust §2.3)
_POOL_SIZE = 4
_DRAIN = timedelta(seconds=25)


def build_antivirus(settings: Settings, clock: Clock) -> ClamdAntivirus:
    """The antivirus of this process."""
    return ClamdAntivirus(settings.clamd_socket, profile=settings.antivirus_profile, clock=clock)


def build_worker(
    settings: Settings,
    client: Client,
    *,
    clock: Clock | None = None,
    database: Database | None = None,
    task_queue: str = task_queues.ATTACHMENT,
) -> Worker:
    """The worker with its activities wired; nothing connects before it runs. Its own connections end with the process."""
    clock = clock or Clock()
    database = database or Database(str(settings.database_url.get_secret_value()), pool_size=_POOL_SIZE, service=SERVICE)
    analyse = Analyse(
        database=database,
        antivirus=build_antivirus(settings, clock),
        keys=settings.key_ring(),
        buckets=settings.scan_buckets(),
        clock=clock,
    )
    destruction = Destruction(database=database, buckets=settings.purge_buckets(), clock=clock)
    return Worker(
        client,
        task_queue=task_queue,
        activities=AttachmentActivities(analyse, destruction).all,
        interceptors=[TranslateErrors()],
        max_concurrent_activities=_SCANS_AT_ONCE,
        graceful_shutdown_timeout=_DRAIN,
    )


def build(settings: Settings) -> FastAPI:
    """The process alone: probes, and the worker once the engine answers."""
    clock = Clock()
    antivirus = build_antivirus(settings, clock)
    codec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)

    async def start(_app: FastAPI, background: Background) -> None:
        client = await connect(settings.temporal_address, settings.temporal_namespace, codec, background.stop)
        if client is not None:
            background.start(WorkerComponent(build_worker(settings, client, clock=clock), SERVICE))

    async def antivirus_answers() -> None:
        await antivirus.read_version()

    return build_app(SERVICE, checks={"antivirus": antivirus_answers}, start=start)


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
