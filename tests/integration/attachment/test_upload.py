"""Uploads on the real stores: limits, refusals that keep nothing, receipts (A1, A10, ux U08, U09)."""

import json
from collections.abc import AsyncIterator

import pytest
from joserfc.jwk import OKPKey

from services.attachment.domain.formats import TAILLE_MAX_OCTETS
from services.attachment.domain.piece_jointe import EtatPieceJointe
from services.attachment.settings import Settings
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.perimetre import Role
from shared.plumbing.signatures import StatementVerifier
from tests.corpus.hostile import CONTENU
from tests.corpus.pdfs import pdf_by_hand
from tests.integration.attachment.atelier import Atelier
from tests.integration.support import RunningStack

CANARI = b"canari-tres-reconnaissable"
RIEN: dict[str, set[str]] = {"quarantine": set(), "clean": set()}


def csv_of(taille: int) -> bytes:
    """A genuine csv of exactly this size."""
    return b"a;b\n".ljust(1000, b"x").ljust(taille, b"y")[:taille]


async def test_an_accepted_fichier_is_sealed_in_quarantine_and_acknowledged(atelier: Atelier) -> None:
    """A10: nothing of it is in clear in the store."""
    person = atelier.partenaire()

    recu = await atelier.sent(person, pdf_by_hand(CANARI.decode()), "Pièce d’identité.PDF")

    piece = await atelier.piece(recu.id)
    scelle = await atelier.settings.scan_buckets().quarantine.get(piece.objet)
    assert CANARI not in scelle
    assert (piece.etat, piece.nom) == (EtatPieceJointe.EN_QUARANTAINE, "Pièce d’identité.PDF")
    assert await atelier.told(recu.id) == ["recue"]
    assert await atelier.journal(recu.id) == [("receive_piece_jointe", "fait")]


async def test_the_receipt_says_what_was_stored_and_is_believed_without_asking(atelier: Atelier) -> None:
    person = atelier.partenaire()

    recu = await atelier.sent(person)

    cle = OKPKey.import_key(json.loads(atelier.settings.receipt_private_key.get_secret_value()))
    verifier = StatementVerifier(json.dumps(cle.as_dict(private=False)))
    contenu = verifier.read(recu.vue.recu, ContenuRecu, now=atelier.clock.now())
    piece = await atelier.piece(recu.id)
    assert contenu == ContenuRecu(
        id=recu.id,
        nom="justificatif.pdf",
        taille_octets=len(pdf_by_hand()),
        sha256=piece.sha256,
        format="pdf",
        structure=atelier.structure,
        caisse=atelier.caisse,
        compte=person.acteur_id,
    )


async def test_the_receipt_of_the_caisse_names_no_structure(atelier: Atelier, stack: RunningStack) -> None:
    recu = await atelier.sent(atelier.agent())

    verifier = StatementVerifier(stack.environment("case")["CASE_RECEIPT_PUBLIC_KEY"])
    assert verifier.read(recu.vue.recu, ContenuRecu, now=atelier.clock.now()).structure is None


@pytest.mark.parametrize(("taille", "statut"), [(TAILLE_MAX_OCTETS - 1, 201), (TAILLE_MAX_OCTETS, 201), (TAILLE_MAX_OCTETS + 1, 422)])
async def test_the_limit_is_inclusive(atelier: Atelier, taille: int, statut: int) -> None:
    """A1, UX-U08: 5,242,880 bytes are accepted, one more is not."""
    response = await atelier.upload(atelier.partenaire(), csv_of(taille), "grand.csv")

    assert response.status_code == statut
    if statut == 422:
        assert response.json()["champs"][0]["code"] == "trop_gros"
        assert await atelier.objects() == RIEN


async def test_a_body_without_length_is_refused_while_it_streams(atelier: Atelier) -> None:
    """A1: the sender never gets to the end of its 50 MB."""
    envoyes = 0

    async def corps() -> AsyncIterator[bytes]:
        nonlocal envoyes
        yield b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\n'
        for _ in range(800):
            envoyes += 1
            yield b"x" * 65_536

    response = await atelier.client.post(
        "/v1/pieces-jointes",
        headers=atelier.headers(atelier.partenaire()) | {"Content-Type": "multipart/form-data; boundary=b"},
        content=corps(),
    )

    assert response.status_code == 422
    assert await atelier.objects() == RIEN


