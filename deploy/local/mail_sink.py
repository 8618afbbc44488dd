"""The local mail server: it accepts every message, sends none, and shows them in a page. Never in production.

In memory, and one file per message in the stack's folder, so that a restart forgets nothing.
"""

import argparse
import asyncio
import email
import email.policy
import html
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse

from shared.plumbing.process import PatientServer, RequestContext

_KEPT = 1000
_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Courriels de la pile locale</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}pre{{white-space:pre-wrap}}
td,th{{text-align:left;padding:.3rem 1rem .3rem 0;vertical-align:top}}</style>{body}</html>"""


@dataclass(frozen=True, slots=True)
class Courriel:
    """One message, as received."""

    id: str
    recu_le: datetime
    de: str
    a: list[str]
    objet: str
    texte: str

    def as_json(self) -> dict[str, object]:
        """What `/messages.json` gives."""
        return {
            "id": self.id,
            "recu_le": self.recu_le.isoformat(),
            "de": self.de,
            "a": self.a,
            "objet": self.objet,
            "texte": self.texte,
        }


class Boite:
    """Every message received, the last thousand of them."""

    def __init__(self, folder: Path) -> None:
        """Read again what the folder holds."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._messages = {path.stem: _parse(path.stem, path.read_bytes()) for path in sorted(folder.glob("*.eml"))[-_KEPT:]}
        self._sequence = itertools.count()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message. The envelope's recipients are those who would receive it."""
        identifier = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{next(self._sequence):04d}"
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        header = f"X-Enveloppe-A: {', '.join(envelope.rcpt_tos)}\r\n".encode()
        (self._folder / f"{identifier}.eml").write_bytes(header + content)
        self._messages[identifier] = _parse(identifier, header + content)
        while len(self._messages) > _KEPT:
            oldest = next(iter(self._messages))
            del self._messages[oldest]
            (self._folder / f"{oldest}.eml").unlink(missing_ok=True)
        return "250 OK"

    def newest_first(self) -> list[Courriel]:
        """All of them, the last received first."""
        return list(reversed(self._messages.values()))

    def get(self, identifier: str) -> Courriel | None:
        """One message."""
        return self._messages.get(identifier)


def create_app(boite: Boite) -> FastAPI:
    """The pages."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(RequestContext)

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/messages.json")
    async def messages() -> JSONResponse:
        return JSONResponse([message.as_json() for message in boite.newest_first()])

    @app.get("/")
    async def page() -> HTMLResponse:
        rows = "".join(
            f"<tr><td>{one.recu_le:%d/%m/%Y %H:%M:%S} UTC</td><td>{html.escape(', '.join(one.a))}</td>"
            f'<td><a href="/messages/{one.id}">{html.escape(one.objet)}</a></td></tr>'
            for one in boite.newest_first()
        )
        body = f"<h1>Courriels</h1><table><tr><th>Reçu<th>Destinataire<th>Objet</tr>{rows}</table>"
        return HTMLResponse(_PAGE.format(body=body if rows else "<h1>Courriels</h1><p>Aucun courriel reçu.</p>"))

    @app.get("/messages/{identifier}")
    async def message(identifier: str) -> HTMLResponse:
        one = boite.get(identifier)
        if one is None:
            raise HTTPException(404)
        body = (
            f'<p><a href="/">Tous les courriels</a></p><h1>{html.escape(one.objet)}</h1>'
            f"<p>De : {html.escape(one.de)}<br>À : {html.escape(', '.join(one.a))}</p><pre>{html.escape(one.texte)}</pre>"
        )
        return HTMLResponse(_PAGE.format(body=body))

    return app


async def serve(*, host: str, smtp_port: int, page_port: int, folder: Path) -> None:
    """Listen until SIGTERM."""
    boite = Boite(folder)
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(lambda: SMTP(boite, hostname="localhost", enable_SMTPUTF8=True), host, smtp_port)
    async with smtp:
        await PatientServer(create_app(boite), host=host, port=page_port).serve()


def _parse(identifier: str, content: bytes) -> Courriel:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    body = parsed.get_body(("plain", "html"))
    moment = datetime.strptime(identifier.split("-", maxsplit=1)[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Courriel(
        id=identifier,
        recu_le=moment,
        de=str(parsed.get("From", "")),
        a=[one.strip() for one in str(parsed.get("X-Enveloppe-A", "")).split(",") if one.strip()],
        objet=str(parsed.get("Subject", "(sans objet)")),
        texte=str(body.get_content()) if body is not None else "",
    )


def main() -> None:
    """Ports and folder come from the command line: this process has no secret."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--page-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(host=chosen.host, smtp_port=chosen.smtp_port, page_port=chosen.page_port, folder=chosen.folder))


if __name__ == "__main__":
    main()
