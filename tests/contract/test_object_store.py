"""The object store contract on the fake; the real side runs in integration."""

import pytest

from services.attachment.ports.memory_object_store import MemoryBucket
from services.attachment.ports.object_store import ObjectBucket
from tests.contract.object_store_contract import ObjectStoreContract


class TestMemoryBucket(ObjectStoreContract):
    @pytest.fixture
    def bucket(self) -> ObjectBucket:
        return MemoryBucket()

    @pytest.fixture
    def out_of_order(self) -> ObjectBucket:
        bucket = MemoryBucket()
        bucket.is_down = True
        return bucket
