"""Home, history, detail, thread, downloads (P-01, P-08 to P-11, UX-L, UX-T, UX-W)."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.case.domain.errors import JustificationMissingError
from services.gateway.web.demandes import neutral_cell
from shared.contracts.http.case import MessageVue, PieceVue
from shared.contracts.http.notification import AVIS_MAX, AvisVue
from shared.kernel.errors import ConflictError
from tests.unit.gateway.fakes import (
    COURRIEL,
    MARDI,
    MOT_DE_PASSE,
    NUMERO,
    World,
    un_compte,
    un_depot,
    un_document,
    un_recu,
    un_resume,
    une_demande,
)

Send = Callable[..., Response]
DETAIL = f"/demandes/{NUMERO}"
CLE = "11111111-1111-4111-8111-111111111111"
COUPE = "Export limité à 5\u202f000 demandes\u00a0: affinez les filtres pour obtenir les autres."


def test_p_01_home_shows_transmettre_first_and_closed_offres_last_with_the_reason(browser: TestClient, world: World) -> None:
    world.intake.fermees = {"demander_document"}

    page = unescape(browser.get("/").text)
    titles = [title.replace("\u00a0", " ") for title in re.findall(r"<h3>(.*?)</h3>", page)]

    assert titles[0] == "Transmettre et / ou suivre un dossier"
    assert titles[4] == "Demander un document"
    assert "n'a pas l'habilitation" in page
    assert "/demandes/nouvelle/demander_document" not in page


def test_p_01_home_says_what_waits_for_the_partner(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(complement_demande=True)]
    world.case.documents = [un_document()]

    page = browser.get("/").text

    assert "1\u00a0demande attend votre réponse" in page
    assert "attestation.pdf expire dans 4\u00a0jours" in page


def test_p_01_home_stands_when_case_is_down(browser: TestClient, world: World) -> None:
    world.case.panne = True
    world.intake.depots["2683100001"] = un_depot("2683100001")

    answer = browser.get("/")

    assert answer.status_code == 200
    assert "un service ne répond pas" in answer.text
    assert "2683100001" in answer.text


def test_a_new_account_finds_how_to_begin(browser: TestClient) -> None:
    assert "Choisissez une offre et un motif" in browser.get("/").text


@pytest.fixture
def gestionnaire(visitor: TestClient, world: World) -> TestClient:
    """The browser of Anne EXEMPLE as gestionnaire, who is no technicienne."""
    compte = un_compte()
    offert = compte.perimetres[0].model_copy(update={"role": "gestionnaire"})
    world.directory.compte = compte.model_copy(update={"perimetres": [offert]})
    visitor.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    return visitor


def test_ux_c10_a_gestionnaire_sees_no_demande_and_is_told_why(gestionnaire: TestClient, world: World) -> None:
    world.case.resumes = [un_resume()]

    page = gestionnaire.get("/").text

    assert "ne sont ouverts qu" in page
    assert NUMERO not in page
    assert 'href="/demandes"' not in page


def test_ux_c10_a_gestionnaire_is_offered_no_form_and_no_demande_to_open(gestionnaire: TestClient, world: World) -> None:
    world.notification.avis = [un_avis()]

    avis, offres = gestionnaire.get("/avis").text, gestionnaire.get("/demandes/nouvelle").text

    assert "Une réponse est arrivée." in avis
    assert 'href="/demandes' not in avis + offres
    assert "ne sont ouverts qu" in offres


def test_a_refusal_says_whether_it_is_the_profile_or_a_page_left_open(browser: TestClient, world: World) -> None:
    world.case.interdit = True

    role, page_left_open = browser.get(DETAIL), browser.post("/avis", data={"_csrf": "d'une autre session"})

    assert (role.status_code, page_left_open.status_code) == (403, 403)
    assert "Votre profil ne permet pas" in role.text
    assert "trop longtemps" not in role.text
    assert "trop longtemps" in page_left_open.text
    assert "Votre profil" not in page_left_open.text


def test_ux_l01_the_history_is_sorted_by_date_ten_by_ten_with_its_count(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(37)]

    page = browser.get("/demandes").text

    assert "1–10 sur 37\u00a0résultats" in page
    assert (world.case.recherches[-1].tri, world.case.recherches[-1].ordre) == ("deposee_le", "desc")
    assert 'aria-describedby="resultats"' in page


def test_ux_l02_criteria_live_in_the_url_and_follow_the_pages(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(37)]

    page = browser.get("/demandes?statut=PRIS_EN_CHARGE&suivies=true&tri=numero&page=2").text

    assert 'href="/demandes?tri=numero&amp;statut=PRIS_EN_CHARGE&amp;suivies=true&amp;page=3"' in page
    assert '<option value="PRIS_EN_CHARGE" selected>' in page
    assert world.case.recherches[-1].suivies is True


def test_ux_l02_a_page_beyond_the_last_leads_to_the_last_one(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(37)]

    answer = browser.get("/demandes?tri=numero&page=999")
    last = browser.get(answer.headers["location"])

    assert (answer.status_code, answer.headers["location"]) == (303, "/demandes?tri=numero&page=4")
    assert "31–37 sur 37\u00a0résultats" in last.text
    world.case.resumes = []
    assert browser.get(browser.get("/demandes?page=7").headers["location"]).status_code == 200


def test_ux_l02_the_empty_fields_of_the_filter_form_are_no_filter(browser: TestClient, world: World) -> None:
    answer = browser.get("/demandes?offre=&statut=&depuis=&jusqua=&tri=deposee_le&ordre=desc&taille=10")

    assert answer.status_code == 200
    assert world.case.recherches[-1].statut in {None, ""}


@pytest.mark.parametrize("nombre", ["9" * 5_000, "-1", "0", "³", "deux"])
def test_ux_l02_a_page_that_cannot_be_is_the_first(browser: TestClient, world: World, nombre: str) -> None:
    answer = browser.get("/demandes", params={"page": nombre, "taille": nombre})

    assert answer.status_code == 200
    assert (world.case.recherches[-1].page, world.case.recherches[-1].taille) == (1, 10)


def test_ux_l03_a_nominative_search_never_enters_a_url_and_its_results_are_a_page_to_come_back_to(
    browser: TestClient, send: Send, world: World
) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(37)]

    answer = send("/demandes/recherche", {"texte": "D’Agostino"})
    page = browser.get(answer.headers["location"]).text

    assert (answer.status_code, answer.headers["location"]) == (303, "/demandes?recherche=1")
    assert world.case.recherches[-1].texte == "D’Agostino"
    assert re.search(r'<form[^>]*method="post" action="/demandes/recherche"', page)
    assert "texte=" not in page
    assert 'href="/demandes?recherche=1&amp;page=2"' in page
    assert 'href="/demandes/export.csv?recherche=1"' in page
    assert '<input type="hidden" name="suite" value="/demandes?recherche=1">' in page
    assert browser.get("/demandes/recherche").headers["location"] == "/demandes"


def test_ux_l02_a_search_keeps_the_filters_and_the_filters_keep_the_search(browser: TestClient, send: Send, world: World) -> None:
    filters = browser.get("/demandes?statut=RESOLU&taille=25&page=1").text
    kept = dict(re.findall(r'<input type="hidden" name="(statut|taille)" value="(\w+)">', filters))

    page = browser.get(send("/demandes/recherche", {"texte": "D’Agostino", **kept}).headers["location"]).text
    found = world.case.recherches[-1]

    assert (found.texte, found.statut, found.taille) == ("D’Agostino", "RESOLU", 25)
    assert '<input type="hidden" name="recherche" value="1">' in page
    assert browser.get("/demandes/export.csv?recherche=1&statut=RESOLU").status_code == 200
    assert (world.case.recherches[-1].texte, world.case.recherches[-1].statut) == ("D’Agostino", "RESOLU")


def test_ux_l03_the_words_of_a_search_end_with_another_search_and_with_the_session(browser: TestClient, send: Send, world: World) -> None:
    send("/demandes/recherche", {"texte": "D’Agostino"})
    assert send("/demandes/recherche", {"texte": " "}).headers["location"] == "/demandes"
    browser.get("/demandes?recherche=1")
    assert world.case.recherches[-1].texte == ""

    send("/demandes/recherche", {"texte": "D’Agostino"})
    browser.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    page = browser.get("/demandes?recherche=1").text

    assert world.case.recherches[-1].texte == ""
    assert "D’Agostino" not in page


def test_ux_l02_the_star_the_theme_and_the_banner_lead_back_to_the_same_results(browser: TestClient, send: Send, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(37)]

    page = unescape(browser.get("/demandes?taille=25&page=2&fait=avis-lus").text)
    star = send("/demandes/2683100030/suivi", {"suivie": "oui", "suite": "/demandes?taille=25&page=2"})

    for action in ("/theme", "/bandeau-demo", "/demandes/2683100030/suivi"):
        assert re.search(rf'action="{action}">\s*<input[^>]*><input type="hidden" name="suite" value="/demandes\?taille=25&page=2">', page)
    assert star.headers["location"] == "/demandes?taille=25&page=2#suivi-2683100030"
    assert 'id="suivi-2683100030"' in page


def test_the_theme_leads_back_to_the_demande_or_the_draft_whose_form_was_sent(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    reply = send(f"{DETAIL}/messages", {"cle": CLE}).text
    form = send("/demandes/nouvelle/contacter_organisme", {"action": "actualiser"}).text

    assert f'name="suite" value="{DETAIL}"' in reply
    assert f'name="suite" value="/demandes/nouvelle/contacter_organisme?brouillon={next(iter(world.intake.brouillons))}"' in form


def test_ux_l05_the_star_is_a_button_that_works_by_post(browser: TestClient, send: Send, world: World) -> None:
    world.case.resumes = [un_resume(suivie=True)]

    page = browser.get("/demandes").text
    send(f"{DETAIL}/suivi", {"suivie": "non", "suite": "/demandes"})

    assert 'aria-pressed="true">' in page
    assert f"Suivre la demande {NUMERO}" in page
    assert world.case.suivies == {NUMERO: False}


def test_ux_l06_l07_a_row_says_everything_in_words(browser: TestClient, world: World) -> None:
    world.case.resumes = [
        un_resume(
            complement_demande=True,
            nouvelle_reponse=True,
            documents_a_telecharger=2,
            expiration_la_plus_proche=un_document().piece.echeance_telechargement,
        )
    ]

    page = browser.get("/demandes").text

    for words in (
        "Pris en charge",
        "Complément demandé",
        "Nouvelle réponse",
        "2\u00a0documents",
        "expire dans 4\u00a0jours",
        "Madame FICTIVE Jeanne",
    ):
        assert words in page


def test_ux_l08_the_demande_of_another_structure_is_not_found(browser: TestClient) -> None:
    assert browser.get(DETAIL).status_code == 404


@pytest.mark.parametrize("numero", ["%00", "2683100012%0A", "2683100012%3Fa", "268310001", "26831000123", "rien", "２６８３１０００１２"])
def test_an_address_that_names_no_demande_is_a_page_not_found(browser: TestClient, send: Send, numero: str) -> None:
    urls = [f"/demandes/{numero}{suite}" for suite in ("/depot", "/accuse.pdf", "/messages")]
    answers = [browser.get(url) for url in (*urls, f"/demandes/nouvelle/contacter_organisme?personne_de={numero}")]
    answers += [send(f"/demandes/{numero}/suivi", {"suivie": "oui"}), send(f"/demandes/{numero}/messages", {"texte": "Voici."})]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert all("<h1>Page introuvable</h1>" in answer.text for answer in answers)


def test_ux_l09_the_export_is_for_french_spreadsheets(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(demandeur_nom="=EXEMPLE Anne")]

    answer = browser.get("/demandes/export.csv")

    assert answer.content.startswith("\ufeffNuméro;Offre".encode())
    assert ";'=EXEMPLE Anne;" in answer.text


def exported(browser: TestClient, criteres: str = "") -> list[str]:
    """First cells of the file, its header left out."""
    answer = browser.get(f"/demandes/export.csv{criteres}")
    assert answer.status_code == 200
    return [row[0] for row in csv.reader(io.StringIO(answer.text), delimiter=";")][1:]


def test_ux_l09_the_export_holds_every_demande_fresh_ones_included(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(101)]
    world.intake.depots["2683199999"] = un_depot("2683199999")

    assert exported(browser) == ["2683199999", *(demande.numero for demande in world.case.resumes)]
    assert exported(browser, "?page=2") == exported(browser)


def test_ux_l09_a_demande_opened_while_the_file_is_made_is_in_it_once(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(60)]
    world.intake.depots["2683100000"] = un_depot("2683100000")

    assert sorted(exported(browser)) == [demande.numero for demande in world.case.resumes]


@pytest.mark.parametrize("panne", ["case", "intake"])
def test_ux_l09_no_file_rather_than_half_a_file(browser: TestClient, world: World, panne: str) -> None:
    world.case.resumes = [un_resume()]
    world.case.panne, world.intake.panne = panne == "case", panne == "intake"

    answer = browser.get("/demandes/export.csv")

    assert answer.status_code == 503
    assert "Service momentanément indisponible" in answer.text


@pytest.mark.parametrize(("demandes", "last"), [(5000, "2683104999"), (5001, COUPE)])
def test_ux_l09_a_file_that_was_cut_says_so_on_its_last_line(browser: TestClient, world: World, demandes: int, last: str) -> None:
    world.case.resumes = [un_resume(f"26831{rang:05d}") for rang in range(demandes)]

    cells = exported(browser)

    assert sum(cell.isdecimal() for cell in cells) == 5000
    assert cells[-1] == last


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-2", "@a", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋33", "－2", "＠a"])
def test_a12_no_cell_is_a_formula(cell: str) -> None:
    assert neutral_cell(cell) == f"'{cell}"


def test_a_fresh_filing_shows_as_nouveau_before_case_has_opened_it(browser: TestClient, world: World) -> None:
    world.intake.depots["2683100001"] = un_depot("2683100001")
    world.case.resumes = [un_resume()]

    history, detail = browser.get("/demandes").text, browser.get("/demandes/2683100001")

    assert history.index("2683100001") < history.index(NUMERO)
    assert "1–2 sur 2\u00a0résultats" in history
    assert detail.status_code == 200
    assert "Nouveau" in detail.text
    assert 'id="repondre"' not in detail.text


@pytest.mark.parametrize(("criteres", "shown"), [("depuis=2026-02-18", True), ("jusqua=2026-02-17", False), ("depuis=2026-02-19", False)])
def test_a_fresh_filing_is_filtered_by_its_local_day(browser: TestClient, world: World, criteres: str, shown: bool) -> None:
    """At 23:30 UTC on the 17th it is the 18th in Paris."""
    tard = MARDI.replace(hour=23, minute=30)
    world.intake.depots["2683100001"] = un_depot("2683100001").model_copy(update={"deposee_le": tard})

    assert ("2683100001" in browser.get(f"/demandes?{criteres}").text) is shown


def test_the_fresh_filing_of_a_homonym_is_not_mine(browser: TestClient, world: World) -> None:
    world.intake.depots["2683100001"] = un_depot("2683100001")
    world.intake.depots["2683100002"] = un_depot("2683100002").model_copy(update={"demandeur_id": str(UUID(int=11))})

    page = browser.get("/demandes?miennes=true").text

    assert "2683100001" in page
    assert "2683100002" not in page


def test_a_filing_that_case_opened_is_not_shown_twice(browser: TestClient, world: World) -> None:
    world.intake.depots[NUMERO] = un_depot()
    world.case.resumes = [un_resume()]

    assert browser.get("/demandes").text.count(f'href="/demandes/{NUMERO}"') == 1


def test_ux_t01_the_detail_shows_what_was_filed(browser: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande(precisions=[("Nature de la demande", "Renouvellement")])

    page = unescape(browser.get(DETAIL).text)

    for words in (
        NUMERO,
        "EXEMPLE Anne",
        "Pris en charge",
        "Etude de C2S",
        "Madame FICTIVE Jeanne",
        "00/00/1950, 83",
        "07.00.00.00.00",
        "Renouvellement",
        "Dossier complet.",
    ):
        assert words in page


def test_ux_t02_the_thread_is_an_ordered_list_and_says_vous(browser: TestClient, world: World) -> None:
    question = MessageVue(
        id=UUID(int=5), cote="bo", auteur="CPAM — service C2S", genre="question", texte="Il manque l'avis.", envoye_le=MARDI
    )
    demande = une_demande()
    world.case.demandes[NUMERO] = demande.model_copy(update={"messages": [*demande.messages, question]})

    page = unescape(browser.get(DETAIL).text)

    assert page.index("<h3>Vous</h3>") < page.index("CPAM — service C2S")
    assert page.count("<article") == 2
    assert "Complément demandé" in page


def test_ux_u11_u10_only_names_of_sent_files_and_a_virus_is_told(browser: TestClient, world: World) -> None:
    piece = PieceVue(id=UUID(int=8), nom="scan.pdf", taille_octets=10, sens="envoyee", etat="infectee")
    world.case.demandes[NUMERO] = une_demande(pieces=[piece])

    page = browser.get(DETAIL).text

    assert "scan.pdf" in page
    assert "virus détecté" in page
    assert f"/documents/{piece.id}" not in page


def test_ux_u13_an_answer_may_be_files_alone(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    recu = un_recu()

    answer = send(
        f"{DETAIL}/messages", {"recu": recu.recu, f"type-{recu.id}": "avis_imposition", "version": "3", "cle": CLE, "action": "envoyer"}
    )

    assert answer.headers["location"] == f"{DETAIL}?fait=message-envoye#dernier-message"
    message, cle = world.case.messages[0]
    assert (message.version, message.pieces[0].type, str(cle)) == (3, "avis_imposition", CLE)


def test_a_version_of_thousands_of_digits_breaks_nothing(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    answer = send(f"{DETAIL}/messages", {"texte": "Voici.", "version": "9" * 5_000, "cle": CLE, "action": "envoyer"})

    assert answer.status_code == 303
    assert world.case.messages[0][0].version is None


def test_ux_d06_an_answer_being_written_is_found_again(browser: TestClient, send: Send, world: World) -> None:
    """After a new sign-in, another page, a reload; without a script a button keeps it."""
    world.case.demandes[NUMERO] = une_demande()

    saved = send(f"{DETAIL}/brouillon", {"texte": "Voici l'avis,"})
    found = browser.get(DETAIL).text
    kept = send(f"{DETAIL}/messages", {"texte": "Voici l'avis, et", "action": "brouillon"})
    (brouillon,) = world.case.brouillons.values()
    forgotten = send(f"{DETAIL}/messages", {"texte": "", "action": "brouillon"})

    assert saved.json()["message"].startswith("Brouillon enregistré à")
    assert "Voici l&#39;avis,</textarea>" in found
    assert f'url="{DETAIL}/brouillon"' in found
    assert (brouillon.texte, kept.headers["location"]) == ("Voici l'avis, et", f"{DETAIL}?fait=brouillon-enregistre")
    assert forgotten.headers["location"] == f"{DETAIL}?fait=brouillon-supprime"
    assert world.case.messages == []


def test_ux_d06_an_answer_overtaken_by_the_resolution_can_be_copied(browser: TestClient, send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    send(f"{DETAIL}/brouillon", {"texte": "Voici la pièce."})
    world.case.demandes[NUMERO] = une_demande(statut="RESOLU", peut_repondre=False)
    world.case.refus = ConflictError("Cette demande est déjà résolue.")

    sent = send(f"{DETAIL}/messages", {"texte": "Voici la pièce.", "version": "3", "cle": CLE, "action": "envoyer"})

    for page in (sent.text, browser.get(DETAIL).text):
        assert re.search(r"<textarea[^>]* readonly>Voici la pièce.</textarea>", page)


def test_an_empty_answer_says_what_to_do(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    answer = send(f"{DETAIL}/messages", {"cle": CLE, "action": "envoyer"})

    assert answer.status_code == 422
    assert '<a href="#champ-texte">Écrivez votre réponse ou joignez un fichier</a>' in answer.text


def test_ux_u04_a_file_of_an_answer_without_its_type_is_asked_for_it(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    recu = un_recu()

    answer = send(f"{DETAIL}/messages", {"texte": "Voici.", "recu": recu.recu, "cle": CLE, "action": "envoyer"})

    assert answer.status_code == 422
    assert re.search(rf'<a href="#type-{recu.id}">«\s?avis.pdf\s?»\s?: sélectionnez le type de la pièce</a>', answer.text)
    assert world.case.messages == []


def test_h5_when_the_thread_moved_the_text_is_kept_and_nothing_is_sent(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande(version=4)
    world.case.refus = ConflictError("stale")

    answer = send(f"{DETAIL}/messages", {"texte": "Voici l'avis.", "version": "3", "cle": CLE, "action": "envoyer"})

    assert answer.status_code == 409
    assert "Voici l&#39;avis.</textarea>" in answer.text
    assert 'name="version" value="4"' in answer.text
    assert world.case.messages == []


def test_ux_u12_a_file_is_joined_to_an_answer_without_script(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    page = send(f"{DETAIL}/messages", {"texte": "Voici.", "action": "televerser"}, files=[("fichiers", ("avis.pdf", b"%PDF"))]).text

    assert 'name="recu"' in page
    assert "Voici.</textarea>" in page


def test_ux_u12_an_answer_takes_the_file_chosen_without_script_whatever_button_is_pressed(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    answer = send(f"{DETAIL}/messages", {"texte": "Voici.", "cle": CLE, "action": "envoyer"}, files=[("fichiers", ("avis.pdf", b"%PDF"))])

    assert answer.status_code == 422
    assert 'name="recu"' in answer.text
    assert "sélectionnez le type de la pièce" in answer.text
    assert world.case.messages == []


def test_ux_u05_a_file_refused_without_script_stops_the_answer_with_the_reason(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    answer = send(f"{DETAIL}/messages", {"texte": "Voici.", "cle": CLE, "action": "envoyer"}, files=[("fichiers", ("non.exe", b"MZ"))])

    assert answer.status_code == 422
    assert "non.exe\u00a0: Ce type de fichier n&#39;est pas accepté" in answer.text
    assert world.case.messages == []


def test_ux_f16_an_answer_asks_for_the_reason_of_a_file_as_soon_as_its_type_is_off_the_list(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    page = send(f"{DETAIL}/messages", {"action": "televerser"}, files=[("fichiers", ("avis.pdf", b"%PDF"))]).text

    assert '<option value="rib">' not in page
    assert '<option value="rib" data-hors-liste>' in page
    assert '<option value="avis_imposition">' in page
    assert 'class="ep-field ep-justification">' in page


def test_ux_f16_each_file_without_its_reason_is_told_by_its_name_in_its_row(send: Send, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    first, second = un_recu("un.pdf"), un_recu("deux.pdf")
    world.case.refus = JustificationMissingError({0: "un.pdf", 1: "deux.pdf"})
    types = {f"type-{first.id}": "rib", f"type-{second.id}": "rib"}

    page = send(f"{DETAIL}/messages", {"cle": CLE, "recu": [first.recu, second.recu], **types}).text.replace("\u00a0", " ")

    for recu in (first, second):
        assert f'<a href="#type-{recu.id}">« {recu.nom} » n&#39;est pas une pièce attendue' in page
        assert page.count(f"« {recu.nom} » n&#39;est pas une pièce attendue") == 2
    assert page.count('ep-justification" data-montre') == 2


def test_ux_t05_a_resolved_demande_cannot_be_written_in_but_leads_to_a_linked_one(browser: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande(statut="RESOLU", peut_repondre=False, complement_demande=False)

    page = browser.get(DETAIL).text

    assert 'id="repondre"' not in page
    assert f"personne_de={NUMERO}" in page


def test_ux_w01_a_received_file_says_until_which_day_and_hour(browser: TestClient, world: World) -> None:
    world.case.documents = [un_document()]

    page = browser.get("/documents").text

    assert "21\u00a0février 2026 à 9\u00a0h\u00a012" in page
    assert "encore 4\u00a0jours" in page


def test_ux_w02_after_expiry_the_name_stays_without_a_download(browser: TestClient, world: World) -> None:
    world.case.documents = [un_document(etat="expiree")]

    page = browser.get("/documents").text

    assert "attestation.pdf" in page
    assert "Demander un nouvel envoi" in page
    assert "/telecharger" not in page


def test_ux_w02_a_new_sending_is_asked_in_the_demande_or_once_resolved_in_a_linked_one(browser: TestClient, world: World) -> None:
    linked = f'href="/demandes/nouvelle/demander_document?personne_de={NUMERO}&amp;meme_motif=true"'
    for resolue, expected in ((False, f'href="{DETAIL}#repondre"'), (True, linked)):
        world.case.documents = [un_document(etat="expiree", resolue=resolue)]
        statut = {"statut": "RESOLU", "peut_repondre": False} if resolue else {}
        world.case.demandes[NUMERO] = une_demande(offre="demander_document", pieces=[world.case.documents[0].piece], **statut)

        listed, detail = browser.get("/documents").text, browser.get(DETAIL).text

        assert expected in listed
        assert f"{expected}>Demander un nouvel envoi" in detail


def test_ux_w04_a_download_leads_to_the_other_host(browser: TestClient) -> None:
    answer = browser.get(f"/documents/{UUID(int=77)}/telecharger")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("https://fichiers.example/")


def test_ux_w02_an_expired_download_is_the_page_of_410(browser: TestClient, world: World) -> None:
    world.attachment.expires = True

    answer = browser.get(f"/documents/{UUID(int=77)}/telecharger")

    assert answer.status_code == 410
    assert "plus disponible" in answer.text


def un_avis(rang: int = 3, **changes: object) -> AvisVue:
    base = AvisVue(id=UUID(int=rang), numero=NUMERO, texte="Une réponse est arrivée.", survenu_le=MARDI, lu=False)
    return base.model_copy(update=changes)


def test_notices_are_listed_and_those_displayed_are_marked_read(browser: TestClient, send: Send, world: World) -> None:
    world.notification.avis = [un_avis(3), un_avis(4), un_avis(5, lu=True)]

    page = browser.get("/avis").text
    displayed = re.findall(r'<input type="hidden" name="avis" value="([^"]+)">', page)
    answer = send("/avis", {"avis": [*displayed, "rien"]})
    send("/avis")

    assert "Une réponse est arrivée." in page
    assert "derniers avis" not in page
    assert answer.headers["location"] == "/avis?fait=avis-lus"
    assert world.notification.lus == [UUID(int=3), UUID(int=4)]


def test_a_full_list_of_notices_says_that_it_is_not_all_of_them(browser: TestClient, world: World) -> None:
    world.notification.avis = [un_avis(rang) for rang in range(AVIS_MAX)]

    page = browser.get("/avis").text

    assert "Les 50 derniers avis." in page
    assert "Marquer ces avis comme lus" in page


def test_the_notices_of_a_demande_are_read_once_it_is_on_screen(browser: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    world.notification.avis = [un_avis(3), un_avis(4, numero="2683100099"), un_avis(5, lu=True)]

    browser.get(DETAIL)

    assert world.notification.lus == [UUID(int=3)]


def test_a_demande_is_shown_when_its_notices_do_not_answer(browser: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()
    world.notification.panne = True

    assert browser.get(DETAIL).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/demandes",
        "/demandes/nouvelle",
        "/documents",
        "/brouillons",
        "/avis",
        "/aide",
        "/accessibilite",
        "/mentions-legales",
        "/donnees-personnelles",
        "/profil",
        "/_galerie",
    ],
)
def test_ux_x01_every_page_has_one_title_its_landmarks_and_the_skip_link_first(browser: TestClient, path: str) -> None:
    page = browser.get(path).text
    body = page.partition("<body>")[2].lstrip()

    assert body.startswith('<a class="ep-skip" href="#contenu">')
    assert page.count("<h1") == 1
    assert '<html lang="fr"' in page
    for landmark in ("<header", "<nav", '<main class="ep-main" id="contenu"', "<footer"):
        assert landmark in page


def test_ux_x07_the_footer_links_the_declaration_and_the_legal_pages(browser: TestClient) -> None:
    footer = browser.get("/aide").text.partition("<footer")[2]

    for url in ("/aide", "/accessibilite", "/mentions-legales", "/donnees-personnelles"):
        assert f'href="{url}"' in footer
