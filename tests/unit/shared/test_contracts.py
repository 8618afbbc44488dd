"""What travels is tolerant to newcomers, named in one place, and light enough for the workflow sandbox."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from shared.contracts.evenements import FACTS, DemandeDeposee, event_subject, fact_of
from shared.contracts.http.intake import BrouillonRequest
from shared.contracts.situation import Echeance
from shared.contracts.workflow_ids import delivrance_attestation, numero_of, saisine_mas, traitement_demande
from shared.kernel.identifiers import NumeroDemande, caisse_of

NUMERO = NumeroDemande("2606100012")


def test_a_number_that_begins_like_no_integer_keeps_its_caisse() -> None:
    assert caisse_of(NUMERO) == "061"


def test_workflow_ids_lead_back_to_their_number() -> None:
    for build in (traitement_demande, saisine_mas, delivrance_attestation):
        assert numero_of(build(NUMERO)) == NUMERO


def test_subjects_name_an_aggregate_a_fact_and_a_version_and_nothing_else() -> None:
    assert event_subject("piece_jointe", "infectee") == "evt.piece_jointe.infectee.v1"
    assert fact_of("evt.demande.prise_en_charge.v1") == "prise_en_charge"
    assert all(subject.isascii() and subject.count(".") == 3 for subject in FACTS)


def test_a_reader_ignores_a_field_a_newer_producer_added() -> None:
    deposee = {"numero": NUMERO, "caisse_code": "061", "structure_id": "s", "demandeur_id": "c", "deposee_le": "2026-02-10T09:00:00Z"}

    fait = DemandeDeposee.model_validate({**deposee, "ajoute_demain": 1})

    assert fait.numero == NUMERO


def test_only_the_j15_deadline_of_a_file_destroys_it() -> None:
    def destroys(cle: str) -> str | None:
        return Echeance.model_validate({"cle": cle, "echue_le": "2026-02-10T09:00:00Z"}).expired_piece_jointe_id

    assert destroys("piece_jointe:0192:j15") == "0192"
    assert [destroys(cle) for cle in ("piece_jointe:0192:j12", "resolution:100", "mas:tentatives")] == [None, None, None]


def test_contracts_pull_no_database_no_web_framework_and_no_bus_into_a_workflow() -> None:
    heavy = ["sqlalchemy", "fastapi", "nats", "minio", "httpx2", "psycopg", "jinja2"]
    code = (
        "import sys, shared.contracts.activities.case, shared.contracts.activities.attachment, shared.contracts.workflows, "
        "shared.contracts.search_attributes, shared.contracts.workflow_ids, shared.contracts.task_queues\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("version", [-1, 2**31 - 1, 99_999_999_999])
def test_a_draft_has_no_version_that_its_column_could_not_hold_with_the_next_one(version: int) -> None:
    with pytest.raises(ValidationError):
        BrouillonRequest(offre="contacter_organisme", version=version)
