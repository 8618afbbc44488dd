"""The form of any offre (P-02 to P-07): made from the catalogue, works without script (UX-F, UX-U, UX-D)."""

import base64
import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from services.gateway.web.offre_form import build_form
from services.gateway.web.saisie import Saisie
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import ConflictError, DependencyUnavailableError, FieldError, GoneError, HouseError, NotFoundError, RuleError
from shared.webkit.french import alphabetical
from tests.unit.gateway.fakes import (
    COURRIEL,
    MOT_DE_PASSE,
    NUMERO,
    OFFRES,
    World,
    un_depot,
    un_doublon,
    un_formulaire,
    un_recu,
    une_demande,
)

Send = Callable[..., Response]
URL = "/demandes/nouvelle/transmettre_suivre_dossier"
PERSONNE = {
    "civilite": "madame",
    "nom": "D’Agostino",
    "prenom": "Élodie",
    "date_naissance": "00/00/1950",
    "lieu_naissance": "2A",
    "telephone": "07.00.00.00.00",
}
LUNAR = [
    ("31/02/1975", True),
    ("31021975", True),
    ("00/00/1960", True),
    ("15151962", True),
    ("1-1-1960", False),
    ("28/02/1975", False),
    ("1960", False),
]
SAISIE = {"motif": "dossier_c2s", **PERSONNE, "commentaire": "Dossier complet."}


def legends(html: str) -> list[str]:
    found = re.findall(r'<fieldset class="ep-fieldset"[^>]*>\s*<legend>(.*?)(?:\s*<small|</legend>)', html, re.DOTALL)
    return [unescape(legend).strip() for legend in found]


@pytest.mark.parametrize("offre", OFFRES)
def test_ux_f02_the_title_of_the_page_is_the_offre(browser: TestClient, offre: str) -> None:
    page = unescape(browser.get(f"/demandes/nouvelle/{offre}").text).replace("\u00a0", " ")
    libelle = un_formulaire(offre).offre.libelle

    assert f"<h1>{libelle}</h1>" in page
    assert f"<title>{libelle} — Nouvelle demande — Espace Partenaires</title>" in page


@pytest.mark.parametrize("offre", OFFRES)
def test_ux_f08_every_form_says_that_fields_are_required(browser: TestClient, offre: str) -> None:
    assert "Tous les champs sont obligatoires sauf mention contraire" in browser.get(f"/demandes/nouvelle/{offre}").text


def test_ux_f01_the_sections_stand_in_one_order(browser: TestClient, send: Send) -> None:
    page = send("/demandes/nouvelle/signaler_difficulte", {"action": "actualiser", "motif": "saisine_mas"}).text

    assert legends(page) == ["Motif de la demande", "Personne concernée", "Précisions", "Pièces jointes", "Commentaires", "Engagements"]


def test_ux_f18_contacter_asks_for_no_person_and_rendez_vous_asks_two_conditions_and_takes_no_file(browser: TestClient) -> None:
    contacter = legends(browser.get("/demandes/nouvelle/contacter_organisme").text)
    rendez_vous = browser.get("/demandes/nouvelle/demander_rdv_assure").text

    assert contacter == ["Motif de la demande", "Précisions", "Pièces jointes", "Commentaires"]
    assert legends(rendez_vous) == ["Motif de la demande", "Conditions", "Personne concernée", "Commentaires"]
    assert 'type="checkbox" id="champ-assure_non_autonome"' in rendez_vous
    assert 'type="checkbox" id="champ-assure_sans_compte_ameli"' in rendez_vous
    assert "non autonomes et qui ne bénéficient pas de compte ameli" in rendez_vous
    assert 'type="file"' not in rendez_vous


@pytest.mark.parametrize(("date", "warned"), LUNAR)
def test_ux_f10_a_lunar_date_is_accepted_with_a_word(send: Send, date: str, warned: bool) -> None:
    page = send(f"{URL}/formulaire", {"date_naissance": date}).text

    assert ("Date inhabituelle, vérifiez." in page) is warned
    assert f'value="{date}"' in page
    assert "aria-invalid" not in page


def test_ux_f13_an_unusual_telephone_warns_and_does_not_block(send: Send) -> None:
    assert "Numéro inhabituel, vérifiez." in send(f"{URL}/formulaire", {"telephone": "36 46"}).text
    assert "inhabituel" not in send(f"{URL}/formulaire", {"telephone": "+33 6 00 00 00 00"}).text


