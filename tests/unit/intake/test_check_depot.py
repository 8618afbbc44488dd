"""A whole form judged by the catalogue: every refusal of domain §1.3, §1.5, §1.6 and its message (ux F06)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.case.domain.procuration import procuration_valide
from services.intake.domain.errors import DepotRefusedError, OffreClosedError, OffreNotFoundError
from services.intake.domain.procuration import oldest_procuration
from services.intake.operations.check_champ import Valeur
from services.intake.operations.check_depot import DepotVerifie, check_depot
from services.intake.operations.regles import Regles
from shared.contracts.http.intake import DepotRequest
from shared.kernel.errors import FieldError
from tests.unit.intake.builders import (
    COMPTE,
    LOIR_ET_CHER,
    MARDI,
    FauxRecus,
    des_regles,
    un_contenu,
    un_depot,
    un_perimetre,
    un_referentiel,
    une_saisine,
    une_structure,
)


def check(depot: DepotRequest, regles: Regles | None = None, recus: FauxRecus | None = None) -> DepotVerifie:
    return check_depot(depot, regles or des_regles(), un_perimetre(), recus or FauxRecus())


def faults(depot: DepotRequest, regles: Regles | None = None, recus: FauxRecus | None = None) -> tuple[FieldError, ...]:
    with pytest.raises(DepotRefusedError) as refus:
        check(depot, regles, recus)
    return refus.value.fields


def fault(depot: DepotRequest, regles: Regles | None = None, recus: FauxRecus | None = None) -> FieldError:
    (faute,) = faults(depot, regles, recus)
    return faute


def un_contact(**champs: Valeur) -> DepotRequest:
    return un_depot("contacter_organisme", {"motif": "gerer_convention", "modalite_rdv": "physique", "commentaire": "Bonjour.", **champs})


def un_rdv(**champs: Valeur) -> DepotRequest:
    cases: dict[str, Valeur] = {"assure_non_autonome": True, "assure_sans_compte_ameli": "on"}
    return un_depot("demander_rdv_assure", un_contenu("rdv_c2s", **{**cases, **champs}))


def une_attestation(**champs: Valeur) -> dict[str, Valeur]:
    return un_contenu("doc_attestation_droits", **{"compte_ameli": "accessible", "qualite_partenaire": "tuteur", **champs})


def test_a_valid_form_passes_with_the_person_as_typed_and_the_telephone_normalised() -> None:
    verifie = check(un_depot())

    assert verifie.personne is not None
    assert verifie.personne.model_dump() == {
        "civilite": "madame",
        "nom": "Fictive",
        "prenom": "Jeanne",
        "date_naissance": "10/10/1971",
        "lieu_naissance": "44",
        "telephone": "+33700000000",
    }
    assert verifie.precisions == {}


def test_ux_f06_an_empty_form_tells_each_field_once_in_the_order_of_the_form() -> None:
    fautes = faults(un_depot(contenu={"motif": "dossier_ame"}))

    assert [(faute.champ, faute.message) for faute in fautes] == [
        ("civilite", "Sélectionnez la civilité"),
        ("nom", "Saisissez le nom"),
        ("prenom", "Saisissez le prénom"),
        ("date_naissance", "Saisissez la date de naissance"),
        ("lieu_naissance", "Saisissez le lieu de naissance\u00a0: numéro du département ou pays"),
        ("telephone", "Saisissez le téléphone"),
        ("nature_ame", "Indiquez s'il s'agit d'un renouvellement ou d'une première demande"),
        ("commentaire", "Saisissez le commentaire"),
    ]


def test_ux_f03_without_a_motif_every_common_field_is_judged_all_the_same() -> None:
    fautes = faults(un_depot(contenu={"nom": "Fictive", "date_naissance": "hier"}))

    assert [faute.champ for faute in fautes] == [
        "motif",
        "civilite",
        "prenom",
        "date_naissance",
        "lieu_naissance",
        "telephone",
        "commentaire",
    ]
    assert [faute.champ for faute in faults(un_depot("demander_rdv_assure", un_contenu("")))] == [
        "motif",
        "assure_non_autonome",
        "assure_sans_compte_ameli",
    ]


def test_a_motif_is_asked_for_and_documents_are_called_documents() -> None:
    assert fault(un_depot(contenu=un_contenu(""))).message == "Sélectionnez le motif de la demande"
    assert fault(un_depot("demander_document", un_contenu(""))).message == "Sélectionnez le document demandé"


@pytest.mark.parametrize("motif", ["droits", "saisine_mas", "suivi_demande_assure", "inconnu"])
def test_a_motif_of_another_offre_another_caisse_or_none_is_refused(motif: str) -> None:
    assert fault(un_depot(contenu=un_contenu(motif))).champ == "motif"


def test_an_offre_closed_to_the_structure_is_refused_whatever_the_form() -> None:
    regles = des_regles(un_referentiel(LOIR_ET_CHER), une_structure(caisse=LOIR_ET_CHER))

    with pytest.raises(OffreClosedError, match="habilitées"):
        check(un_depot("demander_document", un_contenu("doc_autre")), regles)
    with pytest.raises(OffreNotFoundError):
        check(un_depot("rien"), regles)


def test_ux_f15_values_of_other_motifs_and_unknown_fields_are_left_out() -> None:
    contenu = un_contenu(nature_ame="premiere_demande", consentement_oral=True, nir="1841276451089 46")

    verifie = check(un_depot(contenu=contenu))

    assert verifie.precisions == {}
    assert verifie.consentement is None


def test_ux_f20_a_comment_holds_5000_code_points_once_normalised() -> None:
    commentaire = "é\r\n" + "😀" * 4_998

    assert len(check(un_depot(contenu=un_contenu(commentaire=f"  {commentaire}  "))).commentaire) == 5_000
    trop = fault(un_depot(contenu=un_contenu(commentaire=commentaire + "x")))
    assert trop.message == "Le commentaire doit faire 5\u202f000 caractères ou moins"


@pytest.mark.parametrize("commentaire", ["", "   ", "\r\n\t"])
def test_ux_f20_a_blank_comment_is_an_empty_one(commentaire: str) -> None:
    assert fault(un_depot(contenu=un_contenu(commentaire=commentaire))).message == "Saisissez le commentaire"


@pytest.mark.parametrize(
    ("champ", "valeur", "code"),
    [
        ("nom", "x" * 81, "long"),
        ("nom", ["Fictive"], "type"),
        ("commentaire", "a\x00b", "caracteres"),
        ("civilite", "docteur", "liste"),
        ("telephone", "0" * 41, "long"),
        ("telephone", "1841276451089 46", "nir"),
        ("commentaire", "Son numéro est le 1841276451089 46", "nir"),
        ("prenom", "Jeanne1", "caracteres"),
        ("lieu_naissance", "Atlantide", "lieu"),
        ("date_naissance", "2000", "format"),
    ],
)
def test_each_faulty_value_is_told_at_its_field(champ: str, valeur: Valeur, code: str) -> None:
    faute = fault(un_depot(contenu=un_contenu(**{champ: valeur})))

    assert (faute.champ, faute.code) == (champ, code)


def test_ux_f13_a_telephone_that_is_not_recognised_never_blocks() -> None:
    verifie = check(un_depot(contenu=un_contenu(telephone="poste 12 34")))

    assert verifie.personne is not None
    assert verifie.personne.telephone == "poste 12 34"


def test_contacter_has_no_person_and_keeps_the_modalite() -> None:
    verifie = check(un_contact(nom="Fictive", doublon_confirme=True))

    assert verifie.personne is None
    assert verifie.precisions == {"modalite_rdv": "physique"}
    assert not verifie.doublon_confirme
    assert fault(un_contact(modalite_rdv="")).message == "Sélectionnez la modalité de rendez-vous"


@pytest.mark.parametrize("champ", ["assure_non_autonome", "assure_sans_compte_ameli"])
@pytest.mark.parametrize("valeur", [False, "", "false", "non"])
def test_bu_6_a_rdv_needs_both_boxes(champ: str, valeur: Valeur) -> None:
    faute = fault(un_rdv(**{champ: valeur}))

    assert faute.champ == champ
    assert "réservée aux personnes non autonomes" in faute.message


def test_bu_6_both_boxes_ticked_pass_as_booleans() -> None:
    assert check(un_rdv()).precisions == {"assure_non_autonome": True, "assure_sans_compte_ameli": True}


def test_bu_7_a_first_ame_application_is_refused_with_the_way_to_follow_unless_the_caisse_takes_it() -> None:
    depot = un_depot(contenu=un_contenu("dossier_ame", nature_ame="premiere_demande"))
    accepte = des_regles(un_referentiel(ame_premiere_demande="acceptee"))

    assert "accueil de la caisse" in fault(depot).message
    assert check(depot, accepte).precisions == {"nature_ame": "premiere_demande"}


def test_an_ame_renewal_keeps_the_end_of_rights_as_a_day() -> None:
    verifie = check(un_depot(contenu=un_contenu("dossier_ame", nature_ame="renouvellement", date_fin_droits="30/04/2026")))

    assert verifie.precisions == {"nature_ame": "renouvellement", "date_fin_droits": "2026-04-30"}


def test_rg_08_a_referral_stores_who_consented_when_and_which_text() -> None:
    verifie = check(une_saisine(freins=["isolement", "financier"]))

    assert verifie.consentement is not None
    assert verifie.consentement.donne_par == "assure"
    assert verifie.consentement.recueilli_par == str(COMPTE)
    assert verifie.consentement.recueilli_le == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert verifie.consentement.declare_le == MARDI
    assert verifie.consentement.version_texte == 1
    assert verifie.precisions == {"freins": ["financier", "isolement"]}


@pytest.mark.parametrize("valeur", [False, "", "false", "0", "non"])
def test_rg_08_without_the_declaration_a_referral_is_refused(valeur: Valeur) -> None:
    faute = fault(une_saisine(consentement_oral=valeur))

    assert faute.champ == "consentement_oral"
    assert "consentement oral" in faute.message


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("consentement_donne_par", ""),
        ("consentement_donne_par", "voisin"),
        ("consentement_recueilli_le", ""),
        ("consentement_recueilli_le", "2026-03-03T10:01"),
        ("consentement_recueilli_le", "demain"),
    ],
)
def test_rg_08_the_declaration_is_whole_and_not_in_the_future(champ: str, valeur: str) -> None:
    assert fault(une_saisine(**{champ: valeur})).champ == champ


def test_rg_08_holds_even_if_the_catalogue_forgot_the_fields() -> None:
    referentiel = un_referentiel()
    offres = [
        offre.model_copy(update={"motifs": [motif.model_copy(update={"champs": []}) for motif in offre.motifs]})
        for offre in referentiel.offres
    ]

    fautes = faults(une_saisine(), des_regles(referentiel.model_copy(update={"offres": offres})))

    assert {faute.champ for faute in fautes} == {"consentement_oral", "consentement_donne_par", "consentement_recueilli_le"}


def test_an_attestation_asks_why_the_account_is_out_of_reach_only_when_it_is() -> None:
    inaccessible = un_depot("demander_document", une_attestation(compte_ameli="inaccessible"))
    accessible = un_depot("demander_document", une_attestation(motif_inaccessibilite="autre"))

    assert fault(inaccessible).champ == "motif_inaccessibilite"
    assert "motif_inaccessibilite" not in check(accessible).precisions


@pytest.mark.parametrize(
    ("depot", "message"),
    [
        (une_saisine(consentement_recueilli_le="04/03/2036 10:00"), "La date du consentement ne doit pas être dans le futur"),
        (un_depot(contenu=un_contenu(date_naissance="04/03/2026")), "La date de naissance ne doit pas être dans le futur"),
    ],
)
def test_ux_f06_a_day_to_come_says_which_date_it_is(depot: DepotRequest, message: str) -> None:
    assert fault(depot).message == message


@pytest.mark.parametrize(
    ("jour", "depuis"),
    [
        (date(2026, 3, 3), date(2025, 12, 4)),
        (date(2026, 5, 31), date(2026, 3, 1)),
        (date(2026, 2, 28), date(2025, 12, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 1, 15), date(2025, 10, 16)),
    ],
)
def test_a_procuration_is_recent_from_the_day_on_that_the_caisse_counts(jour: date, depuis: date) -> None:
    assert oldest_procuration(jour, 3) == depuis
    assert procuration_valide(depuis, jour, 3)
    assert not procuration_valide(depuis - timedelta(days=1), jour, 3)


def test_a_procuration_asks_for_its_date_which_is_not_in_the_future() -> None:
    recus = FauxRecus()
    pieces = [recus.piece("procuration")]

    def depot(**champs: Valeur) -> DepotRequest:
        return un_depot("demander_document", une_attestation(**champs), pieces)

    assert fault(depot(), recus=recus).message == "Saisissez la date de signature de la procuration"
    assert fault(depot(date_signature_procuration="04/03/2026"), recus=recus).code == "futur"
    verifie = check(depot(date_signature_procuration="2026-03-03"), recus=recus)
    assert verifie.precisions["date_signature_procuration"] == "2026-03-03"


def test_rg_03_health_data_is_removed_or_justified_and_the_justification_is_not_kept() -> None:
    commentaire = "Hospitalisation en cours"

    faute = fault(un_depot(contenu=un_contenu(commentaire=commentaire)))
    justifie = check(un_depot(contenu=un_contenu(commentaire=commentaire, justification_sante="La commission l'exige pour décider")))

    assert (faute.champ, faute.code) == ("commentaire", "donnees-sante")
    assert "hospitalisation" in faute.message
    assert justifie.sante_justifiee
    assert "justification_sante" not in justifie.precisions


def test_rg_03_a_justification_says_something() -> None:
    contenu = un_contenu(commentaire="Hospitalisation en cours", justification_sante="oui")

    assert fault(un_depot(contenu=contenu)).champ == "justification_sante"


def test_rg_03_a_justification_without_health_data_counts_for_nothing() -> None:
    assert not check(un_depot(contenu=un_contenu(justification_sante="x"))).sante_justifiee


def test_bu_5_a_confirmation_is_justified() -> None:
    sans = fault(un_depot(contenu=un_contenu(doublon_confirme="true", justification_doublon="court")))
    avec = check(un_depot(contenu=un_contenu(doublon_confirme=True, justification_doublon="Une autre année de droits")))

    assert (sans.champ, sans.code) == ("justification_doublon", "court")
    assert avec.doublon_confirme
    assert avec.doublon_justification == "Une autre année de droits"
    assert avec.precisions == {}


def test_faults_of_files_stand_before_the_comment() -> None:
    depot = un_depot(contenu=un_contenu(nom="", commentaire=""), pieces=[FauxRecus().piece()])

    assert [faute.champ for faute in faults(depot)] == ["nom", "pieces_jointes.0", "commentaire"]
