"""What a download link answers, in a browser: exact headers on everything, and a page instead of a file (B7, trust §2.6)."""

import json
from datetime import timedelta
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import OKPKey

from services.attachment.api.headers import DownloadHeaders
from services.attachment.api.links import Links
from services.attachment.api.pieces_jointes import build_download_router
from services.attachment.domain.errors import PieceJointeBlockedError, PieceJointeExpiredError, TelechargementNotFoundError
from services.attachment.operations.download_piece_jointe import FichierServi, Telechargement
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyUnavailableError
from shared.kernel.identifiers import PieceJointeId, new_id
from shared.plumbing.problems import install_problems
from tests.unit.attachment.builders import MARDI, un_partenaire, une_piece_jointe

JWK = json.dumps(OKPKey.generate_key("Ed25519", parameters={"kid": "attachment"}).as_dict(private=True))
LINKS = Links(JWK, "https://fichiers.exemple.fr", timedelta(seconds=60), FixedClock(MARDI))
PIECE = une_piece_jointe(nom="attestation.pdf")
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
REFUSALS = [
    (TelechargementNotFoundError(), 404, "Ce lien de téléchargement n’est plus valable."),
    (PieceJointeBlockedError(PIECE.id, None), 403, "Ce fichier a été écarté et ne peut pas être téléchargé."),
    (PieceJointeExpiredError(PIECE.id), 410, "Ce fichier n’est plus disponible."),
    (DependencyUnavailableError("object store", "find an object"), 503, "téléchargez à nouveau dans quelques minutes."),
    (RuntimeError("bug"), 500, "téléchargez à nouveau dans quelques minutes."),
]


class Serveur:
    """Serves one file, or refuses it."""

    def __init__(self, refus: Exception | None = None) -> None:
        self._refus = refus

    async def serve(self, _piece_jointe_id: PieceJointeId, *, perimetre: Perimetre) -> FichierServi:
        if self._refus is not None:
            raise self._refus
        return FichierServi(PIECE, b"%PDF-")


def un_navigateur(refus: Exception | None = None) -> TestClient:
    app = FastAPI()
    install_problems(app)
    app.include_router(build_download_router(cast("Telechargement", Serveur(refus)), LINKS))
    app.add_middleware(DownloadHeaders)
    return TestClient(app, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})


def un_lien() -> str:
    return LINKS.make(PieceJointeId(new_id()), un_partenaire())[0].removeprefix("https://fichiers.exemple.fr")


def test_a_file_leaves_with_its_name_and_the_exact_headers() -> None:
    response = un_navigateur().get(un_lien())

    assert (response.status_code, response.content) == (200, b"%PDF-")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="attestation.pdf"')
    assert {nom: response.headers[nom] for nom in HEADERS} == HEADERS


@pytest.mark.parametrize(("refus", "status", "phrase"), REFUSALS, ids=lambda value: type(value).__name__)
def test_b7_a_refusal_is_a_page_in_french_under_the_same_headers(refus: Exception, status: int, phrase: str) -> None:
    response = un_navigateur(refus).get(un_lien())

    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in response.text
    assert phrase in response.text
    assert {nom: response.headers[nom] for nom in HEADERS} == HEADERS


def test_a_page_loads_nothing_and_names_no_component() -> None:
    response = un_navigateur(DependencyUnavailableError("object store", "find an object")).get(un_lien())

    assert response.headers["Retry-After"] == "5"
    assert not [mark for mark in ("http:", "https:", "src=", "href=", "<style", "object store") if mark in response.text]


def test_a_program_that_asks_for_json_reads_a_problem() -> None:
    response = un_navigateur().get("/telechargements/x", headers={"Accept": "application/json"})

    assert (response.status_code, response.json()["code"]) == (404, "telechargement-not-found")
    assert {nom: response.headers[nom] for nom in HEADERS} == HEADERS


@pytest.mark.parametrize(("method", "path"), [("POST", "/telechargements/x"), ("GET", "/telechargements/x/y")])
def test_b7_what_the_framework_refuses_has_the_headers_too(method: str, path: str) -> None:
    response = un_navigateur().request(method, path)

    assert response.status_code in {404, 405}
    assert {nom: response.headers[nom] for nom in HEADERS} == HEADERS