def test_ux_f11_the_place_of_birth_proposes_countries(browser: TestClient) -> None:
    page = browser.get(URL).text

    assert 'list="champ-lieu_naissance-liste"' in page
    assert '<datalist id="champ-lieu_naissance-liste">' in page


def test_ux_f14_f15_motifs_are_radios_up_to_six_a_list_beyond_and_none_is_chosen(browser: TestClient) -> None:
    few, many = browser.get(URL).text, browser.get("/demandes/nouvelle/demander_rdv_assure").text

    assert few.count('type="radio" id="champ-motif') == 5
    assert '<select class="ep-select ep-recalcule" id="champ-motif"' in many
    assert "checked" not in few


def test_ux_f16_the_expected_documents_of_the_motif_come_before_the_upload(send: Send) -> None:
    page = unescape(send("/demandes/nouvelle/demander_document", {"action": "actualiser", "motif": "doc_attestation_droits"}).text)

    assert page.index("Pièces attendues") < page.index('type="file"')
    assert "Pièce d'identité de l'assuré" in page
    assert 'name="date_signature_procuration"' in page


def test_ux_f15_a_field_that_another_calls_for_appears_with_it_and_leaves_with_it(send: Send) -> None:
    base = {"motif": "doc_attestation_droits", "motif_inaccessibilite": "autre"}
    url = "/demandes/nouvelle/demander_document/formulaire"

    shown = send(url, {**base, "compte_ameli": "inaccessible"}).text
    hidden = send(url, {**base, "compte_ameli": "aucun"}).text

    assert 'name="motif_inaccessibilite"' in shown
    assert 'name="motif_inaccessibilite"' not in hidden
    assert "<html" not in shown


def test_ux_f19_an_accessible_account_says_where_the_attestation_will_go(send: Send) -> None:
    url, base = "/demandes/nouvelle/demander_document/formulaire", {"motif": "doc_attestation_droits"}

    accessible = unescape(send(url, {**base, "compte_ameli": "accessible"}).text)
    inaccessible = unescape(send(url, {**base, "compte_ameli": "inaccessible"}).text)

    assert "il vous appartiendra de la récupérer avec elle" in accessible
    assert "il vous appartiendra" not in inaccessible


def test_ux_f15_a_value_no_longer_asked_is_not_filed(send: Send, world: World) -> None:
    fields = {"motif": "doc_ceam_provisoire", **PERSONNE, "commentaire": "Départ.", "compte_ameli": "aucun"}

    send("/demandes/nouvelle/demander_document", {**fields, "action": "deposer"})

    assert "compte_ameli" not in world.intake.requetes[0].contenu


def test_ux_f17_the_saisine_asks_for_the_consent_with_its_text(send: Send) -> None:
    page = unescape(send("/demandes/nouvelle/signaler_difficulte", {"action": "actualiser", "motif": "saisine_mas"}).text)

    assert un_formulaire("signaler_difficulte").textes["consentement_mas"].texte in page
    assert 'type="checkbox" id="champ-consentement_oral"' in page
    assert 'type="datetime-local" id="champ-consentement_recueilli_le"' in page


def test_ux_f17_the_statement_of_consent_stands_over_its_own_box_alone(send: Send) -> None:
    form = {"action": "actualiser", "motif": "saisine_mas", "doublon_vu": "oui"}

    page = unescape(send("/demandes/nouvelle/signaler_difficulte", form).text)
    declaration = un_formulaire("signaler_difficulte").textes["consentement_mas"].texte

    assert 'id="champ-doublon_confirme"' in page
    assert page.count(declaration) == 1
    assert page.index(declaration) < page.index('id="champ-consentement_oral"') < page.index('id="champ-doublon_confirme"')


def test_ux_f16_the_types_stand_expected_ones_first_then_by_label_whatever_order_the_database_gave() -> None:
    vue = un_formulaire("transmettre_suivre_dossier")
    shuffled = vue.model_copy(update={"types_pieces": dict(sorted(vue.types_pieces.items(), key=lambda item: len(item[0])))})
    motif = next(motif for motif in vue.motifs if motif.code == "dossier_c2s")

    types = build_form(shuffled, Saisie(offre=vue.offre.code, contenu={"motif": "dossier_c2s"})).types
    codes, labels = [code for code, _ in types], [label for _, label in types]

    assert codes[: len(motif.pieces_attendues)] == motif.pieces_attendues
    assert labels[len(motif.pieces_attendues) :] == sorted(labels[len(motif.pieces_attendues) :], key=alphabetical)
    assert build_form(shuffled, Saisie(offre=vue.offre.code)).types[0][0] == "attestation_employeur"


