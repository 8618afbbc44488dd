"""The codec server opens payloads for who may read them, and for nobody else (temporal §2.2, trust B)."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import structlog
from google.protobuf import json_format
from joserfc import jwt
from joserfc.jwk import OKPKey
from temporalio.api.common.v1 import Payload, Payloads

from shared.kernel.clock import FixedClock
from shared.plumbing.temporal import KeyRingCodec
from workflows.codec_server import ROLE, Entitlement, build_codec_app

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
UI = "http://127.0.0.1:8412"
KEY = OKPKey.generate_key("Ed25519", parameters={"kid": "ops"})
CODEC = KeyRingCodec({"essai": b"0" * 32}, "essai", "ep")
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'{"numero":"2606100012"}')


def a_client(*, with_tokens: bool) -> httpx2.AsyncClient:
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]}) if with_tokens else None
    app = build_codec_app(CODEC, Entitlement("ep", keys, "temporal", FixedClock(NOW)), UI)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://codec")


def a_token(*, roles: list[str], life: timedelta = timedelta(minutes=5), audience: str = "temporal") -> str:
    claims = {"sub": "exploitation-1", "roles": roles, "aud": audience, "exp": int((NOW + life).timestamp())}
    return jwt.encode({"alg": "Ed25519", "kid": "ops"}, claims, KEY, algorithms=["Ed25519"])


async def sealed() -> str:
    return json_format.MessageToJson(Payloads(payloads=await CODEC.encode([CLEAR])))


async def ask(client: httpx2.AsyncClient, body: str, **headers: str) -> httpx2.Response:
    return await client.post("/decode", content=body, headers={"X-Namespace": "ep", **headers})


async def test_an_entitled_operator_reads_and_the_reading_is_written_down() -> None:
    async with a_client(with_tokens=True) as client:
        with structlog.testing.capture_logs() as logs:
            answer = await ask(client, await sealed(), Authorization=f"Bearer {a_token(roles=[ROLE])}")

    assert answer.status_code == 200
    assert json_format.Parse(answer.content, Payloads()).payloads[0] == CLEAR
    assert [(log["event"], log["operateur"], log["count"]) for log in logs] == [("payloads_read", "exploitation-1", 1)]


async def test_what_the_ui_encodes_is_sealed() -> None:
    body = json_format.MessageToJson(Payloads(payloads=[CLEAR]))
    async with a_client(with_tokens=False) as client:
        answer = await client.post("/encode", content=body, headers={"X-Namespace": "ep"})

    payloads = json_format.Parse(answer.content, Payloads()).payloads
    assert payloads[0].metadata["encoding"] == b"binary/encrypted"
    assert await CODEC.decode(payloads) == [CLEAR]


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("", 401),
        ("forge", 401),
        (a_token(roles=[ROLE], life=timedelta(seconds=-1)), 401),
        (a_token(roles=[ROLE], audience="gateway"), 401),
        (a_token(roles=["temporal:list"]), 403),
    ],
    ids=["no token", "forged", "expired", "for another audience", "without the role"],
)
async def test_nobody_else_reads(token: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with a_client(with_tokens=True) as client:
        answer = await ask(client, await sealed(), **headers)

    assert answer.status_code == status
    assert b"2606100012" not in answer.content


async def test_another_namespace_is_refused() -> None:
    async with a_client(with_tokens=False) as client:
        answer = await client.post("/decode", content=await sealed(), headers={"X-Namespace": "default"})

    assert answer.status_code == 403


@pytest.mark.parametrize(("origin", "status"), [(UI, 200), ("http://ailleurs.exemple", 400)])
async def test_only_the_page_of_the_temporal_ui_may_call(origin: str, status: int) -> None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-namespace,authorization,authorization-extras",
    }
    async with a_client(with_tokens=True) as client:
        answer = await client.options("/decode", headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    "body", ["pas du JSON", "[1]", '{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA==","encryption-key-id":"cGVyZHVl"}}]}']
)
async def test_what_cannot_be_opened_is_a_bad_request(body: str) -> None:
    async with a_client(with_tokens=False) as client:
        answer = await ask(client, body)

    assert answer.status_code == 400


async def test_a_message_too_large_is_refused_before_it_is_read_whole() -> None:
    async with a_client(with_tokens=False) as client:
        answer = await ask(client, " " * (8 * 1024 * 1024 + 1))

    assert answer.status_code == 400
