"""What a demande says of its motif is read in words, by the agent and by the partner."""

from types import SimpleNamespace
from typing import cast

from services.case.operations.views import precision_views
from shared.contracts.reference import Champ, Choix, ReferentielCaisse
from tests.unit.case.builders import une_demande

CHAMPS = {
    "date_fin_droits": Champ(code="date_fin_droits", libelle="Date de fin des droits", type="date"),
    "freins": Champ(code="freins", libelle="Freins", type="choix_multiple", choix=[Choix(code="mobilite", libelle="Mobilité")]),
    "assure_non_autonome": Champ(code="assure_non_autonome", libelle="Non autonome", type="case"),
}
REFERENTIEL = cast("ReferentielCaisse", SimpleNamespace(champs=CHAMPS))  # nothing else of it is read


def test_a_kept_day_a_choice_and_a_tick_are_read_as_people_write_them() -> None:
    demande = une_demande(precisions={"date_fin_droits": "2026-11-04", "freins": ["mobilite"], "assure_non_autonome": True})

    lues = precision_views(demande, REFERENTIEL)

    assert lues == [("Date de fin des droits", "04/11/2026"), ("Freins", "Mobilité"), ("Non autonome", "Oui")]
