"""What agents read: durations, details of the history."""

import pytest

from services.case.web.presentation import ORIENTATIONS, duration, journal_detail, news, sla_badge
from tests.unit.case_web.fakes import une_horloge

N = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minutes", "texte"), [(0, f"0{N}min"), (59, f"59{N}min"), (60, f"1{N}h"), (509, f"8{N}h"), (510, f"1{N}j"), (1530, f"3{N}j")]
)
def test_opening_time_reads_in_its_largest_whole_unit(minutes: int, texte: str) -> None:
    assert duration(minutes, 510) == texte


def test_a_day_is_as_long_as_the_caisse_is_open() -> None:
    courte = une_horloge(800).model_copy(update={"jour_minutes": 400})

    assert sla_badge(courte).texte == f"2{N}j ouvrés"


@pytest.mark.parametrize(
    ("minutes", "texte"), [(60, "ouvrée"), (120, "ouvrées"), (1, "ouvrée"), (510, "ouvré"), (1020, "ouvrés"), (0, "ouvrée")]
)
def test_the_badge_agrees_with_its_number(minutes: int, texte: str) -> None:
    assert sla_badge(une_horloge(minutes)).texte.rpartition(" ")[2] == texte


@pytest.mark.parametrize(("tenue", "ton"), [(True, "success"), (False, "error")])
def test_a_stopped_clock_says_whether_it_was_met(tenue: bool, ton: str) -> None:
    assert sla_badge(une_horloge().model_copy(update={"tenue": tenue})).ton == ton


@pytest.mark.parametrize(
    ("acte", "detail", "lu"),
    [
        ("route_attestation", "ENVOI_ASSURE (14)", "Envoyer à la personne, règle 14"),
        ("meet_echeance", "resolution:80", f"80{N}% du délai de réponse"),
        ("meet_echeance", "piece_jointe:0190:j12", "rappel de téléchargement"),
        ("meet_echeance", "cap", "plafond légal"),
        ("note_tentative", "message_laisse telephone", "Message laissé (téléphone)"),
        ("note_tentative", "", ""),
        ("requalify", "C2S → AME", "C2S → AME"),
    ],
)
def test_the_history_is_in_words(acte: str, detail: str, lu: str) -> None:
    assert journal_detail(acte, detail) == lu


def test_every_outcome_of_the_table_says_what_to_do() -> None:
    issues = {"VERIFIER_COMPTE", "DEPOT_COMPTE_AMELI", "PJ_PARTENAIRE", "ENVOI_ASSURE", "COMPLEMENT", "REORIENTER_ORGANISME"}

    assert set(ORIENTATIONS) == issues | {"NON_APPLICABLE_AME"}
    assert all(orientation.consigne for orientation in ORIENTATIONS.values())


def test_what_is_new_is_counted_or_only_told() -> None:
    assert news(3, 5) == f"2{N}nouvelles demandes"
    assert news(5, 5) == "Cette file a changé"


def test_ux_a09_a_deadline_passed_in_the_night_is_late_though_no_opening_time_has_gone_by() -> None:
    nuit = une_horloge(0).model_copy(update={"depassee": True})

    assert (sla_badge(nuit).texte, sla_badge(nuit).ton) == ("En retard", "error")
