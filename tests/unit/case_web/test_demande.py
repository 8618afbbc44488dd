"""A-02, A-03, A-09, A-10: one demande on the agent's desk."""

import re
from datetime import date
from html import unescape

import httpx2
import pytest

from services.case.domain.errors import (
    AttestationNotDecidedError,
    DateSignatureRefusedError,
    PiecesSortantesForbiddenError,
    TentativesMissingError,
    TexteMissingError,
)
from services.case.web.bureau import Verifications
from shared.contracts.depots import PersonneConcernee
from shared.contracts.http.case import BrouillonMessage, MessageAgentRequest, TentativeVue
from shared.contracts.perimetre import Role
from shared.kernel.errors import ConflictError, RuleError
from tests.unit.case_web.fakes import (
    MARDI,
    NUMERO,
    FakeBureau,
    FakeVoisins,
    Poste,
    un_collegue,
    un_consentement,
    un_dossier,
    un_id,
    un_message,
    un_poste,
    une_attestation,
    une_piece,
    une_saisine,
)

VERIFICATIONS = {"qualite": "tuteur", "date_signature": "02/03/2026", "motif_inaccessibilite": "identifiants_perdus"}
PAGE = f"/agent/demandes/{NUMERO}"
RECU: dict[str, str | int] = {
    "id": str(un_id("recu")),
    "nom": "attestation.pdf",
    "taille_octets": 1200,
    "format": "pdf",
    "recu": "aaa.bbb.ccc",
}


def with_dossier(**changes: object) -> Poste:
    return un_poste(FakeBureau(dossiers={NUMERO: un_dossier(**changes)}))


async def post(poste: Poste, path: str, role: Role = Role.AGENT, **data: str | list[str]) -> httpx2.Response:
    token = await poste.sign_in(role)
    async with poste.client(token) as browser:
        return await browser.post(f"{PAGE}{path}", data={"_csrf": poste.csrf(token), **data})


async def get(poste: Poste, path: str = "", role: Role = Role.AGENT) -> httpx2.Response:
    async with poste.client(await poste.sign_in(role)) as browser:
        return await browser.get(f"{PAGE}{path}")


async def test_the_page_shows_who_what_and_how_long() -> None:
    page = await get(un_poste())

    assert page.status_code == 200
    for told in (f"<h1>Demande {NUMERO}</h1>", "Étude de C2S", "CCAS d&#39;Exempleville", "00/00/1960", "AGENT Alix", "Convention active"):
        assert told in page.text
    assert page.text.count("<h1") == 1


async def test_ux_a09_both_deadlines_are_given_when_the_clock_is_opened() -> None:
    """UX-A09: the badge is net; net and gross are shown on focus, without script."""
    page = await get(un_poste())

    assert re.search(r"<details class=\"ep-menu ag-clock\"><summary>.*?</summary>.*?Échéance nette.*?Échéance brute", page.text, re.DOTALL)


async def test_ux_a04_the_second_agent_reads_who_was_first() -> None:
    """UX-A04."""
    poste = with_dossier(sous_etat="nouveau", statut="NOUVEAU", agent_nom="")
    poste.bureau.refus = ConflictError("Prise en charge par AGENT Andréa à 10:02.")

    answer = await post(poste, "/prise-en-charge")

    assert answer.status_code == 409
    assert "Prise en charge par AGENT Andréa à 10:02." in answer.text


async def test_a_demande_is_taken_in_charge() -> None:
    poste = with_dossier(sous_etat="nouveau", statut="NOUVEAU")

    answer = await post(poste, "/prise-en-charge")

    assert answer.status_code == 303
    assert poste.bureau.acts == [("take", NUMERO)]


async def test_h5_htmx_is_redirected_by_a_header() -> None:
    poste = with_dossier(sous_etat="nouveau", statut="NOUVEAU")
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post(f"{PAGE}/prise-en-charge", data={"_csrf": poste.csrf(token)}, headers={"HX-Request": "true"})

    assert answer.headers["hx-redirect"] == f"{PAGE}?fait=prise-en-charge"


