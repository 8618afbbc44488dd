"""The stores of the stack refuse what nobody was given (trust A8, B10), and the antivirus fails closed (trust §2.3)."""

import base64
import contextlib
import io
import socket
import struct
from collections.abc import Callable

import psycopg
import pytest
from minio import Minio
from minio.error import S3Error

from deploy.local.clamd import SOURCES
from deploy.local.nats import durable_configs, services, stream_configs
from deploy.local.object_store import ACTS, CLEAN, QUARANTINE, RIGHTS
from shared.contracts.evenements import FACTS
from tests.integration.conftest import ConnectBus
from tests.integration.support import RunningStack, wait_for

_VERBS: dict[str, tuple[str, Callable[[Minio, str], object]]] = {
    "s3:PutObject": ("put", lambda client, bucket: client.put_object(bucket, "probe", io.BytesIO(b"x"), 1)),
    "s3:GetObject": ("get", lambda client, bucket: client.get_object(bucket, "probe").read()),
    "s3:HeadObject": ("head", lambda client, bucket: client.stat_object(bucket, "probe")),
    "s3:ListBucket": ("list", lambda client, bucket: list(client.list_objects(bucket))),
    "s3:DeleteObject": ("delete", lambda client, bucket: client.remove_object(bucket, "probe")),
    "s3:PutBucketPolicy": ("policy", lambda client, bucket: client.set_bucket_policy(bucket, "{}")),
}


@pytest.mark.parametrize("bucket", [QUARANTINE, CLEAN])
@pytest.mark.parametrize("act", ACTS)
def test_each_credential_has_exactly_the_rights_of_its_act(act: str, bucket: str, open_object_store: Callable[[str], Minio]) -> None:
    """Trust A8: every credential, bucket and verb against the matrix of trust §2.6."""
    writer = open_object_store("upload" if bucket == QUARANTINE else "scan")
    on_objects, on_bucket = RIGHTS[bucket].get(act, ([], []))
    allowed = {*on_objects, *on_bucket} | ({"s3:HeadObject"} if "s3:GetObject" in on_objects else set())
    client = open_object_store(act)

    for right, (name, call) in _VERBS.items():
        writer.put_object(bucket, "probe", io.BytesIO(b"x"), 1)
        assert _outcome(call, client, bucket) == ("ok" if right in allowed else "AccessDenied"), (act, bucket, name)


def _outcome(call: Callable[[Minio, str], object], client: Minio, bucket: str) -> str:
    try:
        call(client, bucket)
    except S3Error as error:
        return str(error.code)
    return "ok"


async def test_streams_and_durables_are_as_declared(connect_bus: ConnectBus) -> None:
    jetstream = (await connect_bus("ops")).jetstream()

    for stream in stream_configs():
        info = await jetstream.stream_info(str(stream.name))
        assert info.config.deny_delete == stream.deny_delete
        assert info.config.max_age == stream.max_age
    for stream_name, durable in durable_configs():
        found = (await jetstream.consumer_info(stream_name, str(durable.durable_name))).config
        assert sorted(found.filter_subjects or [found.filter_subject]) == sorted(durable.filter_subjects or [])
        assert (found.ack_wait, found.max_deliver) == (durable.ack_wait, durable.max_deliver)


@pytest.mark.parametrize("service", sorted(services()))
async def test_a_service_says_only_its_own_facts(service: str, connect_bus: ConnectBus) -> None:
    """Trust B10: service × subject, deny by default."""
    refused: list[str] = []
    own = services()[service].says
    foreign = [subject for subject in sorted(FACTS) if not any(_matches(pattern, subject) for pattern in own)]

    async def note(error: Exception) -> None:
        refused.append(str(error))

    client = await connect_bus(service, note)
    for subject in foreign:
        await client.publish(subject, b"{}")
    await client.flush()

    assert await wait_for(lambda: len(refused) == len(foreign) and refused)
    assert all("permissions violation" in error for error in refused)


def _matches(pattern: str, subject: str) -> bool:
    parts = zip(pattern.split("."), subject.split("."), strict=True)
    return all(want in ("*", got) for want, got in parts)


@pytest.mark.parametrize("service", ["gateway", "directory", "intake", "attachment", "case", "notification"])
def test_the_application_role_neither_owns_nor_bypasses(service: str, stack: RunningStack) -> None:
    """Trust §3: NOSUPERUSER, NOBYPASSRLS, not the owner, no table of its own."""
    with psycopg.connect(stack.database_url(service).replace("+psycopg", "")) as connection:
        role = connection.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
        owned = connection.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()

        assert role == (False, False, False)
        assert owned == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE intrus (id int)")


def test_another_service_cannot_enter_a_database(stack: RunningStack) -> None:
    foreign = stack.database_url("intake").replace("+psycopg", "").rsplit("/", 1)[0] + "/case"

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(foreign)


def test_the_antivirus_knows_eicar_and_refuses_what_is_too_long(stack: RunningStack) -> None:
    eicar = base64.b64decode((SOURCES / "eicar.base64").read_text(encoding="ascii"))

    assert _scan(stack, eicar).endswith(b" FOUND\0")
    assert _scan(stack, b"bonjour") == b"stream: OK\0"
    assert b"size limit exceeded" in _scan(stack, b"x" * 7_000_000)


def _scan(stack: RunningStack, content: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(stack.clamd_socket))
        # Past StreamMaxLength clamd answers, then closes.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"zINSTREAM\0" + struct.pack("!L", len(content)) + content + struct.pack("!L", 0))
        return connection.recv(4096)
