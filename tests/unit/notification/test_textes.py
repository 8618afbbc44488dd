"""Texts and who receives them: RG-13, UX-W05."""

import pytest

from services.notification.domain.annonces import (
    Annonce,
    Modele,
    Public,
    announce_demande,
    announce_echeance,
    announce_piece_jointe,
)
from services.notification.domain.textes import TEXTES, Adresses, write_avis, write_courriel
from shared.kernel.identifiers import NumeroDemande

NUMERO = NumeroDemande("2683100012")
ADRESSES = Adresses("https://partenaires.exemple.fr", "https://agents.exemple.fr")
_FORBIDDEN = ("AME", "C2S", "MAS", "attestation", "procuration", "rendez-vous", "Madame", "Monsieur", ".pdf", "motif", "offre")


@pytest.mark.parametrize("modele", list(Modele))
def test_rg13_every_text_holds_the_number_and_nothing_else_of_the_demande(modele: Modele) -> None:
    """RG-13, UX-W05."""
    texts = [write_avis(modele, NUMERO)]
    if TEXTES[modele].objet:
        courriel = write_courriel(modele, NUMERO, ADRESSES.demande(NUMERO, Public.DEMANDEUR))
        texts += [courriel.objet, courriel.corps]

    for text in texts:
        assert NUMERO in text
        assert "{" not in text
        assert not [word for word in _FORBIDDEN if word in text]


def test_an_email_ends_with_a_link_that_still_works_after_typography() -> None:
    courriel = write_courriel(Modele.RESOLUE, NUMERO, ADRESSES.demande(NUMERO, Public.DEMANDEUR))

    assert "\nhttps://partenaires.exemple.fr/demandes/2683100012\n" in courriel.corps


def test_a_superviseur_is_sent_to_the_pages_of_agents() -> None:
    assert ADRESSES.demande(NUMERO, Public.SUPERVISEUR) == "https://agents.exemple.fr/agent/demandes/2683100012"


def test_high_signs_are_preceded_by_a_no_break_space() -> None:
    assert write_courriel(Modele.RESOLUE, NUMERO, "https://x").objet == "Demande 2683100012\N{NO-BREAK SPACE}: réponse de la caisse"


def test_a_text_without_subject_is_no_email() -> None:
    with pytest.raises(LookupError):
        write_courriel(Modele.ECHEANCE_PROCHE, NUMERO, "https://x")


@pytest.mark.parametrize(
    ("fait", "cle", "told"),
    [
        ("echeance_approchee", "piece_jointe:0190:j12", {(Modele.DOCUMENT_EXPIRE_BIENTOT, Public.DEMANDEUR)}),
        ("echeance_depassee", "piece_jointe:0190:j15", set()),
        ("echeance_approchee", "echange:rappel", {(Modele.RAPPEL_COMPLEMENT, Public.DEMANDEUR)}),
        ("echeance_approchee", "prise_en_charge:50", set()),
        ("echeance_depassee", "resolution:100", {(Modele.ECHEANCE_DEPASSEE, Public.SUPERVISEUR)}),
        ("echeance_depassee", "cap", {(Modele.ECHEANCE_DEPASSEE, Public.SUPERVISEUR)}),
        ("echeance_depassee", "attestation:complement", set()),
    ],
)
def test_ux_w03_a_deadline_mails_whoever_must_act(fait: str, cle: str, told: set[tuple[Modele, Public]]) -> None:
    """UX-W03: one reminder of a file that will expire; a passed delay escalates (domain §6.3)."""
    annonces = announce_echeance(fait, cle)

    assert {(annonce.modele, annonce.public) for annonce in annonces if annonce.courriel} == told


def test_a_question_is_mailed_to_the_demandeur_and_shown_to_the_whole_structure() -> None:
    """UX-T06."""
    assert announce_demande("complement_demande") == (
        Annonce(Modele.COMPLEMENT_DEMANDE, Public.DEMANDEUR, courriel=True),
        Annonce(Modele.COMPLEMENT_DEMANDE, Public.STRUCTURE, avis=True),
    )


def test_a_file_of_the_caisse_that_is_set_aside_tells_no_partner() -> None:
    annonces = announce_piece_jointe("infectee", from_partner=False)

    assert [annonce.public for annonce in annonces] == [Public.AGENT]


@pytest.mark.parametrize("fait", ["ouverte", "evoluee", "requalifiee"])
def test_a_fact_nobody_waits_for_tells_nothing(fait: str) -> None:
    assert announce_demande(fait) == ()


@pytest.mark.parametrize("modele", list(Modele))
def test_whatever_is_mailed_has_a_subject(modele: Modele) -> None:
    facts = [announce_demande(f) for f in ("deposee", "prise_en_charge", "complement_demande", "complement_recu", "resolue", "rouverte")]
    deadlines = [announce_echeance(f, c) for f in ("echeance_approchee", "echeance_depassee") for c in ("resolution:80", "echange:rappel")]
    files = [announce_piece_jointe(f, from_partner=p) for f in ("infectee", "mise_a_disposition") for p in (True, False)]
    mailed = {annonce.modele for told in (*facts, *deadlines, *files) for annonce in told if annonce.courriel}

    assert modele not in mailed or TEXTES[modele].objet