@pytest.mark.parametrize(
    ("genre", "bouton"),
    [
        ("question", "Envoyer au partenaire et attendre sa réponse"),
        ("information", "Envoyer au partenaire"),
        ("reponse_finale", "Envoyer au partenaire et résoudre"),
        ("note", "Enregistrer la note interne"),
    ],
)
async def test_ux_a11_the_button_names_its_audience(genre: str, bouton: str) -> None:
    """UX-A11."""
    page = await get(un_poste())

    assert re.search(rf'data-genre="{genre}">.*?{bouton}</button>', page.text)


async def test_ux_a11_an_internal_note_is_told_apart_in_the_thread() -> None:
    """UX-A11."""
    note = un_message(id=un_id("note"), cote="bo", genre="note", texte="Vu avec l'équipe.")

    page = await get(with_dossier(messages=[un_message(), note]))

    assert 'data-cote="note"' in page.text
    assert "Note interne — invisible du partenaire" in page.text


async def test_a_final_answer_is_sent_with_the_version_that_was_on_screen() -> None:
    poste = un_poste()

    answer = await post(poste, "/messages", genre="reponse_finale", texte="Vos droits sont ouverts.", version="3", action="envoyer")

    assert answer.headers["location"] == f"{PAGE}?fait=demande-resolue"
    assert poste.bureau.acts == [("send", MessageAgentRequest(genre="reponse_finale", texte="Vos droits sont ouverts.", version=3))]


async def test_ux_t04_a_question_lists_the_pieces_it_asks_for() -> None:
    """UX-T04."""
    poste = un_poste()

    await post(poste, "/messages", genre="question", texte="Merci de compléter.", version="3", demandees=["Avis d'imposition", "RIB"])

    act = poste.bureau.acts[0]
    assert isinstance(act[1], MessageAgentRequest)
    assert act[1].texte == "Merci de compléter.\n\nPièces à joindre à votre réponse :\n– Avis d'imposition\n– RIB"


async def test_ux_a07_a_stale_thread_keeps_the_draft_and_shows_what_arrived() -> None:
    """UX-A07: 409, the new message above, nothing sent."""
    arrived = un_message(id=un_id("pong"), genre="complement", texte="Voici la pièce manquante.")
    poste = with_dossier(version=4, messages=[un_message(), arrived])

    answer = await post(poste, "/messages", genre="reponse_finale", texte="Ma réponse en cours.", version="3")

    assert answer.status_code == 409
    assert answer.text.index("Voici la pièce manquante.") < answer.text.index("Ma réponse en cours.")
    assert 'name="version" value="4"' in answer.text
    assert poste.bureau.acts == []


async def test_ux_f07_a_refused_message_keeps_everything_and_leads_to_the_field() -> None:
    """UX-F03, UX-F04, UX-F05, UX-F07 on the agent's side."""
    poste = un_poste()
    poste.bureau.refus = TexteMissingError("Saisissez la réponse.")

    answer = await post(poste, "/messages", genre="reponse_finale", texte="   ", version="3", demandees="Pièce d'identité")

    assert answer.status_code == 422
    assert "<title>Erreur" in answer.text.replace("\n", "")
    assert '<a href="#champ-texte">Saisissez la réponse.</a>' in answer.text
    assert 'aria-describedby="champ-texte-aide champ-texte-erreur" aria-invalid="true"' in answer.text
    assert re.search(r'value="reponse_finale"[^>]* checked', answer.text)
    assert re.search(r'value="Pièce d&#39;identité" checked', answer.text)


async def test_a_message_that_says_not_what_it_does_is_refused() -> None:
    answer = await post(un_poste(), "/messages", texte="Bonjour.", version="3")

    assert answer.status_code == 422
    assert '<a href="#champ-genre">' in answer.text


