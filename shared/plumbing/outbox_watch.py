"""What an outbox relay rests on: one connection that hears of a fact at once, and looks for a missed one each second.

It speaks to libpq itself: psycopg's `notifies()` wakes ten times a second to see whether it was interrupted, a cursor costs four times
this look, and four services do it each second of an idle house (trust D10).
"""

import asyncio
from typing import Final

import psycopg

from shared.plumbing.tables import OUTBOX_CHANNEL

_LOOK_EVERY_S: Final = 1.0
_LOOKS_IN_SILENCE: Final = 5
_RETRY_S: Final = 5.0
_HOLDS_SOMETHING: Final = b"SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)"


async def watch_outbox(url: str, hint: asyncio.Event) -> None:
    """Set `hint` whenever the outbox may hold something, until cancelled. Blind, it says so at each attempt to see again."""
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=2)
            try:
                await connection.execute(f"LISTEN {OUTBOX_CHANNEL}")
                await _Watch(connection.pgconn, hint).until_lost()
            finally:
                await connection.close()
        except (psycopg.Error, TimeoutError):
            hint.set()
            await asyncio.sleep(_RETRY_S)


class _Watch:
    """A connection with nothing else to do: it is asked each second and heard whenever it speaks."""

    def __init__(self, connection: psycopg.pq.abc.PGconn, hint: asyncio.Event) -> None:
        self._connection, self._hint = connection, hint
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unanswered = 0

    async def until_lost(self) -> None:
        """Raises: psycopg.OperationalError when the server hung up, TimeoutError when it answers no more."""
        loop, socket = asyncio.get_running_loop(), self._connection.socket
        loop.add_reader(socket, self._hear)
        try:
            while not self._lost.done():
                self._look()
                await asyncio.wait([self._lost], timeout=_LOOK_EVERY_S)
            self._lost.result()
        finally:
            loop.remove_reader(socket)

    def _look(self) -> None:
        if self._unanswered == 0:
            self._connection.send_query(_HOLDS_SOMETHING)
        elif self._unanswered == _LOOKS_IN_SILENCE:
            raise TimeoutError
        self._unanswered += 1

    def _hear(self) -> None:
        try:
            self._connection.consume_input()
            while self._connection.notifies():
                self._hint.set()
            while not self._connection.is_busy() and (answer := self._connection.get_result()):
                self._heed(answer)
        except psycopg.Error as error:
            if not self._lost.done():
                self._lost.set_exception(error)

    def _heed(self, answer: psycopg.pq.abc.PGresult) -> None:
        self._unanswered = 0
        if answer.status != psycopg.pq.ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(answer.get_error_message())
        if answer.get_value(0, 0) == b"t":
            self._hint.set()