def test_ux_f16_a_file_just_uploaded_proposes_the_types_of_the_motif_chosen(send: Send, browser: TestClient) -> None:
    url = "/demandes/nouvelle/demander_document"
    page = send(url, {"action": "actualiser", "motif": "doc_attestation_droits"}).text
    headers = {"X-CSRF-Token": browser.get("/connexion/jeton").json()["jeton"], "X-Motif": "doc_attestation_droits"}

    row = browser.post(f"{url}/pieces-jointes", files={"fichier": ("avis.pdf", b"%PDF-1.7")}, headers=headers).text

    assert re.findall(r'<option value="(\w*)"', row) == ["", "procuration", "piece_identite"]
    assert re.search(r'<ep-upload[^>]* avec="motif"', page)


def test_ux_f16_the_age_a_procuration_may_have_is_said_and_an_older_one_warned_of(send: Send) -> None:
    url, form = "/demandes/nouvelle/demander_document/formulaire", {"motif": "doc_attestation_droits"}

    recent = unescape(send(url, {**form, "date_signature_procuration": "18/11/2025"}).text)
    old = unescape(send(url, {**form, "date_signature_procuration": "17/11/2025"}).text)

    assert recent.count("Procuration de moins de 3 mois") == 2
    assert "3 mois ou plus" not in recent
    assert "Cette procuration a 3 mois ou plus" in old
    assert "aria-invalid" not in old
    assert re.search(r'<input class="ep-input ep-recalcule[^"]*"[^>]*id="champ-date_signature_procuration"', old)


def test_an_urgent_motif_shows_the_number_for_emergencies(send: Send) -> None:
    page = send("/demandes/nouvelle/signaler_difficulte", {"action": "actualiser", "motif": "situation_urgence"}).text

    assert "appelez le 15 ou le 112" in page


def test_ux_f03_f07_a_refused_filing_keeps_every_value_and_lists_the_errors(send: Send, world: World) -> None:
    world.intake.refus = RuleError("non", fields=(FieldError("prenom", "Saisissez le prénom", "requis"),))

    answer = send(URL, {**SAISIE, "prenom": "", "action": "deposer"})
    page = unescape(answer.text)

    assert answer.status_code == 422
    assert "<title>Erreur" in page
    assert '<a href="#champ-prenom">Saisissez le prénom</a>' in page
    assert 'value="madame" checked' in page
    assert 'value="dossier_c2s" checked' in page
    assert 'value="D’Agostino"' in page
    assert "Dossier complet.</textarea>" in page


def test_ux_f07_files_are_shown_again_after_an_error_with_their_type_and_their_own_error(send: Send, world: World) -> None:
    recu = un_recu("avis.pdf")
    world.intake.refus = RuleError("non", fields=(FieldError("pieces_jointes.0", "Dites pourquoi ce document est joint", "justification"),))

    page = send(URL, {**SAISIE, "recu": recu.recu, f"type-{recu.id}": "devis", "action": "deposer"}).text

    assert "avis.pdf" in page
    assert 'value="devis" selected' in page
    assert f'<a href="#type-{recu.id}">Dites pourquoi ce document est joint</a>' in page
    assert page.count("Dites pourquoi ce document est joint") == 2
    assert f'name="justification-{recu.id}"' in page


def test_ux_f09_enter_saves_the_draft_and_never_files(browser: TestClient, send: Send, world: World) -> None:
    page = browser.get(URL).text
    first = re.search(r'<button[^>]*name="action" value="(\w+)"', page)

    answer = send(URL, {**SAISIE, "action": "brouillon"})

    assert first
    assert first[1] == "brouillon"
    assert world.intake.requetes == []
    assert "brouillon-enregistre" in answer.headers["location"]


def test_ux_f20_the_comment_says_its_limit_and_counts(browser: TestClient) -> None:
    page = browser.get(URL).text

    assert '<ep-count max="5000">' in page
    assert "5000 caractères maximum" in page


def test_ux_f21_a_permanent_hint_warns_against_health_data(browser: TestClient) -> None:
    assert "pas de donnée de santé ni d&#39;information inutile" in browser.get(URL).text


