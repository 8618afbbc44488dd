"""Days and moments, telephones, the printed acknowledgement."""

import re
from datetime import UTC, date, datetime

import pytest

from services.intake.domain.errors import ValeurRefusedError
from services.intake.domain.moments import parse_jour, parse_moment
from services.intake.operations.print_accuse import print_accuse
from services.intake.operations.purge import months_before
from services.intake.operations.telephones import normalize_telephone
from shared.contracts.http.intake import AccuseVue

JOUR, NOW = date(2026, 3, 3), datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("texte", ["2026-03-01", "01/03/2026", "1/3/2026", "01-03-2026", "01032026"])
def test_a_day_is_read_as_browsers_and_people_write_it(texte: str) -> None:
    assert parse_jour(texte, futur=False, jour=JOUR) == date(2026, 3, 1)


@pytest.mark.parametrize("texte", ["31/02/2026", "2026-13-01", "0026-03-01", "mardi", "2026-03-04"])
def test_a_day_that_does_not_exist_or_is_still_to_come_is_refused(texte: str) -> None:
    with pytest.raises(ValeurRefusedError):
        parse_jour(texte, futur=False, jour=JOUR)


@pytest.mark.parametrize(
    "texte", ["2026-03-02T15:30", "02/03/2026 15:30", "02/03/2026 15h30", "2026-03-02T14:30:00Z", "2026-03-02T14:30:00+00:00"]
)
def test_a_moment_without_offset_is_local_to_the_caisse(texte: str) -> None:
    assert parse_moment(texte, futur=False, now=NOW, fuseau="Europe/Paris") == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("texte", ["9999-12-31T23:59:59-05:00", "9999-12-31T23:59", "31/12/9999", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("futur", [True, False])
def test_a_moment_that_no_zone_can_hold_is_refused(texte: str, futur: bool) -> None:
    with pytest.raises(ValeurRefusedError):
        parse_moment(texte, futur=futur, now=NOW, fuseau="America/Cayenne")


def test_a_moment_overseas_is_read_in_its_own_zone() -> None:
    assert parse_moment("2026-03-03T12:59", futur=False, now=NOW, fuseau="Indian/Reunion") == datetime(2026, 3, 3, 8, 59, tzinfo=UTC)
    with pytest.raises(ValeurRefusedError, match="futur"):
        parse_moment("2026-03-03T13:01", futur=False, now=NOW, fuseau="Indian/Reunion")


@pytest.mark.parametrize(
    ("texte", "normalise"),
    [
        ("07.00.00.00.00", "+33700000000"),
        ("06 12 34 56 78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("0590 12 34 56", "+590590123456"),
        ("0694 12 34 56", "+594694123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0639 12 34 56", "+262639123456"),
        ("+213 551 23 45 67", "+213551234567"),
    ],
)
def test_ux_f13_a_telephone_is_stored_in_one_spelling(texte: str, normalise: str) -> None:
    assert normalize_telephone(texte) == normalise


@pytest.mark.parametrize("texte", ["12", "pas de téléphone", "poste 12", "+"])
def test_ux_f13_an_unrecognised_telephone_stays_as_typed(texte: str) -> None:
    assert normalize_telephone(texte) == texte


def un_accuse(**champs: object) -> AccuseVue:
    return AccuseVue.model_validate(
        {
            "numero": "2683100012",
            "deposee_le": datetime(2026, 2, 16, 15, 30, tzinfo=UTC),
            "offre": "transmettre_suivre_dossier",
            "offre_libelle": "Transmettre et / ou suivre un dossier",
            "motif": "dossier_c2s",
            "motif_libelle": "Etude de C2S",
            "demandeur_nom": "EXEMPLE Anne",
            "personne": "Madame FICTIVE Jeanne",
            "service": "CPAM du Var – service des demandes partenaires",
            "pieces": ["Att sur honneur.docx", '#panic("x") *gras* $x$ \\ "'],
            **champs,
        }
    )


def test_ux_x10_the_acknowledgement_is_a_tagged_titled_french_pdf() -> None:
    pdf = print_accuse(un_accuse(), caisse="CPAM du Var", fuseau="Europe/Paris")

    assert pdf.startswith(b"%PDF-")
    assert re.search(rb"/Lang ?\(fr", pdf)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf


def test_the_acknowledgement_is_the_same_document_each_time() -> None:
    first, again = (print_accuse(un_accuse(), caisse="CPAM du Var", fuseau="Europe/Paris") for _ in range(2))

    assert first == again


def test_what_people_typed_is_never_markup_in_the_acknowledgement() -> None:
    assert print_accuse(un_accuse(personne='#read("/etc/passwd")', pieces=["#(1/0)"]), caisse="#1", fuseau="Europe/Paris")


def test_a_retention_in_months_ends_on_the_same_day_or_the_last_of_its_month() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 24) == datetime(2024, 1, 15, tzinfo=UTC)
