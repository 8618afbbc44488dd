"""Downloads on the real stores: who, until when, with which headers, and what the journal says (A8, A9, B1, domain §3.5)."""

from datetime import timedelta

import pytest

from services.attachment.domain.piece_jointe import EtatPieceJointe, MotifDestruction
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import CaisseCode, CompteId, PieceJointeId, new_id
from tests.corpus.hostile import EICAR_INSIDE
from tests.corpus.pdfs import pdf_by_hand
from tests.integration.attachment.atelier import QUINZE_JOURS, Atelier

CONTENU = pdf_by_hand("Votre attestation")
SECONDE = timedelta(seconds=1)


async def test_a_published_fichier_is_served_whole_with_exact_headers(atelier: Atelier) -> None:
    recu = await atelier.published(contenu=CONTENU)

    response = await atelier.download(atelier.partenaire(), recu.id)

    assert response.status_code == 200
    assert response.content == CONTENU
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=\"justificatif.pdf\"; filename*=UTF-8''justificatif.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


async def test_a_download_by_the_partner_is_a_fact_and_in_the_journal(atelier: Atelier) -> None:
    recu = await atelier.published()

    await atelier.download(atelier.partenaire(), recu.id)

    assert (await atelier.told(recu.id))[-1] == "telechargee"
    assert [acte for acte, _ in await atelier.journal(recu.id)][-3:] == [
        "open_telechargement",
        "start_telechargement",
        "download_piece_jointe",
    ]


async def test_an_agent_reads_what_the_partner_sent_without_a_fact(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire(), CONTENU)
    await atelier.judged(recu)

    response = await atelier.download(atelier.agent(), recu.id)

    assert response.content == CONTENU
    assert await atelier.told(recu.id) == ["recue", "saine"]
    assert ("download_piece_jointe", "fait") in await atelier.journal(recu.id)


async def test_a_partner_never_downloads_what_the_partner_sent(atelier: Atelier) -> None:
    """UX-U11: the answer is the same as for a file that never was."""
    person = atelier.partenaire()
    recu = await atelier.sent(person, CONTENU)
    await atelier.judged(recu)

    sien, inconnu = await atelier.link(person, recu.id), await atelier.link(person, PieceJointeId(new_id()))

    assert sien.status_code == inconnu.status_code == 404
    assert sien.json() == inconnu.json()
    assert ("open_telechargement", "refuse:piece-jointe-not-found") in await atelier.journal(recu.id)


async def test_another_structure_another_caisse_and_an_operator_see_nothing(atelier: Atelier) -> None:
    """B1."""
    recu = await atelier.published()
    ailleurs, compte = CaisseCode("975"), CompteId(new_id())
    etrangers = [
        atelier.partenaire(atelier.autre_structure),
        atelier.agent(Role.EXPLOITANT),
        Perimetre(caisse_code=ailleurs, role=Role.AGENT, compte_id=compte),
        Perimetre(caisse_code=ailleurs, role=Role.TECHNICIEN, compte_id=compte, structure_id=atelier.structure),
    ]

    statuts = [(await atelier.link(etranger, recu.id)).status_code for etranger in etrangers]

    assert statuts == [404, 403, 404, 404]  # no front speaks for an operator


async def test_a_fichier_of_the_caisse_is_not_there_before_its_publication(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.agent())
    await atelier.judged(recu)

    assert (await atelier.link(atelier.partenaire(), recu.id)).status_code == 404


async def test_a_fichier_without_verdict_is_read_by_nobody(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())

    response = await atelier.link(atelier.agent(), recu.id)

    assert (response.status_code, response.json()["code"]) == (409, "verdict-pending")


async def test_an_infected_fichier_is_blocked(atelier: Atelier) -> None:
    nom, build = EICAR_INSIDE["csv"]
    recu = await atelier.sent(atelier.partenaire(), build(), nom)
    await atelier.judged(recu)

    response = await atelier.link(atelier.agent(), recu.id)

    assert (response.status_code, response.json()["code"]) == (403, "piece-jointe-blocked")


