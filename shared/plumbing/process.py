"""A process of the house: an HTTP app and background components in one event loop, each stoppable alone (house §8).

`build_app` makes the app every service shares (problems, probes, request ids); `serve` runs it until SIGTERM.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
from types import FrameType
from typing import Final, Protocol

import structlog
import uvicorn
from fastapi import FastAPI
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.kernel.identifiers import new_id
from shared.plumbing.health import Check, build_health_router
from shared.plumbing.logs import configure_logs
from shared.plumbing.problems import install_problems
from shared.plumbing.rounds import pause
from shared.plumbing.settings import ProcessSettings

log = structlog.get_logger(__name__)
_DRAIN_S: Final = 25
_RESTART_S: Final = 2.0
_NOT_STARTED: Final = 3  # as uvicorn's own command ends
_duration = Histogram(
    "http_request_duration_seconds",
    "Requests by route.",
    ["method", "route", "status"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 0.8, 2, 5, 15),
)


class Component(Protocol):
    """Something that runs beside the HTTP app until told to stop (a consumer, the relay, a worker)."""

    @property
    def name(self) -> str:
        """As logs call it."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way."""


class Background:
    """Runs components; one that fails is logged and started again, the others go on."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *components: Component) -> None:
        """Run these until `close`."""
        self._tasks += [asyncio.create_task(self._supervise(component), name=component.name) for component in components]

    async def _supervise(self, component: Component) -> None:
        while not self.stop.is_set():
            try:
                await component.run(self.stop)
            except Exception:  # the edge of a component: whatever it was, it is logged and the component starts again
                log.exception("component_failed", component=component.name)
                await pause(self.stop, _RESTART_S)
            else:
                return

    async def close(self) -> None:
        """Tell all to stop and wait for them, at most the time a deployment grants."""
        self.stop.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_DRAIN_S)
            for task in late:
                log.warning("component_cut", component=task.get_name())
                task.cancel()


Start = Callable[[FastAPI, Background], Awaitable[None]]
Close = Callable[[], Awaitable[None]]


def build_app(
    title: str,
    *,
    checks: Mapping[str, Check],
    start: Start | None = None,
    closers: Sequence[Close] = (),
    docs: bool = False,
    problems: bool = True,
) -> FastAPI:
    """The app of a service, before its routers.

    `start` connects what needs the loop and starts components; `closers` run in order after they stopped. `problems=False`: the
    front answers errors as pages and installs its own handlers.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        background = Background()
        if start is not None:
            background.start(_Starter(app, background, start))
        yield
        await background.close()
        for close in closers:
            await close()

    app = FastAPI(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url="/docs" if docs else None,
        redoc_url=None,
        telemetry={"logs": False, "metrics": False},
        generate_unique_id_function=lambda route: route.name,
    )
    if problems:
        install_problems(app)
    app.include_router(build_health_router(checks))
    app.add_middleware(RequestContext)
    return app


class _Starter:
    """The start of a process: HTTP answers at once, the bus and the engine are joined when they are there."""

    name = "start"

    def __init__(self, app: FastAPI, background: Background, start: Start) -> None:
        self._app, self._background, self._start = app, background, start

    async def run(self, _stop: asyncio.Event) -> None:
        await self._start(self._app, self._background)


class RequestContext:
    """Gives each request an id (kept from the front that calls), binds it to logs, dates its answer and measures it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request_id = _given_id(scope) or str(new_id())
        scope["request_id"] = request_id
        began, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [(b"date", formatdate(usegmt=True).encode()), (b"x-request-id", request_id.encode())]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                route = getattr(scope.get("route"), "path", "unknown")
                _duration.labels(scope["method"], route, str(status)).observe(time.perf_counter() - began)
        return None


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and len(value) <= 64 and value.replace(b"-", b"").isalnum():
            decoded: str = value.decode()
            return decoded
    return None


class PatientServer(uvicorn.Server):
    """Sleeps until told to stop; uvicorn's own looks ten times a second, and a dozen idle processes would keep a machine awake.

    It looks for the date of its answers on that occasion: here RequestContext writes it.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int, trusted_proxies: str = "") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_DRAIN_S,
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=trusted_proxies,
            )
        )
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        """Until told to stop."""
        await self._told.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal arrived: it may interrupt the loop anywhere, which learns of it in its own turn."""
        super().handle_exit(sig, frame)
        asyncio.get_running_loop().call_soon_threadsafe(self._told.set)

    def stop(self) -> None:
        """The same from inside the loop."""
        self.should_exit = True
        self._told.set()


def serve(app: FastAPI, settings: ProcessSettings, service: str) -> None:
    """Run the process until SIGTERM or SIGINT: stop accepting, drain, close."""
    configure_logs(service, settings.log_format)
    log.info("process_started", port=settings.port)
    server = PatientServer(app, host=settings.host, port=settings.port, trusted_proxies=settings.trusted_proxies)
    server.run()
    if not server.started:
        raise SystemExit(_NOT_STARTED)
