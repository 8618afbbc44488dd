"""The object store contract on the real server, and who may do what there (A8)."""

from collections.abc import AsyncIterator, Awaitable
from uuid import uuid4

import pytest

from services.attachment.ports.minio_object_store import S3Address, build_bucket
from services.attachment.ports.object_store import ObjectBucket, ObjectMissingError, StoredObject
from services.attachment.settings import Settings
from shared.kernel.errors import DependencyError
from tests.contract.object_store_contract import ObjectStoreContract
from tests.integration.support import RunningStack

BUCKETS = ("quarantine", "clean")
PERMIS = {
    ("upload", "quarantine"): {"put"},
    ("scan", "quarantine"): {"get", "delete"},
    ("scan", "clean"): {"put"},
    ("serve", "clean"): {"get"},
    ("purge", "quarantine"): {"delete", "walk"},
    ("purge", "clean"): {"delete", "walk"},
}


class FourActs:
    """Quarantine through the four credentials, each for its own act."""

    def __init__(self, settings: Settings) -> None:
        self._upload, self._scan, self._purge = (
            settings.upload_bucket(),
            settings.scan_buckets().quarantine,
            settings.purge_buckets().quarantine,
        )

    async def put(self, key: str, sealed: bytes) -> None:
        await self._upload.put(key, sealed)

    async def get(self, key: str) -> bytes:
        return await self._scan.get(key)

    async def delete(self, key: str) -> None:
        await self._scan.delete(key)

    def walk(self) -> AsyncIterator[StoredObject]:
        return self._purge.walk()


class TestMinioBucket(ObjectStoreContract):
    @pytest.fixture
    def bucket(self, settings: Settings) -> ObjectBucket:
        return FourActs(settings)

    @pytest.fixture
    def out_of_order(self, settings: Settings) -> ObjectBucket:
        return settings.model_copy(update={"s3_endpoint": "127.0.0.1:9"}).upload_bucket()


async def _walk(bucket: ObjectBucket) -> None:
    async for _ in bucket.walk():
        return


async def _permitted(bucket: ObjectBucket) -> set[str]:
    """The acts that the store lets this credential do."""
    cle = f"999/{uuid4()}"
    actes: dict[str, Awaitable[object]] = {
        "put": bucket.put(cle, b"un"),
        "get": bucket.get(cle),
        "delete": bucket.delete(cle),
        "walk": _walk(bucket),
    }
    permis = set()
    for nom, acte in actes.items():
        try:
            await acte
        except ObjectMissingError:
            permis.add(nom)
        except DependencyError:
            continue
        else:
            permis.add(nom)
    return permis


@pytest.mark.parametrize("acte", ["upload", "scan", "serve", "purge"])
@pytest.mark.parametrize("nom", BUCKETS)
async def test_each_credential_does_its_act_and_nothing_else(stack: RunningStack, acte: str, nom: str) -> None:
    """A8: the download's credential reaches quarantine with no verb at all."""
    cle, secret = stack.s3_credential(acte)
    bucket = build_bucket(S3Address(endpoint=stack.s3_endpoint, secure=False), nom, cle, secret)

    assert await _permitted(bucket) == PERMIS.get((acte, nom), set())
