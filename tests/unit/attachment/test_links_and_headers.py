"""Download links live a minute and say who reads what; a served file is saved, never shown (trust §2.6)."""

import json
from datetime import timedelta

import pytest
from joserfc.jwk import OKPKey

from services.attachment.api.headers import content_disposition
from services.attachment.api.links import Links
from services.attachment.api.pieces_jointes import Receipts
from services.attachment.domain.errors import TelechargementNotFoundError
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import FixedClock
from shared.kernel.identifiers import PieceJointeId, new_id
from tests.unit.attachment.builders import MARDI, un_agent, un_partenaire, une_piece_jointe

JWK = json.dumps(OKPKey.generate_key("Ed25519", parameters={"kid": "attachment"}).as_dict(private=True))
MINUTE = timedelta(seconds=60)


def liens(clock: FixedClock) -> Links:
    return Links(JWK, "https://fichiers.exemple.fr/", MINUTE, clock)


@pytest.mark.parametrize("perimetre", [un_partenaire(), un_agent()])
def test_a_link_says_who_reads_what(perimetre: Perimetre) -> None:
    links, piece_jointe_id = liens(FixedClock(MARDI)), PieceJointeId(new_id())

    url, expire_le = links.make(piece_jointe_id, perimetre)

    assert url.startswith("https://fichiers.exemple.fr/telechargements/")
    assert expire_le - MARDI <= MINUTE
    assert links.read(url.rpartition("/")[2]) == (piece_jointe_id, perimetre)


def test_a_link_is_over_after_a_minute() -> None:
    clock = FixedClock(MARDI)
    links = liens(clock)
    jeton = links.make(PieceJointeId(new_id()), un_partenaire())[0].rpartition("/")[2]

    clock.at = MARDI + timedelta(seconds=61)

    with pytest.raises(TelechargementNotFoundError):
        links.read(jeton)


def test_an_altered_link_is_refused() -> None:
    links = liens(FixedClock(MARDI))
    jeton = links.make(PieceJointeId(new_id()), un_partenaire())[0].rpartition("/")[2]
    autre = liens(FixedClock(MARDI)).make(PieceJointeId(new_id()), un_agent())[0].rpartition("/")[2]
    melange = ".".join([jeton.split(".")[0], autre.split(".")[1], jeton.split(".")[2]])

    for faux in (melange, jeton[:-4], "x", ""):
        with pytest.raises(TelechargementNotFoundError):
            links.read(faux)


def test_a_receipt_never_passes_for_a_link() -> None:
    clock = FixedClock(MARDI)
    recu = Receipts(JWK, MINUTE, clock).sign(une_piece_jointe()).recu

    with pytest.raises(TelechargementNotFoundError):
        liens(clock).read(recu)


def test_the_name_of_a_download_is_readable_by_old_and_new() -> None:
    assert content_disposition("pièce d’identité.pdf") == (
        "attachment; filename=\"piece didentite.pdf\"; filename*=UTF-8''pi%C3%A8ce%20d%E2%80%99identit%C3%A9.pdf"
    )
