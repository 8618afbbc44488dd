"""What operators read of a process: state, next deadline, steps, and what they may do, in French (house §3)."""

from datetime import UTC, datetime

from shared.contracts.situation import Attributs, Echeance, Etape, Processus, Situation, TypeEtape, situation_inconnue
from workflows.definitions.affichage import details

NUMERO = "2606100012"
ECHEANCE = Echeance(cle="resolution:50", echue_le=datetime(2026, 11, 30, 16, 30, tzinfo=UTC))


def une_situation(**champs: object) -> Situation:
    attributs = Attributs(offre="dossier_bloque", caisse="061", sous_etat="en_cours", attente="PARTENAIRE", equipe="generale")
    return Situation.model_validate({"numero": NUMERO, "version": 3, "sous_etat": "en_cours", "attributs": attributs, **champs})


def test_the_next_deadline_and_its_command_are_shown() -> None:
    texte = details(une_situation(echeances=[ECHEANCE]), Processus.TRAITEMENT, ECHEANCE, [], {})

    assert "En attente du partenaire" in texte
    assert "Prochaine échéance : `resolution:50`, le 30/11/2026 à 16:30 (UTC)" in texte
    assert f"`ep workflow extend {NUMERO} resolution:50 --jusqu-au" in texte


def test_a_failed_step_is_shown_with_how_to_resume_or_give_it_up() -> None:
    etape = Etape(cle="analyse:depot", type=TypeEtape.ANALYSE, ids=["p1"])

    texte = details(une_situation(etapes=[etape]), Processus.TRAITEMENT, None, [], {"analyse:depot": "DependencyUnavailableError"})

    assert "**Étape en échec** : `analyse:depot` (DependencyUnavailableError)" in texte
    assert f"`ep workflow resume {NUMERO}" in texte
    assert f"`ep workflow skip {NUMERO} analyse:depot" in texte


def test_a_held_process_says_so_and_offers_to_resume_only() -> None:
    texte = details(une_situation(suspendu=True), Processus.TRAITEMENT, None, [], {})

    assert "**Suspendue**" in texte
    assert f"`ep workflow resume {NUMERO}" in texte
    assert "ep workflow hold" not in texte


def test_a_number_not_opened_yet_says_that_it_waits() -> None:
    assert "pas encore ouverte" in details(situation_inconnue(NUMERO), Processus.TRAITEMENT, None, [], {})


def test_a_child_s_commands_name_the_child() -> None:
    texte = details(une_situation(), Processus.SAISINE_MAS, ECHEANCE, [], {})

    assert f"`ep workflow extend {NUMERO} resolution:50 --jusqu-au … --processus saisine_mas --motif" in texte
