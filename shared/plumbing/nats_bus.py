"""The bus: publishing facts, reading them, and the three endings of a message (style §4, trust §4).

A message ends in one of three ways: `ack` (done, or already done), `nak` with a delay (a bug of ours, tried again to the
maximum), or copied to the dead letters then `term` (refused for good). A dependency that is down is none of them: the reader
keeps the message, tells the bus it works on it, and fetches nothing more until the dependency answers.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError
from prometheus_client import Counter
from pydantic import ValidationError

from shared.contracts.evenements import Enveloppe
from shared.kernel.errors import (
    ContractError,
    DependencyError,
    DependencyTimeoutError,
    DependencyUnavailableError,
    DomainError,
    HouseError,
)
from shared.plumbing.rounds import pause, unless

log = structlog.get_logger(__name__)
Handler = Callable[[Enveloppe], Awaitable[None]]

_PUBLISH_TIMEOUT_S: Final = 5.0
_FETCH_TIMEOUT_S: Final = 20.0
_DRAIN_S: Final = 3
_LANES: Final = 4
_KEEP_ALIVE_S: Final = 20.0  # a third of ack_wait
_MAX_DELIVERIES: Final = 8
_BACKOFF_S: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
_DEPENDENCY_PAUSE_S: Final = (0.5, 1.0, 2.0, 5.0)
_messages = Counter("bus_messages_total", "Messages read, by ending.", ["durable", "outcome"])
DEAD_LETTER_PREFIX: Final = "dlq"


class Bus:
    """One connection of one service, reconnecting for ever. Nothing connects before `connect`."""

    def __init__(self, url: str, seed: str, service: str) -> None:
        self._url, self._seed, self.service = url, seed, service
        self._client = Client()
        self._js: JetStreamContext | None = None
        self.returned = asyncio.Event()  # set when the server is back; the next return has an event of its own

    @property
    def client(self) -> Client:
        """The raw connection, for questions."""
        return self._client

    @property
    def is_connected(self) -> bool:
        """Whether the bus answers now."""
        return self._client.is_connected

    async def connect(self, stop: asyncio.Event) -> None:
        """Connect, waiting for the server as long as it takes or until stopped."""
        joining = self._client.connect(
            self._url,
            nkeys_seed_str=self._seed,
            name=self.service,
            inbox_prefix=f"_INBOX_{self.service}",
            max_reconnect_attempts=-1,  # of the first connection too: it ends when the server is there
            reconnect_time_wait=1,
            connect_timeout=2,
            error_cb=_ignore_connection_noise,
            reconnected_cb=self._note_return,
            pending_size=8 * 1024 * 1024,
            drain_timeout=_DRAIN_S,
        )
        await unless(joining, stop)
        if self._client.is_connected:
            self._js = self._client.jetstream(timeout=_PUBLISH_TIMEOUT_S)

    async def _note_return(self) -> None:
        self.returned.set()
        self.returned = asyncio.Event()

    async def close(self) -> None:
        """Finish what is under way, then leave."""
        if self._client.is_connected:
            with suppress(NatsError):
                await self._client.drain()
        elif not self._client.is_closed:
            await self._client.close()

    async def publish(self, enveloppe: Enveloppe) -> None:
        """Return once JetStream has the fact on disk. Raises: DependencyError."""
        await self._publish(enveloppe.type, enveloppe.model_dump_json().encode(), {"Nats-Msg-Id": enveloppe.id})

    async def keep_dead_letter(self, durable: str, message: Msg, error: BaseException) -> None:
        """Copy a message to the dead letters, with why and where from. Raises: DependencyError."""
        headers = {
            "Ep-Subject": message.subject,
            "Ep-Durable": durable,
            "Ep-Error": type(error).__name__,
            "Ep-Code": error.code if isinstance(error, HouseError) else "bug",
        }
        await self._publish(f"{DEAD_LETTER_PREFIX}.{durable}", message.data, headers)

    async def _publish(self, subject: str, payload: bytes, headers: dict[str, str]) -> None:
        if self._js is None or not self._client.is_connected:
            raise DependencyUnavailableError("NATS", "take a fact")
        try:
            await self._js.publish(subject, payload, headers={**headers, "Content-Type": "application/cloudevents+json"})
        except NatsTimeoutError as error:
            raise DependencyTimeoutError("NATS", "take a fact") from error
        except (NatsError, JetStreamError, OSError) as error:
            raise DependencyUnavailableError("NATS", "take a fact") from error

    async def bind(self, stream: str, durable: str) -> JetStreamContext.PullSubscription:
        """A fetch loop's end of a durable declared by deployment. Raises: DependencyError."""
        if self._js is None:
            raise DependencyUnavailableError("NATS", "give a subscription")
        try:
            return await self._js.pull_subscribe_bind(durable, stream)
        except (NatsError, JetStreamError, OSError) as error:
            raise DependencyUnavailableError("NATS", "give a subscription") from error


async def _ignore_connection_noise(error: Exception) -> None:
    log.warning("bus_error", dependency="NATS", error_type=type(error).__name__)


