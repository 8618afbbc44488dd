"""Files of a filing: receipts, formats, types, justification (domain §1.6, §3.5, RG-01, BU-4)."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from services.intake.domain.errors import DepotRefusedError
from services.intake.operations.check_champ import Valeur
from services.intake.operations.check_depot import check_depot
from services.intake.operations.regles import Regles
from shared.contracts.depots import PieceDeposee
from shared.contracts.http.intake import PieceJointeRequest
from shared.kernel.errors import FieldError
from tests.unit.intake.builders import LOIR_ET_CHER, FauxRecus, des_regles, un_contenu, un_depot, un_perimetre, un_referentiel


def check(
    recus: FauxRecus, pieces: Sequence[PieceJointeRequest], motif: str = "dossier_c2s", regles: Regles | None = None
) -> list[PieceDeposee]:
    depot = un_depot(contenu=un_contenu(motif), pieces=list(pieces))
    return check_depot(depot, regles or des_regles(), un_perimetre(), recus).pieces


def fault(recus: FauxRecus, pieces: Sequence[PieceJointeRequest], motif: str = "dossier_c2s", regles: Regles | None = None) -> FieldError:
    with pytest.raises(DepotRefusedError) as refus:
        check(recus, pieces, motif, regles)
    (faute,) = refus.value.fields
    return faute


def test_an_expected_type_passes_without_justification() -> None:
    recus = FauxRecus()

    (piece,) = check(recus, [recus.piece("attestation_honneur", justification="superflue, donc laissée")])

    assert (piece.type, piece.hors_liste, piece.justification) == ("attestation_honneur", False, "")


@pytest.mark.parametrize("type_piece", ["autre", "devis"])
def test_rg_01_a_type_outside_the_list_is_justified_and_shown_as_such(type_piece: str) -> None:
    recus = FauxRecus()

    sans = fault(recus, [recus.piece(type_piece)])
    (piece,) = check(recus, [recus.piece(type_piece, justification="Demandé par la caisse")])

    assert (sans.champ, sans.code) == ("pieces_jointes.0", "justification")
    assert piece.hors_liste
    assert piece.justification == "Demandé par la caisse"


@pytest.mark.parametrize(("longueur", "passe"), [(9, False), (10, True), (200, True), (201, False)])
def test_rg_01_a_justification_has_10_to_200_characters(longueur: int, *, passe: bool) -> None:
    recus = FauxRecus()
    pieces = [recus.piece("autre", justification="é" * longueur)]

    if passe:
        assert check(recus, pieces)[0].hors_liste
    else:
        assert fault(recus, pieces).code == "justification"


def test_rg_01_a_motif_that_expects_nothing_has_every_file_justified() -> None:
    recus = FauxRecus()
    contenu: dict[str, Valeur] = {"motif": "offres_de_service", "modalite_rdv": "physique", "commentaire": "Bonjour."}
    depot = un_depot("contacter_organisme", contenu, [recus.piece()])

    with pytest.raises(DepotRefusedError) as refus:
        check_depot(depot, des_regles(), un_perimetre(), recus)

    assert [faute.code for faute in refus.value.fields] == ["justification"]


def test_some_motifs_take_no_file_and_the_attestation_two_types_only() -> None:
    recus = FauxRecus()
    rdv = un_contenu("rdv_c2s", assure_non_autonome=True, assure_sans_compte_ameli=True)
    attestation = un_contenu("doc_attestation_droits", compte_ameli="aucun", qualite_partenaire="sans_mandat")

    for offre, contenu, piece, code in (
        ("demander_rdv_assure", rdv, recus.piece(), "interdites"),
        ("demander_document", attestation, recus.piece("rib", justification="Demandé par la caisse"), "type-interdit"),
    ):
        with pytest.raises(DepotRefusedError) as refus:
            check_depot(un_depot(offre, contenu, [piece]), des_regles(), un_perimetre(), recus)
        assert [faute.code for faute in refus.value.fields] == [code]


def test_ux_u07_eight_files_pass_and_the_ninth_is_refused() -> None:
    recus = FauxRecus()
    huit = [recus.piece() for _ in range(8)]

    assert len(check(recus, huit)) == 8
    faute = fault(recus, [*huit, recus.piece()])
    assert (faute.champ, faute.message) == ("pieces_jointes", "8 fichiers maximum\u00a0: supprimez-en 1")


def test_ux_u08_five_mo_is_5242880_bytes_inclusive() -> None:
    recus = FauxRecus()

    assert check(recus, [recus.piece(taille_octets=5_242_880)])
    assert "5 Mo ou moins" in fault(recus, [recus.piece(taille_octets=5_242_881)]).message


def test_bu_4_a_caisse_may_take_pdf_only() -> None:
    recus, pdf_seul = FauxRecus(), des_regles(un_referentiel(LOIR_ET_CHER, formats_autorises=["pdf"]))
    docx = recus.piece(format_piece="docx")

    assert check(recus, [docx])
    with pytest.raises(DepotRefusedError) as refus:
        check_depot(un_depot(pieces=[docx]), pdf_seul, un_perimetre(), recus)
    assert refus.value.fields[0].code == "format"


def test_the_same_file_twice_an_unknown_type_or_a_forged_receipt_is_refused() -> None:
    recus = FauxRecus()
    piece = recus.piece()

    assert fault(recus, [piece, piece]).code == "double"
    assert fault(recus, [recus.piece("selfie")]).code == "type"
    assert fault(recus, [PieceJointeRequest(recu="forged", type="formulaire")]).code == "recu"


def test_a_file_of_another_structure_of_the_caisse_or_of_another_caisse_is_refused() -> None:
    recus = FauxRecus()

    assert fault(recus, [recus.piece(structure=uuid4())]).code == "recu"
    assert fault(recus, [recus.piece(structure=None)]).code == "recu"
    assert fault(recus, [recus.piece(caisse=LOIR_ET_CHER)]).code == "recu"


def test_rg_11_and_rg_03_hold_in_a_justification_too() -> None:
    recus = FauxRecus()

    assert fault(recus, [recus.piece("autre", justification="Carte de 1841276451089 46")]).code == "nir"
    faute = fault(recus, [recus.piece("autre", justification="Preuve de son hospitalisation")])
    assert (faute.champ, faute.code) == ("pieces_jointes.0", "donnees-sante")


def test_ux_u05_one_refused_file_tells_nothing_of_the_others() -> None:
    recus = FauxRecus()

    assert fault(recus, [recus.piece(), recus.piece("selfie"), recus.piece()]).champ == "pieces_jointes.1"
