"""HTTP of intake on its own database: who may ask, what is answered, drafts in two tabs (shared.contracts.http.intake)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2
import pytest

from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.intake import AccuseVue, BrouillonVue, FormulaireVue, OffresVue
from shared.contracts.perimetre import ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CompteId, StructureId
from shared.plumbing.signatures import StatementSigner
from tests.integration.intake.conftest import Essai
from tests.integration.support import RunningStack
from tests.unit.intake.builders import un_contenu

Bearer = Callable[[Perimetre], dict[str, str]]
OFFRE = "transmettre_suivre_dossier"
PARIS = ZoneInfo("Europe/Paris")
ROUTES = (
    ("GET", "/v1/brouillons"),
    ("POST", "/v1/brouillons"),
    ("GET", f"/v1/brouillons/{uuid4()}"),
    ("PUT", f"/v1/brouillons/{uuid4()}"),
    ("DELETE", f"/v1/brouillons/{uuid4()}"),
    ("POST", "/v1/demandes"),
    ("GET", "/v1/demandes/non-ouvertes"),
    ("GET", f"/v1/demandes/deposees/{uuid4()}"),
    ("GET", "/v1/demandes/2600100001"),
    ("GET", "/v1/demandes/2600100001/accuse.pdf"),
)


def un_corps(**autres: object) -> dict[str, object]:
    return {"offre": OFFRE, "contenu": un_contenu(), "pieces": [], **autres}


async def send(http: httpx2.AsyncClient, method: str, path: str, headers: dict[str, str]) -> httpx2.Response:
    corps = un_corps() if method in {"POST", "PUT"} else None
    return await http.request(method, path, json=corps, headers={**headers, "Idempotency-Key": str(uuid4())})


async def file(http: httpx2.AsyncClient, headers: dict[str, str], corps: dict[str, object], cle: str | None = None) -> httpx2.Response:
    return await http.post("/v1/demandes", json=corps, headers={**headers, "Idempotency-Key": cle or str(uuid4())})


async def test_b1_every_route_asks_who_acts(http: httpx2.AsyncClient) -> None:
    for method, path in (*ROUTES, ("GET", "/v1/offres"), ("GET", f"/v1/offres/{OFFRE}")):
        for headers in ({}, {"Authorization": "Bearer forged"}):
            answer = await send(http, method, path, headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TECHNICIEN])
async def test_b1_only_a_technicien_passes_the_routes_of_content(
    http: httpx2.AsyncClient, essai: Essai, bearer: Bearer, role: Role
) -> None:
    structure_id = essai.structure_id if role in ROLES_STRUCTURE else None
    perimetre = Perimetre(caisse_code=essai.perimetre.caisse_code, role=role, compte_id=CompteId(uuid4()), structure_id=structure_id)

    answers = [await send(http, method, path, bearer(perimetre)) for method, path in ROUTES]

    assert {answer.status_code for answer in answers} == {403}
    assert (await http.get("/v1/offres", headers=bearer(perimetre))).status_code == (200 if role is Role.GESTIONNAIRE else 403)


async def test_the_offres_and_a_form_answer_their_contracts(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    offres = OffresVue.model_validate((await http.get("/v1/offres", headers=bearer(essai.perimetre))).json())
    formulaire = FormulaireVue.model_validate((await http.get(f"/v1/offres/{OFFRE}", headers=bearer(essai.perimetre))).json())

    assert [offre.disponible for offre in offres.offres] == [True] * 5
    assert len(formulaire.motifs) == 5
    assert (await http.get("/v1/offres/inconnue", headers=bearer(essai.perimetre))).status_code == 404


async def test_a_demande_is_filed_replayed_listed_and_printed(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers, cle = bearer(essai.perimetre), str(uuid4())

    first = await file(http, headers, un_corps(), cle)
    again = await file(http, headers, un_corps(), cle)

    accuse = AccuseVue.model_validate(first.json())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    [non_ouverte] = (await http.get("/v1/demandes/non-ouvertes", headers=headers)).json()
    assert non_ouverte == {**first.json(), "de_moi": True, "jour": f"{accuse.deposee_le.astimezone(PARIS):%Y-%m-%d}"}
    assert (await http.get(f"/v1/demandes/deposees/{cle}", headers=headers)).json() == first.json()
    assert (await http.get(f"/v1/demandes/deposees/{uuid4()}", headers=headers)).status_code == 404
    pdf = await http.get(f"/v1/demandes/{accuse.numero}/accuse.pdf", headers=headers)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


async def test_c6_the_same_key_with_another_body_is_422(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers, cle = bearer(essai.perimetre), str(uuid4())
    await file(http, headers, un_corps(), cle)

    other = await file(http, headers, un_corps(contenu=un_contenu("dossier_autre")), cle)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await http.post("/v1/demandes", json=un_corps(), headers=headers)).status_code == 422


async def test_ux_f03_faulty_fields_come_as_problem_json_in_the_order_of_the_form(
    http: httpx2.AsyncClient, essai: Essai, bearer: Bearer
) -> None:
    answer = await file(http, bearer(essai.perimetre), un_corps(contenu=un_contenu(nom="", commentaire="")))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Il y a un problème"
    assert [champ["champ"] for champ in answer.json()["champs"]] == ["nom", "commentaire"]


async def test_bu_5_a_double_is_409_with_the_open_demande_and_the_exits(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers = bearer(essai.perimetre)
    ouverte = (await file(http, headers, un_corps())).json()["numero"]

    answer = await file(http, headers, un_corps())

    assert (answer.status_code, answer.json()["code"]) == (409, "doublon")
    assert answer.json()["donnees"]["numero"] == ouverte


async def test_ux_l08_the_demande_of_a_stranger_answers_like_one_that_does_not_exist(
    http: httpx2.AsyncClient, essai: Essai, bearer: Bearer
) -> None:
    numero = (await file(http, bearer(essai.perimetre), un_corps())).json()["numero"]
    stranger = bearer(essai.colleague(StructureId(uuid4())))

    foreign, none = [(await http.get(f"/v1/demandes/{n}", headers=stranger)) for n in (numero, "2600099999")]

    assert (foreign.status_code, none.status_code) == (404, 404)
    assert {**foreign.json(), "instance": ""} == {**none.json(), "instance": ""}
    assert (await http.get(f"/v1/demandes/{numero}/accuse.pdf", headers=stranger)).status_code == 404


async def test_a_receipt_signed_by_attachment_is_believed_and_another_signature_is_not(
    http: httpx2.AsyncClient, essai: Essai, bearer: Bearer, stack: RunningStack
) -> None:
    contenu = ContenuRecu(
        id=uuid4(),
        nom="Att sur honneur.pdf",
        taille_octets=1_000,
        sha256="a" * 64,
        format="pdf",
        structure=essai.structure_id,
        caisse=essai.perimetre.caisse_code,
        compte=essai.perimetre.acteur_id,
    )

    def sign(key: str) -> str:
        return StatementSigner(stack.secrets.private_jwk(*key.split("/"))).sign(contenu, now=Clock().now(), life=timedelta(days=30))

    def corps(recu: str) -> dict[str, object]:
        return un_corps(pieces=[{"recu": recu, "type": "attestation_honneur"}])

    forged = await file(http, bearer(essai.perimetre), corps(sign("token_gateway/gateway")))
    believed = await file(http, bearer(essai.perimetre), corps(sign("attachment_receipt/attachment")))

    assert [champ["champ"] for champ in forged.json()["champs"]] == ["pieces_jointes.0"]
    assert believed.status_code == 201
    assert believed.json()["pieces"] == ["Att sur honneur.pdf"]


async def test_ux_d04_an_incomplete_draft_is_saved_as_is_and_read_back(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers = bearer(essai.perimetre)

    made = await http.post("/v1/brouillons", json={"offre": OFFRE, "contenu": {"nom": "1", "freins": []}}, headers=headers)
    brouillon = BrouillonVue.model_validate(made.json())

    assert (made.status_code, brouillon.version) == (201, 1)
    assert (await http.get(f"/v1/brouillons/{brouillon.id}", headers=headers)).json() == made.json()
    assert (await http.get("/v1/brouillons", headers=headers)).json() == [made.json()]


async def test_ux_d07_the_older_tab_gets_409_with_what_the_other_saved(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers = bearer(essai.perimetre)
    path = f"/v1/brouillons/{(await http.post('/v1/brouillons', json={'offre': OFFRE}, headers=headers)).json()['id']}"

    newer = await http.put(path, json={"offre": OFFRE, "contenu": {"nom": "Un"}, "version": 1}, headers=headers)
    older = await http.put(path, json={"offre": OFFRE, "contenu": {"nom": "Deux"}, "version": 1}, headers=headers)

    assert (newer.status_code, newer.json()["version"]) == (200, 2)
    assert (older.status_code, older.json()["code"]) == (409, "brouillon-modified")
    assert older.json()["donnees"] == newer.json()


async def test_a_draft_is_of_one_account_and_goes_when_told(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers, colleague = bearer(essai.perimetre), bearer(essai.colleague())
    path = f"/v1/brouillons/{(await http.post('/v1/brouillons', json={'offre': OFFRE}, headers=headers)).json()['id']}"

    foreign = [
        await http.get(path, headers=colleague),
        await http.delete(path, headers=colleague),
        await http.put(path, json={"offre": OFFRE, "version": 1}, headers=colleague),
    ]

    assert [answer.status_code for answer in foreign] == [404, 404, 404]
    assert (await http.get("/v1/brouillons", headers=colleague)).json() == []
    assert (await http.delete(path, headers=headers)).status_code == 204
    assert (await http.get(path, headers=headers)).status_code == 404


async def test_a_draft_larger_than_any_form_is_refused(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    answer = await http.post(
        "/v1/brouillons", json={"offre": OFFRE, "contenu": {"commentaire": "x" * 100_000}}, headers=bearer(essai.perimetre)
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "brouillon-too-large")


@pytest.mark.parametrize("version", [99_999_999_999, -1])
async def test_a_version_no_draft_can_have_is_refused_in_words(
    http: httpx2.AsyncClient, essai: Essai, bearer: Bearer, version: int
) -> None:
    headers = bearer(essai.perimetre)
    brouillon = (await http.post("/v1/brouillons", json=un_corps(), headers=headers)).json()["id"]

    answer = await http.put(f"/v1/brouillons/{brouillon}", json=un_corps(version=version), headers=headers)

    assert (answer.status_code, answer.json()["champs"][0]["champ"]) == (422, "version")


async def test_e1_no_character_nor_code_a_program_may_send_breaks_a_draft(http: httpx2.AsyncClient, essai: Essai, bearer: Bearer) -> None:
    headers = bearer(essai.perimetre)
    contenu = {"nom\x00": "a\x00b", "freins": ["\x00"], "commentaire": "\u202e\U0001f600\\u0000"}

    made = await http.post("/v1/brouillons", json={"offre": OFFRE, "contenu": contenu}, headers=headers)
    unknown = [
        await http.post("/v1/brouillons", json={"offre": offre}, headers=headers) for offre in ("", "x" * 61, "a\x00", "Bonjour", "é")
    ]

    assert made.json()["contenu"] == {"nom": "ab", "freins": [""], "commentaire": "\u202e\U0001f600\\u0000"}
    assert {answer.status_code for answer in unknown} == {404}


async def test_c11_readiness_names_the_database_and_its_migrations(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/readyz")).json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok"}}