def test_ux_f21_a_health_word_asks_to_remove_it_or_to_justify_it(send: Send, world: World) -> None:
    world.intake.refus = RuleError("non", fields=(FieldError("commentaire", "Retirez cette donnée", "donnees-sante"),))

    page = send(URL, {**SAISIE, "action": "deposer"}).text
    world.intake.refus = None
    send(URL, {**SAISIE, "action": "deposer", "sante_vue": "oui", "justification_sante": "Nécessaire à l'instruction."})

    assert 'name="justification_sante"' in page
    assert world.intake.requetes[-1].contenu["justification_sante"] == "Nécessaire à l'instruction."


def test_ux_f22_an_open_demande_for_the_same_person_warns_with_three_exits(send: Send, world: World) -> None:
    world.intake.refus = un_doublon()

    answer = send(URL, {**SAISIE, "action": "deposer"})

    assert answer.status_code == 409
    assert f'href="/demandes/{NUMERO}#repondre"' in answer.text
    assert f'href="/demandes/nouvelle/signaler_difficulte?personne_de={NUMERO}"' in answer.text
    assert 'name="doublon_confirme"' in answer.text
    assert 'name="justification_doublon"' in answer.text
    assert "Dossier complet.</textarea>" in answer.text


def test_ux_f22_f03_filing_again_without_the_box_says_so_on_the_box(send: Send, world: World) -> None:
    world.intake.refus = un_doublon()

    first = send(URL, {**SAISIE, "action": "deposer"})
    again = send(URL, {**SAISIE, "doublon_vu": "oui", "action": "deposer"})

    assert "aria-invalid" not in first.text
    assert again.status_code == 422
    assert re.search(r'<a href="#champ-doublon_confirme">Cochez la case', again.text)
    assert re.search(r'id="champ-doublon_confirme"[^>]* aria-invalid="true"', again.text)
    assert again.text.count("<ep-focus") == 1
    assert f'href="/demandes/{NUMERO}#repondre"' in again.text


def test_ux_f22_a_confirmed_duplicate_is_filed_with_its_justification(send: Send, world: World) -> None:
    confirmed = {"doublon_vu": "oui", "doublon_confirme": "oui", "justification_doublon": "Une autre démarche."}

    answer = send(URL, {**SAISIE, **confirmed, "action": "deposer"})

    assert answer.headers["location"] == "/demandes/2683100001/depot"
    assert world.intake.requetes[0].contenu["doublon_confirme"] is True


def test_ux_f23_another_demande_for_the_same_person_is_prefilled_without_files(browser: TestClient, world: World) -> None:
    world.case.demandes[NUMERO] = une_demande()

    page = browser.get(f"{URL}?personne_de={NUMERO}&meme_motif=true").text

    assert 'value="FICTIVE"' in page
    assert 'value="dossier_c2s" checked' in page
    assert 'name="recu"' not in page
    assert "dossier_c2s" not in f"{URL}?personne_de={NUMERO}&meme_motif=true"


def test_ux_f25_two_clicks_file_one_demande(send: Send, world: World) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = next(iter(world.intake.brouillons))
    form = {**SAISIE, "action": "deposer", "brouillon": str(brouillon), "version": "1"}

    first, second = send(URL, form), send(URL, form)

    assert first.headers["location"] == second.headers["location"] == "/demandes/2683100001/depot"
    assert len(world.intake.depots) == 1


