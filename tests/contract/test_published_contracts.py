"""What is published is what the code says: a drift is a decision, seen in review."""

from deploy.contracts.asyncapi import build_asyncapi, render_asyncapi
from shared.contracts.evenements import FACTS
from shared.contracts.questions import ALL
from tests.architecture.tree import ROOT

PUBLISHED = ROOT / "docs" / "contrats"


def test_the_published_asyncapi_is_the_one_of_the_models() -> None:
    assert (PUBLISHED / "asyncapi.yaml").read_text() == render_asyncapi(), "run `make asyncapi` and read the difference"


def test_every_fact_and_every_question_has_its_channel() -> None:
    channels = build_asyncapi()["channels"]

    assert set(channels) == {*FACTS, *(question.subject for question in ALL)}


def test_no_fact_carries_a_person_a_motif_or_a_text() -> None:
    """B9: the model itself has no place for them."""
    schemas = build_asyncapi()["components"]["schemas"]
    allowed = {
        "numero", "caisse_code", "structure_id", "version", "demandeur_id", "agent_id", "deposee_le", "survenue_le", "piece_jointe_ids",
        "piece_jointe_id", "raison", "cle", "echeance_telechargement", "donnee", "compte_id", "message_caisse",
    }  # fmt: skip

    carried = {field for model in FACTS.values() for field in schemas[model.__name__]["properties"]}

    assert carried == allowed
