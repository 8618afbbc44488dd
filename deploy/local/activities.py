"""Every activity worker in one process: the local default (house §8). In compose and Kubernetes each service runs its own.

The composition of each worker is its service's: `services.<s>.worker.build_worker`.
"""

from fastapi import FastAPI
from temporalio.client import Client

from services.attachment.settings import Settings as AttachmentSettings
from services.attachment.worker import build_worker as build_attachment_worker
from services.case.settings import Settings as CaseSettings
from services.case.worker import build_worker as build_case_worker
from shared.kernel.errors import DependencyUnavailableError
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.settings import ProcessSettings, TemporalSettings, settings_config
from shared.plumbing.temporal import WorkerComponent, build_codec, connect

_SERVICE = "activities"


class Settings(ProcessSettings, TemporalSettings):
    """The process's own settings; each worker has those of its service."""

    model_config = settings_config("ACTIVITIES_")


class Activities:
    """The workers of case and attachment behind one set of probes."""

    def __init__(self, settings: Settings) -> None:
        """Nothing connects before `build`."""
        self._settings = settings
        self._client: Client | None = None

    def build(self) -> FastAPI:
        """The app of the process; the workers start behind it."""
        return build_app(_SERVICE, checks={"engine": self._check_engine}, start=self._start)

    async def _start(self, _app: FastAPI, background: Background) -> None:
        settings = self._settings
        codec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)
        self._client = client = await connect(settings.temporal_address, settings.temporal_namespace, codec, background.stop)
        if client is None:
            return
        background.start(
            WorkerComponent(build_case_worker(CaseSettings(), client), "case-worker"),
            WorkerComponent(build_attachment_worker(AttachmentSettings(), client), "attachment-worker"),
        )

    async def _check_engine(self) -> None:
        if self._client is None or not await self._client.service_client.check_health():
            raise DependencyUnavailableError("Temporal", "be joined")


def main() -> None:
    """Run the process until told to stop."""
    settings = Settings()
    serve(Activities(settings).build(), settings, _SERVICE)


if __name__ == "__main__":
    main()
