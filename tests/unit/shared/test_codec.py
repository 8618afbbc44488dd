"""Payloads are sealed, keys rotate, nothing opens elsewhere (temporal §2.1)."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from shared.plumbing.temporal import KeyRingCodec

OLD, NEW = os.urandom(32), os.urandom(32)


def _clear(data: bytes = b"FICTIVE Jeanne") -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=data)


@given(st.binary(max_size=2000))
async def test_what_is_sealed_opens_to_the_same_payload(data: bytes) -> None:
    codec = KeyRingCodec({"k1": OLD}, "k1", "ep")

    (sealed,) = await codec.encode([_clear(data)])

    assert (await codec.decode([sealed]))[0] == _clear(data)


async def test_a_sealed_payload_shows_nothing_of_its_content() -> None:
    (sealed,) = await KeyRingCodec({"k1": OLD}, "k1", "ep").encode([_clear()])

    assert b"FICTIVE" not in sealed.SerializeToString()
    assert sealed.metadata["encoding"] == b"binary/encrypted"


async def test_a_rotated_ring_still_opens_what_the_old_key_sealed() -> None:
    (sealed,) = await KeyRingCodec({"k1": OLD}, "k1", "ep").encode([_clear()])

    opened = await KeyRingCodec({"k1": OLD, "k2": NEW}, "k2", "ep").decode([sealed])

    assert opened == [_clear()]


async def test_without_the_key_nothing_opens_and_the_error_says_which() -> None:
    (sealed,) = await KeyRingCodec({"k1": OLD}, "k1", "ep").encode([_clear()])

    with pytest.raises(LookupError, match="k1"):
        await KeyRingCodec({"k2": NEW}, "k2", "ep").decode([sealed])


async def test_another_namespace_or_a_flipped_bit_does_not_open() -> None:
    (sealed,) = await KeyRingCodec({"k1": OLD}, "k1", "ep").encode([_clear()])
    flipped = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))

    with pytest.raises(ValueError, match="altered"):
        await KeyRingCodec({"k1": OLD}, "k1", "autre").decode([sealed])
    with pytest.raises(ValueError, match="altered"):
        await KeyRingCodec({"k1": OLD}, "k1", "ep").decode([flipped])
