"""Record the histories that the replay gate replays: `python -m tests.replay.record <version>`, once per release.

Each path is a story told by an integration test, played again with payloads in clear. A recorded history is never edited.
"""

import os
import sys
from pathlib import Path

import pytest

HISTORIES = Path(__file__).parent / "histories"
RECORDING = "EP_RECORD_HISTORIES"
_STORIES = Path("tests") / "integration" / "workflows"
PATHS = {
    "nominal": "test_ordinary_life.py::test_an_ordinary_demande_lives_sixteen_days_within_its_budget_of_steps",
    "echeances": "test_ordinary_life.py::test_deadlines_are_met_each_once_at_their_instant",
    "fichiers-expires-ensemble": "test_ordinary_life.py::test_files_that_expire_together_are_all_destroyed",
    "pas-encore-ouverte": "test_ordinary_life.py::test_a_number_that_is_not_opened_yet_waits_for_its_opening",
    "rouverte": "test_ordinary_life.py::test_a_reopened_demande_lives_again_from_its_number",
    "signaux-melanges": "test_signals.py::test_signals_out_of_order_and_all_at_once_lead_to_the_same_end",
    "echeance-repetee": "test_signals.py::test_a_deadline_that_the_record_still_names_comes_again_ever_later",
    "piece-infectee": "test_help_of_operators.py::test_an_infected_piece_jointe_is_shown_and_the_demande_goes_on",
    "antivirus-muet": "test_help_of_operators.py::test_an_antivirus_that_never_answers_asks_for_an_operator_who_resumes",
    "case-muet": "test_help_of_operators.py::test_a_case_that_never_answers_asks_for_an_operator_and_is_asked_again",
    "suspension": "test_help_of_operators.py::test_a_held_demande_times_nothing_and_starts_nothing_until_resumed",
    "etape-abandonnee": "test_help_of_operators.py::test_a_skipped_etape_stops_and_is_not_asked_for_again",
    "echeance-reportee": "test_help_of_operators.py::test_an_extended_echeance_is_met_at_its_new_instant_only",
    "consentement-retire": "test_children.py::test_a_withdrawn_consentement_has_its_files_purged_and_ends_the_saisine",
    "retrait-tardif": (
        "test_children.py::test_a_consentement_withdrawn_after_the_answer_has_its_files_purged_by_a_saisine_that_lives_again"
    ),
    "saisine-mas": "test_children.py::test_the_demande_ends_after_its_children",
    "attestation": "test_children.py::test_an_attestation_asks_ameli_then_applies_the_table_without_a_look_between",
    "attestation-reprise": "test_children.py::test_an_attestation_taken_up_again_is_delivered_again_beside_the_same_demande",
    "continue-as-new": "test_real_engine.py::test_a_chatty_demande_continues_as_new_and_ends_the_same",
}


def record(version: str) -> int:
    """Play every story and keep its histories. Returns: 0 when all were told to their end."""
    folder = HISTORIES / version
    folder.mkdir(parents=True)
    outcomes = []
    for path, story in PATHS.items():
        os.environ[RECORDING] = str(folder / path)
        outcomes.append(pytest.main(["-q", "-p", "no:randomly", str(_STORIES / story)]))
    return int(any(outcomes))


if __name__ == "__main__":
    sys.exit(record(sys.argv[1]))
