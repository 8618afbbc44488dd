"""The workflows' process: worker, starter and codec server in one event loop, each stoppable alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyUnavailableError
from shared.plumbing.nats_bus import Bus
from shared.plumbing.process import Background, PatientServer, build_app, serve
from shared.plumbing.temporal import KeyRingCodec, WorkerComponent, build_codec, connect
from workflows.codec_server import Entitlement, build_codec_app
from workflows.settings import Settings
from workflows.starter import build_consumer
from workflows.worker import build_worker

_SERVICE = "workflows"


class CodecServer:
    """The codec server beside the process's own HTTP, on its own port."""

    name = "codec"

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._app, self._host, self._port = app, host, port

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop."""
        server = _QuietServer(self._app, host=self._host, port=self._port)
        serving = asyncio.create_task(server.serve())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        server.stop()
        await serving


class _QuietServer(PatientServer):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the process's first server."""
        yield


class Workflows:
    """What the process is made of, and whether it can do its work."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), _SERVICE)
        self._codec: KeyRingCodec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)
        self._client: Client | None = None

    def build(self) -> FastAPI:
        """The process's app, with its components started behind it."""
        checks = {"engine": self._check_engine, "bus": self._check_bus}
        return build_app("workflows", checks=checks, start=self._start, closers=[self._bus.close])

    async def _start(self, _app: FastAPI, background: Background) -> None:
        settings = self._settings
        background.start(CodecServer(self._codec_app(), settings.host, settings.codec_port))
        self._client = client = await connect(settings.temporal_address, settings.temporal_namespace, self._codec, background.stop)
        if client is None:
            return
        worker = build_worker(client, sandboxed=settings.sandboxed, max_cached_workflows=settings.max_cached_workflows)
        background.start(WorkerComponent(worker, "worker"))
        await self._bus.connect(background.stop)
        background.start(build_consumer(self._bus, client))

    def _codec_app(self) -> FastAPI:
        settings = self._settings
        keys = settings.codec_token_public_keys
        entitlement = Entitlement(settings.temporal_namespace, keys.get_secret_value() if keys else None, settings.codec_audience, Clock())
        return build_codec_app(self._codec, entitlement, settings.temporal_ui_origin)

    async def _check_engine(self) -> None:
        if self._client is None or not await self._client.service_client.check_health():
            raise DependencyUnavailableError("Temporal", "be joined")

    async def _check_bus(self) -> None:
        if not self._bus.is_connected:
            raise DependencyUnavailableError("NATS", "be joined")


def _expose_engine_metrics(address: str) -> None:
    """Before any client: names and units as the engine's dashboards expect them."""
    metrics = PrometheusConfig(bind_address=address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True)
    telemetry = TelemetryConfig(metrics=metrics, global_tags={"service": _SERVICE})
    Runtime.set_default(Runtime(telemetry=telemetry))


def main() -> None:
    """Run the process until told to stop."""
    settings = Settings()
    if settings.engine_metrics_address:
        _expose_engine_metrics(settings.engine_metrics_address)
    serve(Workflows(settings).build(), settings, _SERVICE)


if __name__ == "__main__":
    main()
