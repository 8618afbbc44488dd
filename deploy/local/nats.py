"""The bus: its configuration with one nkey per service, its streams and durables as declared in `deploy/nats/`."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import nats
import yaml
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from pydantic import BaseModel, ConfigDict

from deploy.local.layout import REPOSITORY, Layout
from deploy.local.secret_store import SecretStore

STREAMS = REPOSITORY / "deploy" / "nats" / "streams.yaml"
PERMISSIONS = REPOSITORY / "deploy" / "nats" / "permissions.yaml"
OPS = "ops"
DEAD_LETTERS = "DLQ"
_DAY = 86_400.0


class Rights(BaseModel):
    """What a service may do on the bus, before what its durables add."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: list[str] = []
    asks: list[str] = []
    answers: bool = False


class ConsumerDefaults(BaseModel):
    """How every durable delivers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ack_wait_seconds: float
    max_deliver: int
    max_ack_pending: int


class Durable(BaseModel):
    """One reader of a stream."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stream: str
    subjects: list[str]


class Declaration(BaseModel):
    """`deploy/nats/streams.yaml`, typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_age_days: float
    duplicate_window_seconds: float
    streams: dict[str, list[str]]
    consumer: ConsumerDefaults
    durables: dict[str, Durable]


def declaration() -> Declaration:
    """The streams and durables as declared."""
    return Declaration.model_validate(yaml.safe_load(STREAMS.read_text(encoding="utf-8")))


def services() -> dict[str, Rights]:
    """The services that have a user on the bus, with their rights."""
    declared = yaml.safe_load(PERMISSIONS.read_text(encoding="utf-8"))["services"]
    return {name: Rights.model_validate(rights) for name, rights in declared.items()}


def permissions(service: str, rights: Rights) -> dict[str, object]:
    """The server's allow lists for one service."""
    durables = {name: durable.stream for name, durable in declaration().durables.items() if name.startswith(f"{service}__")}
    publish = [*rights.says, *(f"ask.{question}.v1" for question in rights.asks)]
    subscribe = [f"_INBOX_{service}.>"]
    for durable, stream in durables.items():
        publish += [
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.ACK.{stream}.{durable}.>",
            f"dlq.{durable}",
        ]
    if rights.answers:
        subscribe += [f"ask.{service}.>", "$SRV.>"]
    allowed: dict[str, object] = {"publish": _only(publish), "subscribe": _only(subscribe)}
    if rights.answers:
        allowed["allow_responses"] = {"max": 2, "expires": "1m"}
    return allowed


def _only(subjects: list[str]) -> dict[str, list[str]]:
    """To the server an empty list of what is allowed means everything: say that nothing is."""
    return {"allow": list(dict.fromkeys(subjects))} if subjects else {"deny": [">"]}


def configuration(*, listen: str, monitor: str, store: str, nkey: Callable[[str], str]) -> str:
    """The server's configuration (JSON is valid there): JetStream synced before each acknowledgement, one user per service.

    `nkey`: the public key of a service, or `$NAME` for a variable of the server's environment.
    """
    users: list[dict[str, object]] = [{"nkey": nkey(name), "permissions": permissions(name, rights)} for name, rights in services().items()]
    users.append({"nkey": nkey(OPS), "permissions": {"publish": ">", "subscribe": ">"}})
    content = {
        "server_name": "espace-partenaires",
        "listen": listen,
        "http": monitor,
        "jetstream": {"store_dir": store, "sync_interval": "always"},
        "max_payload": 1_048_576,
        "authorization": {"users": users},
    }
    # A quoted variable would be taken as text.
    return re.sub(r'"(\$NATS_NKEY_[A-Z]+)"', r"\1", json.dumps(content, indent=1)) + "\n"


def compose_configuration() -> str:
    """What `deploy/compose/nats.conf` holds: public keys come from the container's environment."""
    return configuration(listen="0.0.0.0:4222", monitor="0.0.0.0:8222", store="/data", nkey=lambda name: f"$NATS_NKEY_{name.upper()}")


def write_configuration(layout: Layout, secrets: SecretStore) -> Path:
    """The local stack's nats.conf, on the loopback."""
    path = layout.conf / "nats.conf"
    content = configuration(
        listen=f"127.0.0.1:{layout.port('nats')}",
        monitor=f"127.0.0.1:{layout.port('nats_monitor')}",
        store=str(layout.data / "nats"),
        nkey=lambda name: secrets.nkey_public(f"nats_{name}"),
    )
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    return path


async def apply_declaration(url: str, seed: str) -> None:
    """Create or update every stream and durable. Running it again changes nothing."""
    connection = await nats.connect(url, nkeys_seed_str=seed, name="ep", inbox_prefix=f"_INBOX_{OPS}".encode())
    try:
        jetstream = connection.jetstream()
        for stream in stream_configs():
            await _keep_stream(jetstream, stream)
        for name, consumer in durable_configs():
            await jetstream.add_consumer(name, consumer)
    finally:
        await connection.close()


def stream_configs() -> list[StreamConfig]:
    """The declared streams, as JetStream wants them."""
    declared = declaration()
    return [
        StreamConfig(
            name=name,
            subjects=subjects,
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=declared.max_age_days * _DAY,
            duplicate_window=declared.duplicate_window_seconds,
            deny_delete=name != DEAD_LETTERS,  # an operator drops a dead letter one by one
            deny_purge=False,
            allow_direct=True,
        )
        for name, subjects in declared.streams.items()
    ]


def durable_configs() -> list[tuple[str, ConsumerConfig]]:
    """The declared durables, each with the name of its stream."""
    declared = declaration()
    return [
        (
            durable.stream,
            ConsumerConfig(
                durable_name=name,
                filter_subjects=durable.subjects,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=declared.consumer.ack_wait_seconds,
                max_deliver=declared.consumer.max_deliver,
                max_ack_pending=declared.consumer.max_ack_pending,
            ),
        )
        for name, durable in declared.durables.items()
    ]


async def _keep_stream(jetstream: JetStreamContext, config: StreamConfig) -> None:
    try:
        await jetstream.stream_info(str(config.name))
    except NotFoundError:
        await jetstream.add_stream(config)
    else:
        await jetstream.update_stream(config)
