"""A watch whose server swallows everything says so: the relay then looks by itself."""

import asyncio
import socket
from collections.abc import Iterator
from typing import cast

import psycopg
import pytest

from shared.plumbing import outbox_watch
from shared.plumbing.outbox_watch import _Watch


class SilentServer:
    """A connection that takes questions and answers none."""

    def __init__(self, number: int) -> None:
        self.socket, self.asked = number, 0

    def send_query(self, _statement: bytes) -> None:
        """Taken."""
        self.asked += 1


@pytest.fixture
def server() -> Iterator[SilentServer]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield SilentServer(ours.fileno())


async def test_a_server_that_answers_no_more_is_given_up(server: SilentServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_watch, "_LOOK_EVERY_S", 0.001)
    watch = _Watch(cast("psycopg.pq.abc.PGconn", server), asyncio.Event())

    with pytest.raises(TimeoutError):
        await watch.until_lost()

    assert server.asked == 1, "one question at a time"
