"""Buckets of any S3, through minio-py in threads. A client is thread-safe but not process-safe: each process builds its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from services.attachment.ports.object_store import ObjectMissingError, StoredObject
from shared.kernel.errors import DependencyUnavailableError

_ABSENT = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchVersion"})
_CONNECT_S, _READ_S = 2.0, 20.0
_CONNECTIONS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Address:
    """Where the store is, and how it is reached. `region` is told so that no right on the bucket's location is needed."""

    endpoint: str
    secure: bool
    region: str = "us-east-1"


def build_bucket(address: S3Address, bucket: str, access_key: str, secret_key: str) -> "MinioBucket":
    """The bucket, as the holder of this credential sees it."""
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S), maxsize=_CONNECTIONS, retries=urllib3.Retry(total=1, backoff_factor=0.2)
    )
    client = Minio(
        address.endpoint, access_key=access_key, secret_key=secret_key, secure=address.secure, region=address.region, http_client=pool
    )
    return MinioBucket(client, bucket)


class MinioBucket:
    """One bucket with one credential."""

    def __init__(self, client: Minio, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    async def put(self, key: str, sealed: bytes) -> None:
        """Store or replace. Raises: DependencyError."""
        await asyncio.to_thread(self._put, key, sealed)

    async def get(self, key: str) -> bytes:
        """The bytes. Raises: ObjectMissingError, DependencyError."""
        return await asyncio.to_thread(self._get, key)

    async def delete(self, key: str) -> None:
        """Remove; nothing there is no error. Raises: DependencyError."""
        await asyncio.to_thread(self._delete, key)

    async def walk(self) -> AsyncIterator[StoredObject]:
        """Every object. Raises: DependencyError."""
        for stored in await asyncio.to_thread(self._list):
            yield stored

    def _put(self, key: str, sealed: bytes) -> None:
        with _translated("keep an object", key):
            self._client.put_object(self._bucket, key, BytesIO(sealed), len(sealed), content_type="application/octet-stream")

    def _get(self, key: str) -> bytes:
        with _translated("give an object", key):
            response = self._client.get_object(self._bucket, key)
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

    def _delete(self, key: str) -> None:
        try:
            with _translated("delete an object", key):
                self._client.remove_object(self._bucket, key)
        except ObjectMissingError:
            return  # already gone: some servers tell it

    def _list(self) -> list[StoredObject]:
        with _translated("list objects", ""):
            found = list(self._client.list_objects(self._bucket, recursive=True))
        return [StoredObject(item.object_name, item.last_modified) for item in found if item.object_name and item.last_modified]


@contextmanager
def _translated(act: str, key: str) -> Iterator[None]:
    """The driver's exceptions stop here."""
    try:
        yield
    except S3Error as error:
        if error.code in _ABSENT:
            raise ObjectMissingError(key) from error
        raise DependencyUnavailableError("object store", act) from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        raise DependencyUnavailableError("object store", act) from error