async def test_ux_a12_only_habilitated_structures_are_sent_files() -> None:
    """UX-A12, RG-02."""
    allowed, refused = await get(un_poste()), await get(with_dossier(peut_recevoir_pieces=False))

    assert '<ep-upload url="' in allowed.text
    assert "15 jours pour les télécharger" in allowed.text
    assert "<ep-upload" not in refused.text


async def test_ux_a12_a_refusal_at_sending_is_told() -> None:
    """UX-A12: checked again at publication."""
    poste = un_poste()
    poste.bureau.refus = PiecesSortantesForbiddenError()

    answer = await post(poste, "/messages", genre="information", texte="Voici.", version="3")

    assert answer.status_code == 403


async def test_ux_u12_without_script_files_are_uploaded_and_the_rest_is_kept() -> None:
    """UX-U12."""
    poste = un_poste(voisins=FakeVoisins({"attachment": httpx2.Response(201, json=RECU)}))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post(
            f"{PAGE}/messages",
            data={"_csrf": poste.csrf(token), "genre": "reponse_finale", "texte": "Ci-joint.", "version": "3", "action": "televerser"},
            files={"fichiers": ("attestation.pdf", b"%PDF-1.7", "application/pdf")},
        )

    assert answer.status_code == 200
    assert 'name="recu" value="aaa.bbb.ccc"' in answer.text
    assert "Ci-joint." in answer.text
    assert poste.bureau.acts == []


async def test_ux_u05_a_refused_file_is_told_and_stops_nothing_else() -> None:
    """UX-U05."""
    problem = {"status": 422, "code": "macro", "title": "Refusé", "detail": "Le fichier contient des macros."}
    poste = un_poste(voisins=FakeVoisins({"attachment": httpx2.Response(422, json=problem)}))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post(
            f"{PAGE}/messages",
            data={"_csrf": poste.csrf(token), "genre": "information", "texte": "Voici.", "version": "3", "action": "televerser"},
            files={"fichiers": ("modele.docm", b"PK", "application/octet-stream")},
        )

    assert answer.status_code == 422
    assert "modele.docm" in answer.text
    assert "Le fichier contient des macros." in answer.text


async def test_ux_u03_a_file_sent_by_the_page_answers_its_row() -> None:
    """UX-U03."""
    poste = un_poste(voisins=FakeVoisins({"attachment": httpx2.Response(201, json=RECU)}))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post(
            f"{PAGE}/pieces-jointes", files={"fichier": ("attestation.pdf", b"%PDF-1.7")}, headers={"X-CSRF-Token": poste.csrf(token)}
        )

    assert answer.status_code == 201
    assert answer.text.strip().startswith('<li class="ep-file"')
    assert 'value="aaa.bbb.ccc"' in answer.text


async def test_a1_a_file_too_large_for_any_envelope_is_refused_before_it_is_read() -> None:
    poste = un_poste()
    token = await poste.sign_in(Role.AGENT)

    async with poste.client(token) as browser:
        answer = await browser.post(
            f"{PAGE}/pieces-jointes", files={"fichier": ("gros.pdf", b"0" * 7 * 1024 * 1024)}, headers={"X-CSRF-Token": poste.csrf(token)}
        )

    assert answer.status_code == 413
    assert poste.voisins.asked == []


async def test_a_joined_file_leaves_with_its_receipt() -> None:
    poste = un_poste()
    joined: dict[str, str] = {"recu": "aaa.bbb.ccc", "recu_id": str(RECU["id"]), "recu_nom": "attestation.pdf", "recu_taille": "1200"}

    await post(poste, "/messages", Role.AGENT, genre="reponse_finale", texte="Ci-joint.", version="3", **joined)

    act = poste.bureau.acts[0]
    assert isinstance(act[1], MessageAgentRequest)
    assert [piece.recu for piece in act[1].pieces] == ["aaa.bbb.ccc"]


