"""The running process under bad senders, over raw sockets: nothing stored, nothing left (A1; its memory is measured in tests/bench)."""

import asyncio
import json
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from services.attachment.domain.formats import TAILLE_MAX_OCTETS
from shared.contracts.http.attachment import RecuVue
from shared.kernel.clock import Clock
from shared.kernel.identifiers import PieceJointeId
from shared.plumbing.identity import TokenSigner
from tests.corpus.pdfs import pdf_by_hand
from tests.integration.attachment.atelier import Atelier
from tests.integration.conftest import ConnectBus
from tests.integration.support import RunningStack, wait_for

DEBUT = b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\n'
FIN = b"\r\n--b--\r\n"


class Emetteur:
    """Speaks HTTP by hand to the running process, as a real partner of an invented caisse."""

    def __init__(self, stack: RunningStack, atelier: Atelier) -> None:
        self._stack, self._atelier = stack, atelier
        adresse = urlsplit(stack.url("attachment"))
        self._hote, self._port = str(adresse.hostname), int(adresse.port or 0)
        self._signer = TokenSigner(stack.environment("gateway")["GATEWAY_TOKEN_PRIVATE_KEY"], Clock())

    @property
    def process(self) -> psutil.Process:
        ecoutes = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr[1:] == (self._port,))
        return psutil.Process(next(c.pid for c in ecoutes if c.pid is not None))

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._signer.for_person(self._atelier.partenaire(), 'attachment')}"}

    async def open(self, *entetes: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._hote, self._port)
        autorisation = self.headers()["Authorization"]
        lignes = [
            "POST /v1/pieces-jointes HTTP/1.1",
            "Host: x",
            f"Authorization: {autorisation}",
            "Content-Type: multipart/form-data; boundary=b",
        ]
        writer.write("\r\n".join([*lignes, *entetes, "", ""]).encode())
        return reader, writer

    async def chunked(self, corps: list[bytes]) -> int:
        """Send a body without a length, until it is refused or over; the status of the answer."""
        reader, writer = await self.open("Transfer-Encoding: chunked")
        reponse = asyncio.create_task(reader.readline())
        for morceau in corps:
            if reponse.done():
                break
            writer.write(f"{len(morceau):x}\r\n".encode() + morceau + b"\r\n")
            await writer.drain()
        else:
            writer.write(b"0\r\n\r\n")
        statut = int((await asyncio.wait_for(reponse, 20)).split()[1])
        writer.close()
        return statut

    async def give_up(self) -> None:
        """Announce a file, send a little of it, leave."""
        _, writer = await self.open("Content-Length: 4000000")
        writer.write(DEBUT + b"a;b\n" * 1000)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
def emetteur(stack: RunningStack, atelier: Atelier) -> Emetteur:
    return Emetteur(stack, atelier)


async def test_bad_senders_leave_nothing(emetteur: Emetteur, atelier: Atelier) -> None:
    """A1: oversize bodies without a length, empty files, senders who leave in the middle."""
    enorme = [DEBUT, *[b"x" * 65_536] * 160]

    for _ in range(3):
        statuts = await asyncio.gather(*(emetteur.chunked(enorme) for _ in range(8)), *(emetteur.chunked([DEBUT, FIN]) for _ in range(8)))
        assert set(statuts) == {422}
        await asyncio.gather(*(emetteur.give_up() for _ in range(8)))

    ouverts = emetteur.process.open_files()
    assert not [fichier for fichier in ouverts if Path(fichier.path).is_relative_to("/tmp")]  # noqa: S108  # looked for, not used
    assert await atelier.count() == 0
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}


async def test_exactly_the_limit_is_accepted_over_the_wire(emetteur: Emetteur) -> None:
    """A1: the byte after it is not."""
    contenu = b"a;b\n".ljust(TAILLE_MAX_OCTETS, b"y")

    juste = await emetteur.chunked([DEBUT, contenu, FIN])
    de_trop = await emetteur.chunked([DEBUT, contenu + b"y", FIN])

    assert (juste, de_trop) == (201, 422)


async def test_facts_reach_the_service_over_the_bus(
    emetteur: Emetteur, atelier: Atelier, connect_bus: ConnectBus, stack: RunningStack
) -> None:
    """A filing told on the bus attaches its files in the running process."""
    async with httpx2.AsyncClient(base_url=stack.url("attachment")) as client:
        response = await client.post("/v1/pieces-jointes", headers=emetteur.headers(), files={"fichier": ("a.pdf", pdf_by_hand())})
        recu = RecuVue.model_validate_json(response.content)
    bus = await connect_bus("ops")
    fait = atelier.deposee(recu.id)

    await bus.jetstream().publish(fait.type, json.dumps(fait.model_dump(mode="json")).encode(), headers={"Nats-Msg-Id": fait.id})

    async def attached() -> bool:
        return (await atelier.piece(PieceJointeId(recu.id))).numero == atelier.numero

    assert await wait_for(attached)