def test_h5_a_filing_under_htmx_answers_by_a_header(send: Send) -> None:
    answer = send(URL, {**SAISIE, "action": "deposer"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/demandes/2683100001/depot")


def test_ux_f24_the_confirmation_shows_number_moment_and_receipt_even_when_case_is_down(
    browser: TestClient, send: Send, world: World
) -> None:
    world.case.panne = True

    page = browser.get(send(URL, {**SAISIE, "action": "deposer"}).headers["location"]).text

    assert "2683100001" in page
    assert "17\u00a0février 2026 à 9\u00a0h\u00a012" in page
    assert 'href="/demandes/2683100001/accuse.pdf"' in page
    assert browser.get("/demandes/2683100001/accuse.pdf").headers["content-type"] == "application/pdf"


def test_p_07_the_confirmation_speaks_of_files_only_when_there_are_some(browser: TestClient, world: World) -> None:
    depot = un_depot()
    world.intake.depots = {NUMERO: depot, "2683100013": depot.model_copy(update={"numero": "2683100013", "pieces": []})}

    assert "Vos fichiers sont analysés" in browser.get(f"/demandes/{NUMERO}/depot").text
    assert "Vos fichiers" not in browser.get("/demandes/2683100013/depot").text


def test_ux_u01_u02_u15_a_plain_input_is_always_there_with_its_limits(browser: TestClient) -> None:
    page = browser.get(URL).text

    assert re.search(r'<input class="ep-input" type="file" id="champ-fichiers" name="fichiers" multiple accept="image/\*,', page)
    assert "PDF, Word (.doc, .docx), Excel (.xls, .xlsx, .csv), TIFF, PNG, JPEG — 5\u00a0Mo par fichier, 8 fichiers maximum" in page


def test_ux_u03_a_file_is_relayed_as_it_comes_and_answers_its_row(send: Send, browser: TestClient, world: World) -> None:
    csrf = re.search(r'jeton="(\w+)"', browser.get(URL).text)
    assert csrf

    answer = browser.post(f"{URL}/pieces-jointes", files={"fichier": ("avis.pdf", b"%PDF-1.7")}, headers={"X-CSRF-Token": csrf[1]})

    assert answer.status_code == 201
    assert answer.text.strip().startswith("<li")
    assert 'name="recu"' in answer.text
    assert b"%PDF-1.7" in world.attachment.relayes[0]


def test_h9_an_upload_without_the_token_is_refused_before_it_is_relayed(browser: TestClient, world: World) -> None:
    answer = browser.post(f"{URL}/pieces-jointes", files={"fichier": ("avis.pdf", b"%PDF-1.7")})

    assert answer.status_code == 403
    assert world.attachment.relayes == []


def test_ux_u05_u12_without_script_good_files_are_kept_and_a_bad_one_is_told(send: Send, world: World) -> None:
    files = [("fichiers", ("bon.pdf", b"%PDF")), ("fichiers", ("mauvais.exe", b"MZ")), ("fichiers", ("autre.pdf", b"%PDF"))]

    answer = send(URL, {**SAISIE, "action": "televerser"}, files=files)

    assert answer.status_code == 422
    assert "bon.pdf" in answer.text
    assert "autre.pdf" in answer.text
    assert "mauvais.exe\u00a0: Ce type de fichier n&#39;est pas accepté" in answer.text
    assert "Dossier complet.</textarea>" in answer.text
    assert len(next(iter(world.intake.brouillons.values())).pieces) == 2


def test_ux_u07_the_ninth_file_is_refused_and_the_first_eight_are_kept(send: Send) -> None:
    files = [("fichiers", (f"{rang}.pdf", b"%PDF")) for rang in range(1, 10)]

    page = send(URL, {**SAISIE, "action": "televerser"}, files=files).text

    assert "9.pdf\u00a0: 8 fichiers maximum" in page
    assert page.count('name="recu"') == 8


def test_ux_u07_ten_files_at_once_keep_the_form_and_the_first_eight(send: Send) -> None:
    files = [("fichiers", (f"{rang}.pdf", b"%PDF")) for rang in range(1, 11)]

    answer = send(URL, {**SAISIE, "action": "deposer"}, files=files)

    assert answer.status_code == 422
    assert "9.pdf\u00a0: 8 fichiers maximum" in answer.text
    assert "10.pdf\u00a0: 8 fichiers maximum" in answer.text
    assert answer.text.count('name="recu"') == 8
    assert "Dossier complet.</textarea>" in answer.text


@pytest.mark.parametrize("action", ["brouillon", "deposer", "actualiser", ""])
def test_ux_u12_a_file_chosen_without_script_is_stored_whatever_button_is_pressed(send: Send, world: World, action: str) -> None:
    send(URL, {**SAISIE, "action": action}, files=[("fichiers", ("avis.pdf", b"%PDF"))])

    kept = [len(brouillon.pieces) for brouillon in world.intake.brouillons.values()]
    assert kept or [len(requete.pieces) for requete in world.intake.requetes] == [1]
    assert set(kept) <= {1}


@pytest.mark.parametrize("action", ["brouillon", "deposer"])
def test_ux_u05_u12_a_file_refused_without_script_stops_the_filing_with_the_reason(send: Send, world: World, action: str) -> None:
    answer = send(URL, {**SAISIE, "action": action}, files=[("fichiers", ("mauvais.exe", b"MZ"))])

    assert answer.status_code == 422
    assert "mauvais.exe\u00a0: Ce type de fichier n&#39;est pas accepté" in answer.text
    assert world.intake.requetes == []
    assert len(world.intake.brouillons) == 1


def test_ux_u05_a_file_that_could_not_be_sent_stops_neither_the_others_nor_the_draft(send: Send, world: World) -> None:
    world.attachment.perdus = {"avis.pdf"}

    answer = send(URL, {**SAISIE, "action": "brouillon"}, files=[("fichiers", (nom, b"%PDF")) for nom in ("avis.pdf", "rib.pdf")])

    assert answer.status_code == 422
    assert "choisissez-le à nouveau" in answer.text
    assert [len(brouillon.pieces) for brouillon in world.intake.brouillons.values()] == [1]


def test_ux_f16_a_type_not_chosen_yet_stays_so_for_intake_to_ask_for_it(send: Send, world: World) -> None:
    recu = un_recu()

    send(URL, {**SAISIE, "recu": recu.recu, "action": "brouillon"})
    send(URL, {**SAISIE, "recu": recu.recu, "action": "deposer"})

    assert next(iter(world.intake.brouillons.values())).pieces[0].type == ""
    assert world.intake.requetes[0].pieces[0].type == ""


def test_ux_u08_a_file_one_byte_too_large_is_refused(send: Send) -> None:
    files = [("fichiers", ("juste.pdf", b"0" * 5242880)), ("fichiers", ("gros.pdf", b"0" * 5242881))]

    page = send(URL, {**SAISIE, "action": "televerser"}, files=files).text

    assert "gros.pdf\u00a0: Le fichier dépasse 5\u00a0Mo" in page
    assert page.count('name="recu"') == 1


def test_a1_a_body_too_large_is_refused_before_it_is_read(browser: TestClient, world: World) -> None:
    csrf = browser.get("/connexion/jeton").json()["jeton"]
    headers = {"X-CSRF-Token": csrf, "Accept": "text/html, application/problem+json"}

    answer = browser.post(f"{URL}/pieces-jointes", files={"fichier": ("gros.pdf", b"0" * 7 * 1024 * 1024)}, headers=headers)

    assert answer.status_code == 413
    assert answer.json()["title"] == "Contenu trop volumineux"
    assert world.attachment.relayes == []


def test_a_file_is_removed_without_script_and_destroyed(send: Send, world: World) -> None:
    recu = un_recu()

    page = send(URL, {**SAISIE, "recu": recu.recu, "action": f"supprimer:{recu.id}"}).text

    assert world.attachment.jetes == [recu.id]
    assert 'name="recu"' not in page


@pytest.mark.parametrize("dit", ["[" * 20_000, '{"dit":' * 5_000, "[]", "\x00", '{"dit":{}}'])
def test_what_is_no_receipt_is_no_file(send: Send, dit: str) -> None:
    recu = f"e30.{base64.urlsafe_b64encode(dit.encode()).decode()}.signature"

    answer = send(URL, {**SAISIE, "recu": recu, "action": "televerser"})

    assert answer.status_code == 200
    assert 'name="recu"' not in answer.text


@pytest.mark.parametrize("version", ["9" * 5_000, "99999999999", "-1", "³"])
def test_a_version_no_draft_can_have_is_that_of_another_tab(send: Send, world: World, version: str) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = next(iter(world.intake.brouillons))

    answer = send(URL, {**SAISIE, "brouillon": str(brouillon), "version": version, "action": "brouillon"})

    assert answer.status_code == 409


def test_a_file_joined_before_a_motif_that_takes_none_can_be_taken_away(send: Send, world: World) -> None:
    recu = un_recu()
    world.intake.refus = RuleError("non", fields=(FieldError("pieces_jointes", "Ce motif n'accepte pas de pièce jointe"),))

    page = send("/demandes/nouvelle/demander_document", {"motif": "doc_autre", "recu": recu.recu, "action": "deposer"}).text

    assert f'value="supprimer:{recu.id}"' in page
    assert page.count('name="recu"') == 1
    assert re.search(r'<a href="#pieces">Ce motif', page)


def test_ux_d01_opening_a_form_makes_no_draft(browser: TestClient, world: World) -> None:
    browser.get(URL)

    assert world.intake.brouillons == {}


def test_ux_d02_an_existing_draft_is_proposed_first(browser: TestClient, send: Send) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})

    page = browser.get(URL).text

    assert "Reprendre le brouillon du 17/02/2026" in page
    assert "Commencer une nouvelle demande" in page
    assert 'name="commentaire"' not in page
    assert 'name="commentaire"' in browser.get(f"{URL}?nouveau=true").text