async def test_a_note_with_a_file_is_refused_in_words_and_keeps_both() -> None:
    """Nothing given is lost in silence (UX-F07)."""
    poste = un_poste()
    joined: dict[str, str] = {"recu": "aaa.bbb.ccc", "recu_id": str(RECU["id"]), "recu_nom": "attestation.pdf", "recu_taille": "1200"}

    answer = await post(poste, "/messages", Role.AGENT, genre="note", texte="Vu avec l'équipe.", version="3", **joined)

    assert answer.status_code == 422
    assert "Une note interne ne porte pas de fichier" in answer.text
    assert "attestation.pdf" in answer.text
    assert poste.bureau.acts == []


async def test_ux_u14_every_file_is_listed_with_its_origin_and_what_became_of_it() -> None:
    """UX-U14, UX-U10."""
    infected = une_piece(id=un_id("b"), nom="identite.jpg", etat="infectee")

    page = await get(with_dossier(pieces=[une_piece(), infected]), "?onglet=pieces")

    assert "avis-imposition.pdf" in page.text
    assert "EXEMPLE Anne" in page.text
    assert "Écartée par l&#39;antivirus" in page.text or "Écartée par l'antivirus" in page.text


async def test_a_clean_file_opens_through_a_link_of_the_download_host() -> None:
    lien = {"url": "https://fichiers.exemple.fr/telechargements/x", "expire_le": "2026-03-10T09:31:00Z"}
    poste = un_poste(voisins=FakeVoisins({"attachment": httpx2.Response(201, json=lien)}))

    answer = await get(poste, f"/pieces/{un_id('piece')}")

    assert answer.headers["location"] == lien["url"]


async def test_a_file_of_another_demande_is_not_there() -> None:
    poste = un_poste()

    assert (await get(poste, f"/pieces/{un_id('ailleurs')}")).status_code == 404
    assert poste.voisins.asked == []


async def test_an_answered_demande_is_only_read_or_reopened() -> None:
    page = await get(with_dossier(statut="RESOLU", sous_etat="resolu"))

    assert 'id="composer"' not in page.text
    assert f'action="{PAGE}/reouverture"' in page.text


async def test_reopening_is_confirmed_without_script() -> None:
    poste = with_dossier(statut="RESOLU", sous_etat="resolu")

    asked = await post(poste, "/reouverture")
    done = await post(poste, "/reouverture", confirme="oui")

    assert "Rouvrir cette demande" in asked.text
    assert done.status_code == 303
    assert poste.bureau.acts == [("reopen", NUMERO)]


async def test_a_demande_is_requalified_from_the_catalogue() -> None:
    poste = un_poste()

    page, answer = await get(poste), await post(poste, "/requalification", motif="transmettre_suivre_dossier/dossier_ame")

    assert 'value="transmettre_suivre_dossier/dossier_c2s"' not in page.text
    assert answer.status_code == 303
    assert poste.bureau.acts == [("requalify", "transmettre_suivre_dossier", "dossier_ame", None)]


async def test_a_requalification_keeps_the_person_the_agent_typed() -> None:
    """UX-F07: the old way of attestations names nobody; the agent does (domain §12, Q4)."""
    poste = with_dossier(personne=None)
    typed = {"motif": "transmettre_suivre_dossier/dossier_ame", "nom": "FICTIVE", "prenom": "Jeanne", "date_naissance": "00/00/1960"}

    await post(poste, "/requalification", Role.AGENT, **typed)
    poste.bureau.refus = RuleError("Saisissez la personne concernée.")
    refused = await post(poste, "/requalification", Role.AGENT, **typed)

    act = poste.bureau.acts[0]
    assert isinstance(act[3], PersonneConcernee)
    assert act[3].date_naissance == "00/00/1960"
    assert refused.status_code == 422
    assert 'value="FICTIVE"' in refused.text
    assert "Saisissez la personne concernée." in refused.text


