"""What operators do on the bus, as its `ops` user: watch facts, look at dead letters, play one again, drop one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import nats
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy, RawStreamMsg
from nats.js.errors import NotFoundError

from deploy.local.nats import DEAD_LETTERS, OPS


@dataclass(frozen=True, slots=True)
class BusAddress:
    """Where the bus is, and the nkey seed of its `ops` user."""

    url: str
    seed: str = field(repr=False)


@dataclass(frozen=True)
class DeadLetter:
    """A message refused for good. `payload` is the fact itself: ids only."""

    sequence: int
    durable: str
    subject: str
    error: str
    code: str
    payload: str


@asynccontextmanager
async def ops_jetstream(bus: BusAddress) -> AsyncIterator[JetStreamContext]:
    """JetStream as the operators' user."""
    inbox = f"_INBOX_{OPS}".encode()
    client = await nats.connect(bus.url, nkeys_seed_str=bus.seed, name="ep", inbox_prefix=inbox, connect_timeout=2)
    try:
        yield client.jetstream()
    finally:
        await client.close()


async def dead_letters(jetstream: JetStreamContext) -> list[DeadLetter]:
    """Every dead letter, oldest first."""
    state = (await jetstream.stream_info(DEAD_LETTERS)).state
    found: list[DeadLetter] = []
    for sequence in range(state.first_seq, state.last_seq + 1) if state.messages else ():
        try:
            found.append(_dead_letter(await jetstream.get_msg(DEAD_LETTERS, sequence)))
        except NotFoundError:  # dropped or replayed before
            continue
    return found


async def replay(jetstream: JetStreamContext, sequence: int) -> DeadLetter:
    """Publish the fact again under its own subject, for every reader: those that had it recognise it by its id.

    The bus's duplicate window would swallow the same message id, so it travels without; the inbox still knows the fact.
    """
    letter = _dead_letter(await jetstream.get_msg(DEAD_LETTERS, sequence))
    await jetstream.publish(letter.subject, letter.payload.encode(), headers={"Content-Type": "application/cloudevents+json"})
    await drop(jetstream, sequence)
    return letter


async def drop(jetstream: JetStreamContext, sequence: int) -> None:
    """Forget a dead letter."""
    await jetstream.delete_msg(DEAD_LETTERS, sequence)


async def facts_since(jetstream: JetStreamContext, aggregate: str, since: datetime) -> AsyncIterator[tuple[str, bytes]]:
    """Facts of an aggregate from an instant on, then as they come: subject and payload."""
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=since)
    subscription = await jetstream.subscribe(f"evt.{aggregate}.>", ordered_consumer=True, config=config)
    async for message in subscription.messages:
        yield message.subject, message.data


def _dead_letter(message: RawStreamMsg) -> DeadLetter:
    headers = message.headers or {}
    return DeadLetter(
        sequence=message.seq or 0,
        durable=headers.get("Ep-Durable", ""),
        subject=headers.get("Ep-Subject", ""),
        error=headers.get("Ep-Error", ""),
        code=headers.get("Ep-Code", ""),
        payload=(message.data or b"").decode(errors="replace"),
    )
