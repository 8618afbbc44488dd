"""Slow senders keep their own share of the places, and whoever waits for one is answered in time."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services.attachment.api.pieces_jointes import Receipts, build_router
from services.attachment.api.places import Limits, UploadPlaces
from services.attachment.domain.piece_jointe import PieceJointe
from services.attachment.operations.receive_piece_jointe import FichierEnvoye, Reception
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyTimeoutError
from shared.kernel.identifiers import CompteId, new_id
from shared.plumbing.problems import install_problems
from tests.unit.attachment.builders import CAISSE, MARDI, une_piece_jointe

JWK = json.dumps(OKPKey.generate_key("Ed25519", parameters={"kid": "attachment"}).as_dict(private=True))
DEBUT = b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\na;b'
FIN = b"\r\n--b--\r\n"
SLOW, OTHER = CompteId(new_id()), CompteId(new_id())
TIGHT = Limits(in_all=3, per_compte=2, wait=timedelta(milliseconds=20))


class Accueil:
    """Takes every file that came whole."""

    async def receive(self, _fichier: FichierEnvoye, *, perimetre: Perimetre) -> PieceJointe:
        return une_piece_jointe(deposee_par=perimetre.acteur_id)


class Verifier:
    """Believes the account that the header names."""

    def person(self, authorization: str | None) -> Perimetre:
        return Perimetre(caisse_code=CAISSE, role=Role.AGENT, compte_id=CompteId(UUID(authorization or "")))


class Envoi:
    """A body that stops in the middle until it is let go."""

    def __init__(self) -> None:
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()

    async def corps(self) -> AsyncIterator[bytes]:
        yield DEBUT
        self.begun.set()
        await self.let_go.wait()
        yield FIN


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = FastAPI()
    install_problems(app)
    app.state.verifier = Verifier()
    unused = cast("Any", SimpleNamespace())
    receipts = Receipts(JWK, timedelta(days=30), FixedClock(MARDI))
    app.include_router(build_router(cast("Reception", Accueil()), unused, unused, receipts, unused, UploadPlaces(TIGHT)))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="https://attachment.exemple.fr")


async def post(client: httpx2.AsyncClient, compte: CompteId, corps: bytes | AsyncIterator[bytes]) -> httpx2.Response:
    headers = {"Authorization": str(compte), "Content-Type": "multipart/form-data; boundary=b"}
    return await client.post("/v1/pieces-jointes", headers=headers, content=corps)


async def test_slow_uploads_of_one_account_hold_up_nobody_else(client: httpx2.AsyncClient) -> None:
    lents = [Envoi() for _ in range(TIGHT.per_compte)]
    async with client, asyncio.TaskGroup() as group:
        posted = [group.create_task(post(client, SLOW, lent.corps())) for lent in lents]
        for lent in lents:
            await lent.begun.wait()

        one_more, other = await asyncio.gather(post(client, SLOW, DEBUT + FIN), post(client, OTHER, DEBUT + FIN))
        for lent in lents:
            lent.let_go.set()

    assert (one_more.status_code, one_more.headers["Content-Type"]) == (503, "application/problem+json")
    assert one_more.headers["Retry-After"] == "5"
    assert other.status_code == 201
    assert [(await task).status_code for task in posted] == [201, 201]


async def test_a_place_is_given_back_whatever_the_end(client: httpx2.AsyncClient) -> None:
    async with client:
        refused = [(await post(client, SLOW, b"pas un formulaire")).status_code for _ in range(2 * TIGHT.in_all)]
        taken = await post(client, SLOW, DEBUT + FIN)

    assert set(refused) == {400}
    assert taken.status_code == 201


async def test_the_wait_for_a_place_ends_when_every_place_is_taken() -> None:
    places = UploadPlaces(Limits(in_all=1, per_compte=1, wait=timedelta(milliseconds=10)))

    async with places.take(SLOW):
        with pytest.raises(DependencyTimeoutError):
            async with places.take(OTHER):
                pytest.fail("there was no place")

    async with places.take(OTHER):
        pass  # the place that came free, and the share of whoever waited in vain


def test_one_account_never_holds_every_place() -> None:
    assert Limits().per_compte < Limits().in_all