async def test_rg03_a_text_is_taken_out_after_a_confirmation() -> None:
    """RG-03."""
    poste = un_poste()
    path = f"/messages/{un_id('depot')}/caviardage"

    await post(poste, path)
    done = await post(poste, path, Role.AGENT, confirme="oui")

    assert poste.bureau.acts == [("redact", un_id("depot"))]
    assert done.headers["location"].endswith("fait=caviarde")


async def test_ux_a21_the_consent_comes_first_in_the_panel_of_a_referral() -> None:
    """UX-A21: consent block first, then attempts, outcome, withdrawal."""
    tentatives = [TentativeVue(tente_le=MARDI, canal="telephone", issue="sans_reponse")]

    page = await get(with_dossier(saisine_mas=une_saisine(tentatives=tentatives), consentement=un_consentement()), role=Role.CONSEILLER_MAS)

    parts = ["Consentement recueilli", "Tentatives de contact", "Sans réponse", "Répondre au partenaire", "retire son consentement"]
    places = [page.text.index(part) for part in parts]
    assert places == sorted(places)
    assert 'value="reponse_finale"' not in page.text  # a referral is answered by its outcome


async def test_a_consent_is_withdrawn_from_the_page_even_after_the_answer_and_once() -> None:
    """« À tout moment » (domain §4.3): the accompaniment goes on after the demande is resolved."""
    close = une_saisine(ouverte=False, issue="accompagnement_ouvert", close_le=MARDI)
    resolue = {"statut": "RESOLU", "sous_etat": "resolu", "consentement": un_consentement()}

    page = await get(with_dossier(**resolue, saisine_mas=close), role=Role.CONSEILLER_MAS)
    ensuite = await get(with_dossier(**resolue, saisine_mas=close.model_copy(update={"retire_le": MARDI})), role=Role.CONSEILLER_MAS)

    assert "retire son consentement" in page.text
    assert "Envoyer l&#39;issue" not in page.text
    assert "Envoyer l'issue" not in page.text
    assert "retire son consentement" not in ensuite.text


async def test_ux_a21_the_acts_of_a_referral_reach_the_desk() -> None:
    """UX-A21."""
    poste = with_dossier(saisine_mas=une_saisine())

    await post(poste, "/mas/tentatives", Role.CONSEILLER_MAS, canal="telephone", issue="jointe")
    await post(poste, "/mas/issue", Role.CONSEILLER_MAS, issue="accompagnement_ouvert")
    asked = await post(poste, "/mas/retrait", Role.CONSEILLER_MAS)
    await post(poste, "/mas/retrait", Role.CONSEILLER_MAS, confirme="oui")

    assert "retrait du consentement" in asked.text
    assert poste.bureau.acts == [
        ("note_tentative", "telephone", "jointe"),
        ("close_saisine", "accompagnement_ouvert"),
        ("withdraw_consentement", NUMERO),
    ]


async def test_an_outcome_must_be_chosen() -> None:
    answer = await post(with_dossier(saisine_mas=une_saisine()), "/mas/issue", Role.SUPERVISEUR, issue="")

    assert answer.status_code == 422


async def test_ux_a20_the_attestation_panel_says_the_decision_its_row_and_what_to_do() -> None:
    """UX-A20."""
    page = await get(with_dossier(attestation=une_attestation()))

    assert "Déposer sur le compte ameli" in page.text
    assert "Règle 3 de la table" in page.text
    assert f'action="{PAGE}/attestation/reponse"' in page.text


async def test_ux_a20_the_acts_of_an_attestation_reach_the_desk() -> None:
    """UX-A20."""
    poste = with_dossier(attestation=une_attestation())

    await post(poste, "/attestation/compte", compte="N")
    await post(poste, "/attestation/verifications", Role.AGENT, faits=["tuteur", "inconnu"], **VERIFICATIONS)
    await post(poste, "/attestation/reponse")

    verifications = Verifications(
        coches=frozenset({"tuteur"}), qualite="tuteur", motif_inaccessibilite="identifiants_perdus", date_signature=date(2026, 3, 2)
    )
    assert poste.bureau.acts == [("set_compte", "N"), ("check_attestation", verifications), ("answer_attestation", NUMERO)]