async def test_the_window_closes_at_the_very_second(atelier: Atelier) -> None:
    """A9: one second before, 200; at that second, 410, and the link asked for before is worth nothing more."""
    echeance = atelier.clock.at + QUINZE_JOURS
    recu = await atelier.published(echeance=echeance)
    person = atelier.partenaire()

    atelier.clock.at = echeance - SECONDE
    assert (await atelier.download(person, recu.id)).status_code == 200
    chemin = (await atelier.link(person, recu.id)).json()["url"].removeprefix(atelier.settings.public_url)
    atelier.clock.at = echeance

    assert (await atelier.link(person, recu.id)).status_code == 410
    assert (await atelier.client.get(chemin)).status_code == 410


async def test_an_expired_fichier_is_destroyed_with_its_key_and_keeps_its_name(atelier: Atelier) -> None:
    """A9."""
    echeance = atelier.clock.at + QUINZE_JOURS
    recu = await atelier.published(echeance=echeance)
    atelier.clock.at = echeance

    detruite = await atelier.destruction().destroy(recu.id, MotifDestruction.EXPIRATION, perimetre=atelier.systeme)
    encore = await atelier.destruction().destroy(recu.id, MotifDestruction.EXPIRATION, perimetre=atelier.systeme)

    piece = await atelier.piece(recu.id)
    assert detruite
    assert encore
    assert (piece.etat, piece.cle, piece.nom) == (EtatPieceJointe.EXPIREE, None, "justificatif.pdf")
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}
    assert (await atelier.told(recu.id))[-1:] == ["expiree"]
    assert (await atelier.link(atelier.partenaire(), recu.id)).status_code == 410


async def test_an_expiry_that_is_no_longer_due_changes_nothing(atelier: Atelier) -> None:
    recu = await atelier.published()

    detruite = await atelier.destruction().destroy(recu.id, MotifDestruction.EXPIRATION, perimetre=atelier.systeme)

    assert not detruite
    assert (await atelier.download(atelier.partenaire(), recu.id)).status_code == 200


async def test_a_publication_told_twice_counts_once(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.agent())
    await atelier.judged(recu)
    fait = atelier.mise_a_disposition(recu.id, atelier.clock.at + QUINZE_JOURS)

    await atelier.facts.publish_piece(fait)
    await atelier.facts.publish_piece(fait)

    assert [acte for acte, _ in await atelier.journal(recu.id)].count("publish_piece_jointe") == 1


async def test_a_filing_attaches_the_files_that_exist_whatever_the_others(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())

    await atelier.facts.attach_depot(atelier.deposee(new_id(), recu.id))

    assert (await atelier.piece(recu.id)).numero == atelier.numero


@pytest.mark.parametrize("jeton", ["x", "a.b.c", "%2e%2e"])
async def test_a_forged_link_is_not_found(atelier: Atelier, jeton: str) -> None:
    assert (await atelier.client.get(f"/telechargements/{jeton}")).status_code == 404


async def test_b7_a_refusal_is_a_page_under_the_same_headers(atelier: Atelier) -> None:
    """A link that is over, a file past its window: a person reads why, in French."""
    echeance = atelier.clock.at + QUINZE_JOURS
    recu = await atelier.published(echeance=echeance)
    atelier.clock.at = echeance - SECONDE
    chemin = (await atelier.link(atelier.partenaire(), recu.id)).json()["url"].removeprefix(atelier.settings.public_url)

    atelier.clock.at = echeance
    expired = await atelier.client.get(chemin)
    atelier.clock.at = echeance + timedelta(minutes=2)
    over = await atelier.client.get(chemin)

    assert (expired.status_code, over.status_code) == (410, 404)
    assert "Ce fichier n’est plus disponible." in expired.text
    assert "Ce lien de téléchargement n’est plus valable." in over.text
    for refus in (expired, over):
        assert refus.headers["Content-Type"] == "text/html; charset=utf-8"
        assert refus.headers["X-Content-Type-Options"] == "nosniff"
        assert refus.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert refus.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert refus.headers["Cache-Control"] == "no-store"
