"""Sessions of a front (trust §3, B4): an opaque 256-bit token in a cookie, its SHA-256 in the front's own table.

The table belongs to the front: its `store` declares it with `shared.plumbing.tables.session_table`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Table, bindparam, delete, insert, or_, select, update
from starlette.requests import HTTPConnection
from starlette.responses import Response

from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.plumbing.database import Database
from shared.plumbing.rounds import Rounds

_TOKEN_BYTES: Final = 32
_SEEN_STEP: Final = timedelta(minutes=1)  # `vue_le` is not written more often: a page would cost a write
_PURGE_PERIOD: Final = timedelta(hours=1)

PROGRAMME_KEY: Final = "programme"  # in the content of a program's session

Contenu = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a session lives: without use, and at most (partner 30 min and 8 h, agent 15 min and 8 h, program 8 h)."""

    inactivite: timedelta
    absolue: timedelta


PARTENAIRE: Final = Limits(inactivite=timedelta(minutes=30), absolue=timedelta(hours=8))
AGENT: Final = Limits(inactivite=timedelta(minutes=15), absolue=timedelta(hours=8))
PROGRAMME: Final = Limits(inactivite=timedelta(hours=8), absolue=timedelta(hours=8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in. `contenu` is what the front keeps about them; `csrf` is the token every form must carry."""

    empreinte: bytes
    compte_id: CompteId
    contenu: Contenu
    ouverte_le: datetime
    expire_le: datetime
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOuverte:
    """One line of « mes sessions »: `cle` names it, `programme` tells a bearer from a browser."""

    cle: str
    ouverte_le: datetime
    vue_le: datetime
    programme: bool
    actuelle: bool


class Sessions:
    """The sessions of one front and one kind: browsers by cookie, programs by bearer."""

    def __init__(
        self,
        database: Database,
        table: Table,
        *,
        nom: str,
        limits: Limits,
        clock: Clock,
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        self._database = database
        self._table = table
        self._nom = nom
        self._limits = limits
        self._clock = clock
        self._same_site = same_site
        self._by_print = select(table).where(table.c.empreinte == bindparam("empreinte"))  # built once: every request reads it

    @property
    def cookie(self) -> str:
        """Name of the cookie: another one per front, ports of one host share cookies."""
        return f"__Host-ep_{self._nom}"

    async def open(self, compte_id: CompteId, contenu: Contenu) -> str:
        """A new session and its token, which is never stored."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._clock.now()
        async with self._database.technical_transaction() as session:
            await session.execute(
                insert(self._table).values(empreinte=self._print(token), compte_id=compte_id, contenu=contenu, ouverte_le=now, vue_le=now)
            )
        return token

    async def read(self, token: str | None, *, seen: bool = True) -> Session | None:
        """The session of this token, None when unknown or over; using it (`seen`) keeps it alive within its absolute limit."""
        if not token:
            return None
        now, table, empreinte = self._clock.now(), self._table, self._print(token)
        async with self._database.technical_transaction() as session:
            row = (await session.execute(self._by_print, {"empreinte": empreinte})).mappings().one_or_none()
            if row is None or now >= self._end_of(row["ouverte_le"], row["vue_le"]):
                return None
            if seen and now - row["vue_le"] >= _SEEN_STEP:
                await session.execute(update(table).where(table.c.empreinte == empreinte).values(vue_le=now))
        return Session(
            empreinte=empreinte,
            compte_id=row["compte_id"],
            contenu=row["contenu"],
            ouverte_le=row["ouverte_le"],
            expire_le=self._end_of(row["ouverte_le"], now if seen else row["vue_le"]),
            csrf=csrf_of(token),
        )

    async def rotate(self, session: Session, contenu: Contenu) -> str:
        """The same person under a new token (change of role or perimetre): the old one is refused from now on.

        Raises: UnauthenticatedError when the session was ended meanwhile: nothing brings it back.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._database.technical_transaction() as transaction:
            old = delete(self._table).where(self._table.c.empreinte == session.empreinte).returning(self._table.c.empreinte)
            if (await transaction.execute(old)).first() is None:
                raise UnauthenticatedError("the session was ended")
            await transaction.execute(
                insert(self._table).values(
                    empreinte=self._print(token),
                    compte_id=session.compte_id,
                    contenu=contenu,
                    ouverte_le=session.ouverte_le,
                    vue_le=self._clock.now(),
                )
            )
        return token

    async def keep(self, session: Session, contenu: Contenu) -> None:
        """What the front keeps about the person from now on, under the same token. It ends with the session."""
        async with self._database.technical_transaction() as transaction:
            await transaction.execute(update(self._table).where(self._table.c.empreinte == session.empreinte).values(contenu=contenu))

    async def end(self, session: Session) -> None:
        """Sign out: counts from the next request."""
        async with self._database.technical_transaction() as transaction:
            await transaction.execute(delete(self._table).where(self._table.c.empreinte == session.empreinte))

    async def end_all(self, compte_id: CompteId) -> None:
        """Every session of an account, of every kind: a disabled account counts from the next request (trust B3)."""
        async with self._database.technical_transaction() as transaction:
            await transaction.execute(delete(self._table).where(self._table.c.compte_id == compte_id))

    async def list_open(self, session: Session) -> list[SessionOuverte]:
        """Every open session of the person, latest seen first (ASVS 7.5.2)."""
        table, now = self._table, self._clock.now()
        alive = (table.c.compte_id == session.compte_id, table.c.ouverte_le > now - self._limits.absolue)
        async with self._database.technical_transaction() as transaction:
            rows = (await transaction.execute(select(table).where(*alive).order_by(table.c.vue_le.desc()))).mappings().all()
        lines = [
            SessionOuverte(
                cle=_name_of(row["empreinte"]),
                ouverte_le=row["ouverte_le"],
                vue_le=row["vue_le"],
                programme=bool(row["contenu"].get(PROGRAMME_KEY)),
                actuelle=row["empreinte"] == session.empreinte,
            )
            for row in rows
        ]
        return [line for line in lines if line.programme or now < self._end_of(line.ouverte_le, line.vue_le)]

    async def end_other(self, session: Session, cle: str) -> None:
        """End another session of the same person; a name of nobody's changes nothing."""
        table = self._table
        async with self._database.technical_transaction() as transaction:
            rows = await transaction.execute(select(table.c.empreinte).where(table.c.compte_id == session.compte_id))
            prints = [empreinte for empreinte in rows.scalars() if _name_of(empreinte) == cle]
            await transaction.execute(delete(table).where(table.c.empreinte.in_(prints)))

    async def purge(self) -> None:
        """Forget what is over for good."""
        now = self._clock.now()
        over = or_(self._table.c.vue_le < now - self._limits.absolue, self._table.c.ouverte_le < now - self._limits.absolue)
        async with self._database.technical_transaction() as transaction:
            await transaction.execute(delete(self._table).where(over))

    def token_of(self, request: HTTPConnection) -> str | None:
        """The token the browser sent, if any."""
        return request.cookies.get(self.cookie)

    def set_cookie(self, response: Response, token: str) -> None:
        """Hand the token to the browser: for this host only, over a secure channel, out of reach of scripts."""
        response.set_cookie(self.cookie, token, path="/", secure=True, httponly=True, samesite=self._same_site)

    def clear_cookie(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(self.cookie, path="/", secure=True, httponly=True, samesite=self._same_site)

    def _end_of(self, ouverte_le: datetime, vue_le: datetime) -> datetime:
        return min(vue_le + self._limits.inactivite, ouverte_le + self._limits.absolue)

    def _print(self, token: str) -> bytes:
        # The kind is part of the print: a cookie's token is worth nothing as a bearer, and the reverse.
        return hashlib.sha256(f"{self._nom}:{token}".encode()).digest()


def build_purge(sessions: Sessions) -> Rounds:
    """Forgets sessions that are over, every hour."""
    return Rounds("session_purge", _PURGE_PERIOD, sessions.purge)


def _name_of(empreinte: bytes) -> str:
    return hashlib.sha256(empreinte).hexdigest()[:16]


def csrf_of(token: str) -> str:
    """The form token bound to a session: derived, so nothing more is stored; it tells nothing about the session token."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()


def is_same_csrf(expected: str, received: str) -> bool:
    """Compared in constant time."""
    return bool(expected) and hmac.compare_digest(expected.encode(), received.encode())
