"""`/api/v1` for programs (house §9.8): bearer, problem+json, idempotency, rate limits, OpenAPI."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.kernel.errors import FieldError, RuleError
from tests.unit.gateway.conftest import ORIGIN
from tests.unit.gateway.fakes import COURRIEL, MOT_DE_PASSE, NUMERO, World, un_compte, un_depot, un_doublon, une_demande

CLE = {"Idempotency-Key": "11111111-1111-4111-8111-111111111111"}
DEPOT = {"offre": "contacter_organisme", "contenu": {"motif": "offres_de_service", "commentaire": "Bonjour."}}


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ORIGIN)


@pytest.fixture
def program(anonymous: TestClient) -> TestClient:
    answer = anonymous.post("/api/v1/connexion", json={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    anonymous.headers["Authorization"] = f"Bearer {answer.json()['jeton']}"
    return anonymous


def test_a_program_signs_in_for_eight_hours(program: TestClient, world: World) -> None:
    world.clock.at += timedelta(hours=7, minutes=59)
    assert program.get("/api/v1/offres").status_code == 200
    world.clock.at += timedelta(minutes=1)

    answer = program.get("/api/v1/offres")

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


def test_b4_the_token_of_a_browser_is_no_bearer(browser: TestClient) -> None:
    token = browser.cookies["__Host-ep_partenaire"]

    assert browser.get("/api/v1/offres", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_cookie_alone_opens_nothing_in_the_api(browser: TestClient) -> None:
    assert browser.get("/api/v1/offres").status_code == 401


def test_with_several_places_the_program_says_which(anonymous: TestClient, world: World) -> None:
    world.directory.compte = un_compte(perimetres=2)
    credentials = {"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE}

    unsaid = anonymous.post("/api/v1/connexion", json=credentials)
    said = anonymous.post("/api/v1/connexion", json={**credentials, "caisse": "411"})
    elsewhere = anonymous.post("/api/v1/connexion", json={**credentials, "caisse": "751"})

    assert (unsaid.status_code, unsaid.json()["champs"][0]["champ"]) == (422, "structure")
    assert said.json()["type"] == "Bearer"
    assert (elsewhere.status_code, elsewhere.json()["detail"]) == (422, "Ce compte ne travaille pas là")


def test_a_slowed_down_program_is_told_how_long_to_wait(anonymous: TestClient, world: World) -> None:
    world.directory.slow_down_s = 8

    answer = anonymous.post("/api/v1/connexion", json={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "8")
    assert answer.headers["content-type"] == "application/problem+json"


def test_people_and_programs_share_the_tries_of_an_address(visitor: TestClient, anonymous: TestClient) -> None:
    for _ in range(5):
        visitor.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": "non"})

    answer = anonymous.post("/api/v1/connexion", json={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "86400")


def test_a_wrong_password_is_a_problem_without_detail_of_the_account(anonymous: TestClient) -> None:
    answer = anonymous.post("/api/v1/connexion", json={"courriel": COURRIEL, "mot_de_passe": "non"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert COURRIEL not in answer.text


def test_a_demande_is_filed_once_per_key(program: TestClient, world: World) -> None:
    first = program.post("/api/v1/demandes", json=DEPOT, headers=CLE)
    again = program.post("/api/v1/demandes", json=DEPOT, headers=CLE)

    assert (first.status_code, again.json()["numero"]) == (201, first.json()["numero"])
    assert len(world.intake.depots) == 1


def test_a_create_without_key_is_refused(program: TestClient) -> None:
    answer = program.post("/api/v1/demandes", json=DEPOT)

    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"


def test_refusals_keep_their_fields_their_code_and_their_data(program: TestClient, world: World) -> None:
    world.intake.refus = RuleError("Corrigez.", fields=(FieldError("nom", "Saisissez le nom", "requis"),))
    fields = program.post("/api/v1/demandes", json=DEPOT, headers=CLE)
    world.intake.refus = un_doublon()
    duplicate = program.post("/api/v1/demandes", json=DEPOT, headers=CLE)

    assert fields.json()["champs"] == [{"champ": "nom", "message": "Saisissez le nom", "code": "requis"}]
    assert (duplicate.status_code, duplicate.json()["donnees"]["numero"]) == (409, NUMERO)


def test_a_file_is_relayed_and_its_receipt_handed_over(program: TestClient, world: World) -> None:
    answer = program.post("/api/v1/pieces-jointes", files={"fichier": ("avis.pdf", b"%PDF-1.7")})

    assert answer.status_code == 201
    assert answer.json()["recu"]
    assert b"%PDF-1.7" in world.attachment.relayes[0]


def test_list_detail_message_and_download(program: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    world.intake.depots["2683100001"] = un_depot("2683100001")

    assert program.get("/api/v1/demandes").json()["total"] == 1
    assert program.get(f"/api/v1/demandes/{NUMERO}").json()["statut"] == "PRIS_EN_CHARGE"
    assert program.get("/api/v1/demandes/2683100099").status_code == 404
    assert program.post(f"/api/v1/demandes/{NUMERO}/messages", json={"texte": "Voici."}, headers=CLE).status_code == 201
    assert program.post("/api/v1/telechargements", json={"piece_jointe_id": str(UUID(int=7))}).json()["url"]
    world.attachment.expires = True
    assert program.post("/api/v1/telechargements", json={"piece_jointe_id": str(UUID(int=7))}).status_code == 410


def test_signing_out_refuses_the_bearer_from_then_on(program: TestClient) -> None:
    assert program.post("/api/v1/deconnexion").status_code == 204
    assert program.get("/api/v1/offres").status_code == 401


def test_a_program_that_asks_too_much_is_told_to_wait(program: TestClient) -> None:
    answers = [program.post("/api/v1/demandes", json=DEPOT) for _ in range(7)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]
    assert answers[-1].json()["code"] == "http-429"


def test_the_openapi_document_names_every_operation_and_no_page(app: FastAPI) -> None:
    document = app.openapi()
    operations = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}

    assert set(document["paths"]) == {path for path in document["paths"] if path.startswith("/api/v1/")}
    assert {
        "sign_in",
        "list_offres",
        "upload_piece_jointe",
        "file_demande",
        "list_demandes",
        "read_demande",
        "send_message",
        "open_telechargement",
    } <= operations
    examples = document["paths"]["/api/v1/demandes"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert "etude_c2s" in examples