def test_ux_d03_d04_an_incomplete_draft_is_saved_as_is_and_says_when(send: Send, world: World) -> None:
    answer = send(f"{URL}/brouillon", {"nom": "Fi"}, headers={"Accept": "application/json"})

    assert answer.json()["message"] == "Brouillon enregistré à 9\u00a0h\u00a012"
    assert world.intake.brouillons[UUID(answer.json()["brouillon"])].contenu == {"nom": "Fi"}
    assert answer.json()["version"] == 1


def test_p_02_d03_the_state_of_the_draft_stands_beside_the_title_too_and_is_said_aloud_once(send: Send) -> None:
    page = send(URL, {**SAISIE, "action": "actualiser"}).text
    places = re.findall(r"<p[^>]* data-brouillon>(.*?)</p>", page)

    assert places == ["Brouillon enregistré"] * 2
    assert page.count('role="status" data-brouillon') == 1
    assert re.search(r"</h1><p[^>]* data-brouillon>", page)


def test_ux_d05_a_save_after_the_session_ended_says_so(browser: TestClient, visitor: TestClient) -> None:
    visitor.cookies.clear()

    answer = visitor.post(f"{URL}/brouillon", data={}, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_ux_d06_a_page_left_open_takes_the_token_of_the_new_session(browser: TestClient, send: Send) -> None:
    form = {"nom": "Fictive"}
    browser.post("/connexion", data={"courriel": COURRIEL, "mot_de_passe": MOT_DE_PASSE})
    refused = send(f"{URL}/brouillon", form, headers={"Accept": "application/json"})

    renewed = browser.get("/connexion/jeton").json()["jeton"]
    saved = browser.post(f"{URL}/brouillon", data={**form, "_csrf": renewed})

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf-refused")
    assert saved.status_code == 200


def test_ux_d06_after_signing_in_again_the_draft_is_found_back(browser: TestClient, send: Send, world: World) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = next(iter(world.intake.brouillons))

    page = browser.get(f"{URL}?brouillon={brouillon}").text

    assert 'value="D’Agostino"' in page
    assert "Dossier complet.</textarea>" in page


def test_ux_d07_the_older_tab_is_told_and_sees_both_versions(send: Send, world: World) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = str(next(iter(world.intake.brouillons)))
    stale = {**SAISIE, "commentaire": "Ancien onglet.", "brouillon": brouillon, "version": "0"}

    page = send(URL, {**stale, "action": "brouillon"})
    script = send(f"{URL}/brouillon", stale)

    assert page.status_code == 409
    assert "Ancien onglet.</textarea>" in page.text
    assert f'href="{URL}?brouillon={brouillon}"' in page.text
    assert (script.status_code, script.json()["recharger"]) == (409, f"{URL}?brouillon={brouillon}")


def test_ux_d07_the_version_on_screen_may_be_kept(send: Send, world: World) -> None:
    """With a script, by the version the refusal tells; without, by a button of the page."""
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = next(iter(world.intake.brouillons))
    stale = {**SAISIE, "commentaire": "Ancien onglet.", "brouillon": str(brouillon), "version": "0"}

    newest = send(f"{URL}/brouillon", stale).json()["version"]
    kept = send(f"{URL}/brouillon", {**stale, "version": str(newest)})
    button = re.search(r'form="formulaire" name="garder" value="(\d+)"', send(URL, stale).text)
    assert button
    again = send(URL, {**stale, "commentaire": "Gardé.", "garder": button[1]})

    assert kept.status_code == 200
    assert again.headers["location"] == f"{URL}?brouillon={brouillon}&fait=brouillon-enregistre"
    assert world.intake.brouillons[brouillon].contenu["commentaire"] == "Gardé."


def test_ux_d06_a_saved_draft_says_where_it_is_found_again(browser: TestClient, send: Send, world: World) -> None:
    """The page takes that address: a reload, a new sign-in, « Back » show the draft instead of beginning a second one."""
    saved = send(f"{URL}/brouillon", SAISIE).json()

    assert saved["page"] == f"{URL}?brouillon={next(iter(world.intake.brouillons))}"
    assert 'value="D’Agostino"' in browser.get(saved["page"]).text


def test_ux_f25_coming_back_to_a_filed_draft_leads_to_its_demande(browser: TestClient, send: Send, world: World) -> None:
    saved = send(f"{URL}/brouillon", SAISIE).json()
    form = {**SAISIE, "brouillon": saved["brouillon"], "version": str(saved["version"])}
    numero = send(URL, {**form, "action": "deposer"}).headers["location"].split("/")[2]

    back = browser.get(f"{saved['page']}&fait=brouillon-enregistre")
    script = send(f"{URL}/brouillon", form)
    kept = send(URL, {**form, "action": "brouillon"})

    for page in (back, kept):
        assert f"Cette demande est déjà déposée&#160;: n°&#160;{numero}" in page.text
        assert f'href="/demandes/{numero}"' in page.text
        assert "Brouillon enregistré" not in page.text
    assert (script.status_code, script.json()["recharger"]) == (409, f"/demandes/{numero}")
    assert (world.intake.brouillons, len(world.intake.depots)) == ({}, 1)


def test_ux_f25_a_filed_form_that_is_changed_and_filed_again_leads_to_its_demande(send: Send, world: World) -> None:
    saved = send(f"{URL}/brouillon", SAISIE).json()
    form = {**SAISIE, "brouillon": saved["brouillon"], "version": str(saved["version"]), "action": "deposer"}
    send(URL, form)
    world.intake.refus = RuleError("Cette clé d'idempotence a déjà servi pour un autre contenu.")
    world.intake.refus.code = "idempotency-key-reused"

    again = send(URL, {**form, "commentaire": "Autre chose."})

    assert "Cette demande est déjà déposée" in again.text
    assert len(world.intake.depots) == 1


def test_a_page_that_failed_does_not_say_that_something_was_done(browser: TestClient) -> None:
    gone = browser.get(f"{URL}?brouillon={UUID(int=5)}&fait=brouillon-enregistre")

    assert gone.status_code == 404
    assert "Brouillon enregistré" not in gone.text


def test_ux_d09_drafts_are_listed_with_their_age_and_deleted_after_a_question(browser: TestClient, send: Send, world: World) -> None:
    send(URL, {**SAISIE, "action": "brouillon"})
    brouillon = next(iter(world.intake.brouillons))

    listed = browser.get("/brouillons").text
    asked = send(f"/brouillons/{brouillon}/supprimer")
    done = send(f"/brouillons/{brouillon}/supprimer", {"confirme": "oui"})

    assert "Élodie D’Agostino" in listed
    assert "Supprimer ce brouillon" in asked.text
    assert done.headers["location"] == "/brouillons?fait=brouillon-supprime"
    assert world.intake.brouillons == {}


def a_draft_with_files(send: Send, world: World, count: int) -> tuple[str, list[UUID]]:
    recus = [un_recu().recu for _ in range(count)]
    send(URL, {**SAISIE, "recu": recus, "action": "brouillon"})
    [brouillon] = world.intake.brouillons.values()
    return f"/brouillons/{brouillon.id}/supprimer", [UUID(piece.id) for piece in brouillon.pieces]


def test_a_draft_that_is_deleted_takes_its_files_along(send: Send, world: World) -> None:
    url, pieces = a_draft_with_files(send, world, 2)

    send(url)
    assert world.attachment.jetes == []
    send(url, {"confirme": "oui"})

    assert world.attachment.jetes == pieces
    assert world.intake.brouillons == {}


@pytest.mark.parametrize(
    "refus", [DependencyUnavailableError("attachment", "answer"), ConflictError("attached"), NotFoundError("gone"), GoneError("gone")]
)
def test_a_draft_is_deleted_even_if_one_of_its_files_cannot_be(send: Send, world: World, refus: HouseError) -> None:
    url, [first, second] = a_draft_with_files(send, world, 2)
    world.attachment.refus[first] = refus

    answer = send(url, {"confirme": "oui"})

    assert answer.headers["location"] == "/brouillons?fait=brouillon-supprime"
    assert world.intake.brouillons == {}
    assert world.attachment.jetes == [second]


def test_a_draft_filed_meanwhile_keeps_its_files(send: Send, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    url, _ = a_draft_with_files(send, world, 1)

    async def filed(_perimetre: Perimetre, _brouillon_id: UUID) -> None:
        raise NotFoundError("Ce brouillon n'existe plus.")

    monkeypatch.setattr(world.intake, "delete_brouillon", filed)

    assert send(url, {"confirme": "oui"}).status_code == 404
    assert world.attachment.jetes == []


def test_a_draft_with_nothing_but_a_motif_is_listed_too(browser: TestClient, send: Send) -> None:
    send(URL, {"motif": "dossier_c2s", "action": "brouillon"})

    assert browser.get("/brouillons").status_code == 200
    assert browser.get(URL).status_code == 200
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("offre", ["rien", "%00", "contacter_organisme%3Fa", "x" * 61])
def test_an_unknown_offre_is_a_page_not_found(browser: TestClient, offre: str) -> None:
    answer = browser.get(f"/demandes/nouvelle/{offre}")

    assert answer.status_code == 404
    assert "<h1>Page introuvable</h1>" in answer.text
