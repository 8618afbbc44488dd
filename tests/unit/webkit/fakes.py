"""What stands behind the door of a front, in memory: directory with one account, sessions without a database."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Literal

from shared.contracts.http.directory import ConnexionResult
from shared.kernel.clock import Clock
from shared.kernel.errors import ThrottledError, UnauthenticatedError
from shared.kernel.identifiers import CompteId
from shared.webkit.sessions import Contenu, Limits, Session, SessionOuverte, Sessions, csrf_of


class FakeDirectory:
    """Knows one account; slows every sign-in down when told to."""

    def __init__(self, compte: ConnexionResult, mot_de_passe: str) -> None:
        self.compte, self.mot_de_passe = compte, mot_de_passe
        self.slow_down_s = 0

    async def sign_in(self, courriel: str, mot_de_passe: str, adresse_ip: str) -> ConnexionResult:
        assert adresse_ip
        assert courriel.isprintable()  # the contract refuses what could not be stored
        if self.slow_down_s:
            raise ThrottledError("too many", retry_after_s=self.slow_down_s)
        if (courriel, mot_de_passe) != (self.compte.courriel, self.mot_de_passe):
            raise UnauthenticatedError("no")
        return self.compte


class MemorySessions(Sessions):
    """Sessions in a dictionary, with the same limits as those of the database."""

    def __init__(self, nom: str, limits: Limits, clock: Clock, *, same_site: Literal["lax", "strict"] = "lax") -> None:
        self._nom, self._limits, self._clock, self._same_site = nom, limits, clock, same_site
        self.kept: dict[bytes, Session] = {}
        self.seen: dict[bytes, datetime] = {}
        self.tokens = 0

    async def open(self, compte_id: CompteId, contenu: Contenu) -> str:
        self.tokens += 1
        token, now = f"{self._nom}-jeton-{self.tokens}", self._clock.now()
        key = self._key(token)
        self.kept[key] = Session(empreinte=key, compte_id=compte_id, contenu=contenu, ouverte_le=now, expire_le=now, csrf=csrf_of(token))
        self.seen[key] = now
        return token

    async def read(self, token: str | None, *, seen: bool = True) -> Session | None:
        session, now = self.kept.get(self._key(token or "")), self._clock.now()
        if session is None or now >= self._end_of(session.ouverte_le, self.seen[session.empreinte]):
            return None
        if seen:
            self.seen[session.empreinte] = now
        return replace(session, expire_le=self._end_of(session.ouverte_le, self.seen[session.empreinte]))

    async def rotate(self, session: Session, contenu: Contenu) -> str:
        del self.kept[session.empreinte]
        return await self.open(session.compte_id, contenu)

    async def keep(self, session: Session, contenu: Contenu) -> None:
        self.kept[session.empreinte] = replace(session, contenu=contenu)

    async def end(self, session: Session) -> None:
        self.kept.pop(session.empreinte, None)

    async def list_open(self, session: Session) -> list[SessionOuverte]:
        return [
            SessionOuverte(
                cle=key.hex()[:16],
                ouverte_le=kept.ouverte_le,
                vue_le=self.seen[key],
                programme=False,
                actuelle=key == session.empreinte,
            )
            for key, kept in self.kept.items()
            if kept.compte_id == session.compte_id
        ]

    async def end_other(self, session: Session, cle: str) -> None:
        self.kept = {key: kept for key, kept in self.kept.items() if key.hex()[:16] != cle or kept.compte_id != session.compte_id}

    async def end_all(self, compte_id: CompteId) -> None:
        self.kept = {key: session for key, session in self.kept.items() if session.compte_id != compte_id}

    def _key(self, token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()
