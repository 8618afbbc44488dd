"""Home, history, detail, thread, downloads (P-01, P-08 to P-11, UX-L, UX-T, UX-W)."""

import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.gateway.web.demandes import neutral_cell
from shared.contracts.http.case import MessageVue, PieceVue
from shared.contracts.http.notification import AvisVue
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


def test_ux_c10_a_gestionnaire_sees_no_demande_and_is_told_why(visitor: TestClient, world: World) -> None:
    compte = un_compte()
    offert = compte.perimetres[0].model_copy(update={"role": "gestionnaire"})
    world.directory.compte = compte.model_copy(update={"perimetres": [offert]})
    world.case.resumes = [un_resume()]
    visitor.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})

    page = visitor.get("/").text

    assert "ne sont ouverts qu" in page
    assert NUMERO not in page
    assert 'href="/demandes"' not in page


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


def test_ux_l02_the_empty_fields_of_the_filter_form_are_no_filter(browser: TestClient, world: World) -> None:
    answer = browser.get("/demandes?offre=&statut=&depuis=&jusqua=&tri=deposee_le&ordre=desc&taille=10")

    assert answer.status_code == 200
    assert world.case.recherches[-1].statut in {None, ""}


def test_ux_l03_a_nominative_search_never_enters_a_url(browser: TestClient, send: Send, world: World) -> None:
    page = send("/demandes/recherche", {"texte": "D’Agostino"})

    assert world.case.recherches[-1].texte == "D’Agostino"
    assert re.search(r'<form[^>]*method="post" action="/demandes/recherche"', page.text)
    assert "texte=" not in page.text
    assert browser.get("/demandes/recherche").headers["location"] == "/demandes"


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


def test_ux_l09_the_export_is_for_french_spreadsheets(browser: TestClient, world: World) -> None:
    world.case.resumes = [un_resume(demandeur_nom="=EXEMPLE Anne")]

    answer = browser.get("/demandes/export.csv")

    assert answer.content.startswith("\ufeffNuméro;Offre".encode())
    assert ";'=EXEMPLE Anne;" in answer.text


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-2", "@a", "\t=1"])
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


def test_ux_w04_a_download_leads_to_the_other_host(browser: TestClient) -> None:
    answer = browser.get(f"/documents/{UUID(int=77)}/telecharger")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("https://fichiers.example/")


def test_ux_w02_an_expired_download_is_the_page_of_410(browser: TestClient, world: World) -> None:
    world.attachment.expires = True

    answer = browser.get(f"/documents/{UUID(int=77)}/telecharger")

    assert answer.status_code == 410
    assert "plus disponible" in answer.text


def test_notices_are_listed_and_marked_read(browser: TestClient, send: Send, world: World) -> None:
    world.notification.avis = [AvisVue(id=UUID(int=3), numero=NUMERO, texte="Une réponse est arrivée.", survenu_le=MARDI, lu=False)]

    page = browser.get("/avis").text
    answer = send("/avis")

    assert "Une réponse est arrivée." in page
    assert answer.headers["location"] == "/avis?fait=avis-lus"
    assert world.notification.lus == 1


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
