"""The engine as every process sees it: one way to connect, sealed payloads, errors translated in one table.

Everything a payload holds is sealed with AES-256-GCM under a key ring; ids, types and search attributes stay in clear (ADR on
personal data in payloads).
"""

import asyncio
import base64
import dataclasses
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from temporalio import activity
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.service import GrpcCompression, RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor, Worker

from shared.kernel.errors import DependencyError, HouseError
from shared.plumbing.rounds import pause

log = structlog.get_logger(__name__)
_ENCODING: Final = b"binary/encrypted"
_NONCE_BYTES: Final = 12
_DEPENDENCY_RETRY: Final = timedelta(seconds=5)


class KeyRingCodec(PayloadCodec):
    """Seals with the active key, opens with any key of the ring; bound to the namespace.

    Rotation: the new key everywhere, then active, then the old one dropped after the longest retention.
    """

    def __init__(self, keys: Mapping[str, bytes], active: str, namespace: str) -> None:
        self._aead = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._active, self._namespace = active, namespace.encode()
        if active not in self._aead:
            message = f"the active key {active} is not in the ring"
            raise LookupError(message)

    def _aad(self, key_id: str) -> bytes:
        return b"ep1|" + self._namespace + b"|" + key_id.encode()

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._aead[self._active].encrypt(nonce, payload.SerializeToString(), self._aad(self._active))
        return Payload(metadata={"encoding": _ENCODING, "encryption-key-id": self._active.encode()}, data=sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload  # in clear: the server's own payloads
        key_id = payload.metadata["encryption-key-id"].decode()
        if key_id not in self._aead:
            message = f"unknown key {key_id}"
            raise LookupError(message)
        try:
            clear = self._aead[key_id].decrypt(payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:], self._aad(key_id))
        except InvalidTag as error:
            message = "the payload was altered, or sealed for another namespace"
            raise ValueError(message) from error
        return Payload.FromString(clear)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open each payload. Raises: LookupError for a key we do not have."""
        return [self._open(payload) for payload in payloads]


def build_codec(keys: Mapping[str, SecretStr], active: str, namespace: str) -> KeyRingCodec:
    """The codec of a key ring as settings hold it (base64)."""
    return KeyRingCodec({key_id: base64.b64decode(key.get_secret_value()) for key_id, key in keys.items()}, active, namespace)


def build_data_converter(codec: PayloadCodec) -> DataConverter:
    """Pydantic models, sealed, failures included."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(address: str, namespace: str, codec: PayloadCodec, stop: asyncio.Event) -> Client | None:
    """A client for workers, waiting for the server as long as it takes; None when stopped first."""
    while not stop.is_set():
        try:
            return await asyncio.wait_for(
                # Payloads are sealed: gzip, the client's default, would cost both ends processor time and save nothing.
                Client.connect(
                    address, namespace=namespace, data_converter=build_data_converter(codec), grpc_compression=GrpcCompression.NONE
                ),
                timeout=10,
            )
        except (RuntimeError, RPCError, TimeoutError):
            log.warning("engine_unreachable", dependency="Temporal")
            await pause(stop, 1.0)
    return None


def application_error(error: HouseError) -> ApplicationError:
    """The table of this edge: a dependency is tried again, everything else of ours is final."""
    if isinstance(error, DependencyError):
        return ApplicationError(error.code, type=type(error).__name__, next_retry_delay=_DEPENDENCY_RETRY)
    return ApplicationError(error.code, type=type(error).__name__, non_retryable=True)


class TranslateErrors(Interceptor):
    """Every activity's errors pass through the table above, once."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 — the SDK's name
        """Wrap the execution of activities."""
        return _TranslatingInbound(next)


class _TranslatingInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> object:  # noqa: A002 — the SDK's name
        info = activity.info()
        with structlog.contextvars.bound_contextvars(workflow_id=info.workflow_id, activity_type=info.activity_type, attempt=info.attempt):
            try:
                return await super().execute_activity(input)
            except DependencyError as error:
                log.warning("step_delayed", dependency=error.dependency, act=error.act)
                raise application_error(error) from error
            except HouseError as error:
                log.exception("step_refused", code=error.code)
                raise application_error(error) from error
            except (ApplicationError, CancelledError, asyncio.CancelledError):
                raise
            except Exception:
                log.exception("step_failed")
                raise


class WorkerComponent:
    """A Temporal worker as a component of a process: polls until stopped, then finishes what it holds."""

    def __init__(self, worker: Worker, name: str) -> None:
        self._worker, self.name = worker, name

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until stopped; the worker's own failure stops the process, which the supervisor starts again."""
        running = asyncio.create_task(self._worker.run())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if running.done():
            await running
            return
        await self._worker.shutdown()
        await running
