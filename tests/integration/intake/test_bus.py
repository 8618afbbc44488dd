"""Intake on the bus of the running stack: it answers its question to case, and to nobody who may not ask (trust B10)."""

from shared.contracts.questions import DEPOT, DepotAsked
from tests.integration.conftest import ConnectBus

ABSENT = DepotAsked(numero="0000000000").model_dump_json().encode()


async def test_a_number_that_was_never_filed_is_answered_by_a_code_and_no_text(connect_bus: ConnectBus) -> None:
    client = await connect_bus("case")

    answer = await client.request(DEPOT.subject, ABSENT, timeout=5)

    assert (answer.headers or {}).get("Nats-Service-Error-Code") == "404"
    assert answer.data == b""


async def test_what_is_not_a_question_is_refused_by_a_code(connect_bus: ConnectBus) -> None:
    client = await connect_bus("case")

    answer = await client.request(DEPOT.subject, b'{"number": 1}', timeout=5)

    assert (answer.headers or {}).get("Nats-Service-Error-Code") == "400"