async def test_the_verifications_of_an_attestation_show_what_is_known() -> None:
    known = une_attestation(
        qualite="curateur_habilite", motif_inaccessibilite="non_autonome", date_signature_procuration="2026-03-02", tuteur="oui"
    )

    page = await get(with_dossier(attestation=known))

    for told in (
        'value="curateur_habilite" selected',
        'value="non_autonome" selected',
        'name="date_signature" value="02/03/2026"',
        'value="tuteur" checked',
    ):
        assert told in page.text


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("date_signature", "le 2 mars", "Saisissez une date sous la forme JJ/MM/AAAA"),
        ("qualite", "", "Choisissez en quelle qualité le partenaire agit"),
        ("motif_inaccessibilite", "inconnu", "Choisissez une raison de la liste"),
    ],
)
async def test_ux_f07_a_faulty_verification_is_said_beside_its_field_and_the_rest_is_kept(champ: str, valeur: str, message: str) -> None:
    """UX-F07."""
    poste = with_dossier(attestation=une_attestation())

    answer = await post(poste, "/attestation/verifications", Role.AGENT, faits=["tuteur"], **(VERIFICATIONS | {champ: valeur}))

    assert (answer.status_code, poste.bureau.acts) == (422, [])
    assert f'id="champ-{champ}-erreur"' in answer.text
    assert message in answer.text
    assert 'value="tuteur" checked' in answer.text
    assert "open><summary>Vérifications" in answer.text
    for autre, typed in VERIFICATIONS.items() - {(champ, VERIFICATIONS[champ])}:
        assert f'value="{typed}" selected' in answer.text or f'name="{autre}" value="{typed}"' in answer.text


async def test_a_verification_that_the_desk_refuses_is_kept_too() -> None:
    poste = with_dossier(attestation=une_attestation())
    refusals = ((DateSignatureRefusedError(), 422, "dans le futur"), (AttestationNotDecidedError(), 409, "ne permet pas"))
    for refus, status, told in refusals:
        poste.bureau.refus = refus

        answer = await post(poste, "/attestation/verifications", Role.AGENT, **VERIFICATIONS)

        assert answer.status_code == status
        assert told in answer.text
        assert 'name="date_signature" value="02/03/2026"' in answer.text


async def test_an_answer_before_the_orientation_is_refused_and_kept() -> None:
    poste = with_dossier(attestation=une_attestation(compte="?", issue="VERIFIER_COMPTE", ligne="1"))
    poste.bureau.refus = AttestationNotDecidedError("L'orientation de l'attestation n'est pas décidée.")

    answer = await post(poste, "/messages", genre="reponse_finale", texte="Attestation envoyée.", action="envoyer", version="3")

    assert answer.status_code == 409
    assert "pas décidée" in answer.text
    assert "Attestation envoyée." in answer.text


async def test_an_unknown_account_cannot_be_recorded_as_found() -> None:
    assert (await post(with_dossier(attestation=une_attestation(compte="?")), "/attestation/compte", compte="?")).status_code == 422


async def test_ux_a14_a_superviseur_gives_a_demande_to_an_agent() -> None:
    """UX-A14."""
    poste = un_poste()

    shown, hidden = await get(poste, role=Role.SUPERVISEUR), await get(poste, role=Role.AGENT)
    done = await post(poste, "/assignation", Role.SUPERVISEUR, agent=str(un_id("andrea")))
    unknown = await post(poste, "/assignation", Role.SUPERVISEUR, agent=str(un_id("inconnu")))

    assert "AGENT Andréa" in shown.text
    assert "/assignation" not in hidden.text
    assert done.status_code == 303
    assert unknown.status_code == 404
    assert poste.bureau.acts == [("assign", "AGENT Andréa")]