class Consumer:
    """Reads one durable and hands each fact to its handler, until stopped: a few lanes side by side, one message each.

    A lane fetches one message at a time: nats-py's fetch of several may keep the first one until its time-out, waiting for the others.
    """

    def __init__(self, bus: Bus, stream: str, durable: str, handle: Handler, *, lanes: int = _LANES) -> None:
        self._bus, self._stream, self._durable, self._handle = bus, stream, durable, handle
        self._lanes = lanes
        self.name = durable

    async def run(self, stop: asyncio.Event) -> None:
        """Read until stopped."""
        await asyncio.gather(*(self._read(stop) for _ in range(self._lanes)))

    async def _read(self, stop: asyncio.Event) -> None:
        """One lane; its subscription is made anew after an error (a restarted server is silent to the old one)."""
        subscription: JetStreamContext.PullSubscription | None = None
        while not stop.is_set():
            try:
                if subscription is None:
                    subscription = await self._bus.bind(self._stream, self._durable)
                message = await self._fetch(subscription, stop)
            except (DependencyError, NatsError, JetStreamError, OSError) as error:
                log.warning("bus_fetch_failed", durable=self._durable, error_type=type(error).__name__)
                await _leave(subscription)
                subscription = None
                await pause(stop, 1.0)
                continue
            if message is not None:
                await self._process(message, stop)
        await _leave(subscription)

    async def _fetch(self, subscription: JetStreamContext.PullSubscription, stop: asyncio.Event) -> Msg | None:
        returned = self._bus.returned
        try:
            messages = await unless(subscription.fetch(1, timeout=_FETCH_TIMEOUT_S), stop, returned)
        except (NatsTimeoutError, TimeoutError):
            if not self._bus.is_connected:
                raise DependencyUnavailableError("NATS", "be read") from None
            return None
        if messages:
            return messages[0]
        if returned.is_set():  # the server that came back knows nothing of this fetch: it would wait out its time for nothing
            raise DependencyUnavailableError("NATS", "be read")
        return None

    async def _process(self, message: Msg, stop: asyncio.Event) -> None:
        keep_alive = asyncio.create_task(_keep_alive(message))
        try:
            await self._end(message, stop)
        except (NatsError, JetStreamError, DependencyError, OSError):
            # No ending reached the bus: it delivers the message again, and the inbox recognises it.
            log.warning("message_ending_lost", durable=self._durable)
        finally:
            keep_alive.cancel()

    async def _end(self, message: Msg, stop: asyncio.Event) -> None:
        attempt = 0
        while True:
            try:
                enveloppe = _parse(message)
                with structlog.contextvars.bound_contextvars(correlation_id=enveloppe.correlationid, event_id=enveloppe.id):
                    await self._handle(enveloppe)
            except DependencyError as error:
                log.warning("message_delayed", durable=self._durable, subject=message.subject, dependency=error.dependency, act=error.act)
                await pause(stop, _DEPENDENCY_PAUSE_S[min(attempt, len(_DEPENDENCY_PAUSE_S) - 1)])
                attempt += 1
                if stop.is_set():
                    await message.nak()
                    return self._count("delayed")
            except (DomainError, ContractError) as error:
                log.exception("message_refused", durable=self._durable, subject=message.subject)
                return await self._refuse(message, error)
            except Exception as error:  # noqa: BLE001 — the edge of the bus: a bug is tried again, then kept as a dead letter
                return await self._fail(message, error)
            else:
                await message.ack()
                return self._count("done")

    async def _fail(self, message: Msg, error: Exception) -> None:
        delivery = message.metadata.num_delivered
        log.error("message_failed", durable=self._durable, subject=message.subject, delivery=delivery, exc_info=error)
        if delivery >= _MAX_DELIVERIES:
            return await self._refuse(message, error)
        await message.nak(delay=_BACKOFF_S[min(delivery - 1, len(_BACKOFF_S) - 1)])
        return self._count("failed")

    async def _refuse(self, message: Msg, error: Exception) -> None:
        await self._bus.keep_dead_letter(self._durable, message, error)  # first keep it, then let it go
        await message.term()
        self._count("refused")

    def _count(self, outcome: str) -> None:
        _messages.labels(self._durable, outcome).inc()


def _parse(message: Msg) -> Enveloppe:
    try:
        return Enveloppe.model_validate_json(message.data)
    except ValidationError as error:
        fields = json.dumps([".".join(map(str, detail["loc"])) for detail in error.errors()])
        raise ContractError(f"not an envelope: {fields}") from error


async def _keep_alive(message: Msg) -> None:
    while True:
        await asyncio.sleep(_KEEP_ALIVE_S)
        with suppress(NatsError, OSError):
            await message.in_progress()


async def _leave(subscription: JetStreamContext.PullSubscription | None) -> None:
    """Give a subscription back; what it still held is delivered again, and a drain need not wait for it."""
    if subscription is not None:
        with suppress(NatsError, OSError):
            await subscription.unsubscribe()


__all__ = ["Bus", "Consumer", "Handler"]
