"""What every object store must do, fake or real (trust §2.6)."""

from uuid import uuid4

import pytest

from services.attachment.ports.object_store import ObjectBucket, ObjectMissingError
from shared.kernel.errors import DependencyError


class ObjectStoreContract:
    """`bucket` may do everything the four acts may do together; `out_of_order` reaches no store."""

    @pytest.fixture
    def bucket(self) -> ObjectBucket:
        raise NotImplementedError

    @pytest.fixture
    def out_of_order(self) -> ObjectBucket:
        raise NotImplementedError

    @pytest.fixture
    def key(self) -> str:
        return f"999/{uuid4()}"

    async def test_what_is_put_is_given_back(self, bucket: ObjectBucket, key: str) -> None:
        await bucket.put(key, b"\0\1scelle")

        assert await bucket.get(key) == b"\0\1scelle"
        await bucket.delete(key)

    async def test_a_put_may_be_repeated(self, bucket: ObjectBucket, key: str) -> None:
        await bucket.put(key, b"un")
        await bucket.put(key, b"deux")

        assert await bucket.get(key) == b"deux"
        await bucket.delete(key)

    async def test_what_is_deleted_is_missing_and_may_be_deleted_again(self, bucket: ObjectBucket, key: str) -> None:
        await bucket.put(key, b"un")

        await bucket.delete(key)
        await bucket.delete(key)

        with pytest.raises(ObjectMissingError):
            await bucket.get(key)

    async def test_what_was_never_put_is_missing(self, bucket: ObjectBucket, key: str) -> None:
        with pytest.raises(ObjectMissingError):
            await bucket.get(key)

    async def test_the_listing_names_what_is_there(self, bucket: ObjectBucket, key: str) -> None:
        await bucket.put(key, b"un")

        listed = {stored.key: stored async for stored in bucket.walk()}

        assert listed[key].stored_at.tzinfo is not None
        await bucket.delete(key)

    async def test_an_empty_object_is_an_object(self, bucket: ObjectBucket, key: str) -> None:
        await bucket.put(key, b"")

        assert await bucket.get(key) == b""
        await bucket.delete(key)

    async def test_out_of_order_every_act_raises(self, out_of_order: ObjectBucket, key: str) -> None:
        for act in (out_of_order.put(key, b"un"), out_of_order.get(key), out_of_order.delete(key)):
            with pytest.raises(DependencyError):
                await act