async def test_only_colleagues_who_serve_the_queue_are_proposed() -> None:
    bureau = FakeBureau(
        dossiers={NUMERO: un_dossier(file_attente="mas", agent_id=None)},
        agents=[un_collegue("andrea", "AGENT Andréa", "generale"), un_collegue("sacha", "CONSEIL Sacha", "mas")],
    )

    page = await get(un_poste(bureau), role=Role.SUPERVISEUR)

    assert f'value="{un_id("sacha")}"' in page.text
    assert f'value="{un_id("andrea")}"' not in page.text


async def test_ux_a06_colleagues_who_look_now_are_named_and_never_in_an_address() -> None:
    """UX-A06, UX-L03."""
    poste = un_poste(FakeBureau(presents=["AGENT Andréa"]))

    page = await get(poste)

    assert "Consultée en ce moment par AGENT Andréa" in page.text
    assert not re.findall(r'(?:href|hx-get)="[^"]*Andr', page.text)


async def test_ux_a06_an_open_page_is_told_only_of_what_changed() -> None:
    """UX-A06, UX-A07."""
    poste = un_poste()
    async with poste.client(await poste.sign_in()) as browser:
        found = re.search(r'hx-get="([^"]+veille[^"]+)"', (await browser.get(PAGE)).text)
        assert found is not None
        quiet = await browser.get(found[1].replace("&amp;", "&"))
        poste.bureau.dossiers[NUMERO] = un_dossier(version=4)
        news = await browser.get(found[1].replace("&amp;", "&"))
        again = re.search(r'hx-get="([^"]+veille[^"]+)"', news.text)
        assert again is not None
        told_once = await browser.get(again[1].replace("&amp;", "&"))

    assert quiet.status_code == 204
    assert "échange a changé" in news.text
    assert told_once.status_code == 204


async def test_a_foreign_demande_is_not_there() -> None:
    """RG-14, UX-L08."""
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        assert (await browser.get("/agent/demandes/2600100001")).status_code == 404


@pytest.mark.parametrize(
    ("chemin", "champs", "cible", "message"),
    [
        ("/mas/issue", {}, "mas-cloture", "Choisissez l'issue de la saisine."),
        ("/mas/tentatives", {"canal": "telephone"}, "mas-issue", "Choisissez le résultat de l'appel."),
        ("/attestation/compte", {}, "compte-OA", "Choisissez la situation du compte ameli."),
    ],
)
async def test_ux_f04_a_refusal_in_a_panel_leads_to_its_field(chemin: str, champs: dict[str, str], cible: str, message: str) -> None:
    """UX-F03, UX-F04, UX-F05: summary with a link, the same words beside the field, which says it is wrong."""
    poste = with_dossier(saisine_mas=une_saisine(), consentement=un_consentement(), attestation=une_attestation())

    page = await post(poste, chemin, Role.CONSEILLER_MAS, **champs)

    text = unescape(page.text)
    assert page.status_code == 422
    assert re.search(rf'<a href="#{cible}">{re.escape(message)}</a>', text)
    assert re.search(rf'id="{cible}-erreur">.*?{re.escape(message)}</p>', text)
    assert re.search(rf'id="{cible}"[^>]* aria-invalid="true"', text)
    assert f'aria-describedby="{cible}-erreur"' in text
    assert "Erreur" in text.partition("</title>")[0]


async def test_ux_f07_what_was_chosen_in_a_panel_stays_after_a_refusal() -> None:
    """UX-F07."""
    poste = with_dossier(saisine_mas=une_saisine(), consentement=un_consentement())
    poste.bureau.refus = TentativesMissingError(3, 5)

    page = await post(poste, "/mas/issue", Role.CONSEILLER_MAS, issue="injoignable")

    assert '<option value="injoignable" selected>' in page.text
    assert 'href="#mas-cloture"' in page.text