@pytest.mark.parametrize(
    "cas", ["empty", "exe named pdf", "docm renamed docx", "html named csv", "pdf with a user password", "double extension"]
)
async def test_a_refused_fichier_leaves_nothing_and_says_what_to_do(atelier: Atelier, cas: str) -> None:
    """UX-U08, UX-U09."""
    nom, build, raison = CONTENU[cas]

    response = await atelier.upload(atelier.partenaire(), build(), nom)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "fichier-refuse"
    assert response.json()["champs"] == [{"champ": "fichier", "code": raison.value, "message": raison.phrase}]
    assert await atelier.count() == 0
    assert await atelier.objects() == RIEN


@pytest.mark.parametrize(
    ("corps", "type_"),
    [
        (b"", "application/json"),
        (b"pas un formulaire", "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="autre"; filename="a.csv"\r\n\r\na\r\n--b--\r\n', "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="fichier"\r\n\r\na\r\n--b--\r\n', "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\na;b', "multipart/form-data; boundary=b"),
        (b"--b\r\nX: " + b"y" * 9_000 + b"\r\n\r\na\r\n--b--\r\n", "multipart/form-data; boundary=b"),
        (
            b'--b\r\nContent-Disposition: form-data; name="fichier"; filename="a.csv"\r\n\r\na;b\r\n' * 2 + b"--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
    ],
)
async def test_a_malformed_body_is_the_sender_s_fault(atelier: Atelier, corps: bytes, type_: str) -> None:
    response = await atelier.client.post(
        "/v1/pieces-jointes", headers=atelier.headers(atelier.partenaire()) | {"Content-Type": type_}, content=corps
    )

    assert response.status_code == 400
    assert await atelier.objects() == RIEN


async def test_nobody_uploads_without_a_token_nor_as_an_operator(atelier: Atelier) -> None:
    anonyme = await atelier.client.post("/v1/pieces-jointes", files={"fichier": ("a.pdf", pdf_by_hand())})
    exploitant = await atelier.upload(atelier.agent(Role.EXPLOITANT), pdf_by_hand())

    assert (anonyme.status_code, exploitant.status_code) == (401, 403)


async def test_an_object_store_that_is_down_is_told_as_503(atelier: Atelier, settings: Settings, stack: RunningStack) -> None:
    """C5: nothing is kept, the sender may try again."""
    sans_s3 = Atelier(settings.model_copy(update={"s3_endpoint": "127.0.0.1:9"}), stack)
    try:
        response = await sans_s3.upload(sans_s3.partenaire(), pdf_by_hand())

        assert response.status_code == 503
        assert "Retry-After" in response.headers
    finally:
        await sans_s3.close()


async def test_a_fichier_attached_to_nothing_is_withdrawn_by_its_structure(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())

    collegue = await atelier.client.delete(f"/v1/pieces-jointes/{recu.id}", headers=atelier.headers(atelier.partenaire()))

    assert collegue.status_code == 204
    assert await atelier.objects() == RIEN
    assert (await atelier.piece(recu.id)).cle is None


async def test_a_fichier_is_withdrawn_by_nobody_else(atelier: Atelier) -> None:
    """B1: a stranger and an agent get the same 404 as for a file that never was."""
    recu = await atelier.sent(atelier.partenaire())
    de_la_caisse = await atelier.sent(atelier.agent())

    async def statut(person: str, piece: str) -> int:
        qui = {"etranger": atelier.partenaire(atelier.autre_structure), "agent": atelier.agent(), "partenaire": atelier.partenaire()}[
            person
        ]
        return (await atelier.client.delete(f"/v1/pieces-jointes/{piece}", headers=atelier.headers(qui))).status_code

    assert await statut("etranger", str(recu.id)) == 404
    assert await statut("agent", str(recu.id)) == 404
    assert await statut("agent", str(de_la_caisse.id)) == 404
    assert await statut("partenaire", str(de_la_caisse.id)) == 404


async def test_an_attached_fichier_is_no_longer_withdrawn(atelier: Atelier) -> None:
    person = atelier.partenaire()
    recu = await atelier.sent(person)
    await atelier.facts.attach_depot(atelier.deposee(recu.id))

    response = await atelier.client.delete(f"/v1/pieces-jointes/{recu.id}", headers=atelier.headers(person))

    assert response.status_code == 409
    assert (await atelier.piece(recu.id)).numero == atelier.numero