@pytest.mark.parametrize("texte", ["[Contenu retiré par la caisse]", "Contenu effacé à la suite du retrait du consentement."])
async def test_a_text_that_is_gone_is_not_offered_to_be_taken_out(texte: str) -> None:
    page = await get(with_dossier(messages=[un_message(texte=texte)]))

    assert texte in page.text
    assert "Retirer ce texte" not in page.text


async def test_text_of_a_partner_is_never_read_as_html() -> None:
    page = await get(with_dossier(messages=[un_message(texte="<script>alert(1)</script>")]))

    assert "<script>alert(1)" not in page.text


async def test_ux_a08_what_is_being_written_is_kept_for_its_author_whatever_is_pressed() -> None:
    """UX-A08: another tab of the page, another act, a refusal, a new sign-in show it again."""
    poste = un_poste()

    saved = await post(poste, "/brouillon", genre="question", texte="Merci de préciser")
    shown = [await get(poste), await get(poste, "?onglet=pieces"), await get(poste, "?fil=4")]
    poste.bureau.refus = ConflictError("Prise en charge par AGENT Andréa à 10:02.")
    shown.append(await post(poste, "/prise-en-charge"))

    assert saved.json() == {"message": "Brouillon enregistré à 10\u00a0h\u00a030"}
    assert poste.bureau.acts == []
    for page in (shown[0], shown[2], shown[3]):
        assert "Merci de préciser</textarea>" in page.text
        assert re.search(r'value="question"[^>]* checked', page.text)
    assert "<ep-autosave" in shown[0].text
    assert f'url="{PAGE}/brouillon"' in shown[0].text


async def test_ux_a08_without_script_a_button_keeps_the_draft_and_an_empty_one_forgets_it() -> None:
    poste = un_poste()

    kept = await post(poste, "/messages", texte="À finir", version="3", action="brouillon")
    (brouillon,) = poste.bureau.brouillons.values()
    forgotten = await post(poste, "/messages", texte=" ", action="brouillon")

    assert kept.headers["location"] == f"{PAGE}?fait=brouillon-enregistre"
    assert brouillon == BrouillonMessage(texte="À finir")
    assert forgotten.headers["location"] == f"{PAGE}?fait=brouillon-supprime"
    assert poste.bureau.acts == []


async def test_ux_a08_a_refused_draft_stays_on_screen() -> None:
    poste = un_poste()
    poste.bureau.refus = RuleError("Le texte dépasse 20000 caractères : raccourcissez-le.")

    page = await post(poste, "/messages", texte="Trop long", action="brouillon")

    assert page.status_code == 422
    assert "Trop long</textarea>" in page.text


async def test_ux_a07_an_answer_to_a_demande_a_colleague_resolved_says_who_and_can_be_copied() -> None:
    finale = un_message(id=un_id("finale"), cote="bo", auteur="AGENT Andréa", genre="reponse_finale", texte="Vos droits sont ouverts.")
    poste = with_dossier(statut="RESOLU", sous_etat="resolu", messages=[un_message(), finale])
    poste.bureau.refus = ConflictError("Cette demande est déjà résolue.")

    sent = await post(poste, "/messages", genre="reponse_finale", texte="Ma réponse", version="3", action="envoyer")
    poste.bureau.refus = None
    await post(poste, "/brouillon", genre="reponse_finale", texte="Ma réponse")
    later = await get(poste)

    assert sent.status_code == 409
    for page in (sent, later):
        assert "Résolue par <b>AGENT Andréa</b>" in page.text
        assert "n&#39;a pas été envoyé" in page.text or "n'a pas été envoyé" in page.text
        assert re.search(r"<textarea[^>]* readonly>Ma réponse</textarea>", page.text)


async def test_ux_a06_the_link_of_a_moved_thread_loads_the_page_again() -> None:
    """An address that differs by its fragment alone only scrolls."""
    poste = un_poste(FakeBureau(dossiers={NUMERO: un_dossier(version=4)}))

    news = await get(poste, "/veille?version=3&annoncee=3")

    assert f'href="{PAGE}?fil=4#dernier-message"' in news.text
