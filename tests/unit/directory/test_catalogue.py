"""The catalogue compiled per caisse: what each caisse offers, with the exact words of the two decks (domain §1.1, §1.2)."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from services.directory.domain.errors import CaisseNotFoundError
from services.directory.operations.catalogue import Catalogue
from services.directory.operations.compile_referentiel import compile_referentiel, first_en_vigueur_le
from services.directory.operations.read_catalogue import read_catalogue
from shared.contracts.reference import MotifRef, OffreRef, ReferentielCaisse
from shared.kernel.identifiers import CaisseCode

VAR = CaisseCode("831")
LOIR_ET_CHER = CaisseCode("411")
UN_JOUR = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OFFRES = [
    "signaler_difficulte",
    "demander_rdv_assure",
    "transmettre_suivre_dossier",
    "demander_document",
    "contacter_organisme",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture(scope="module")
def var(catalogue: Catalogue) -> ReferentielCaisse:
    return compile_referentiel(catalogue, VAR, version=1, en_vigueur_le=UN_JOUR)


@pytest.fixture(scope="module")
def loir_et_cher(catalogue: Catalogue) -> ReferentielCaisse:
    return compile_referentiel(catalogue, LOIR_ET_CHER, version=1, en_vigueur_le=UN_JOUR)


def une_offre(referentiel: ReferentielCaisse, code: str) -> OffreRef:
    offre = referentiel.offre(code)
    assert offre is not None
    return offre


def un_motif(referentiel: ReferentielCaisse, offre: str, code: str) -> MotifRef:
    return next(motif for motif in une_offre(referentiel, offre).motifs if motif.code == code)


def libelles(referentiel: ReferentielCaisse, offre: str) -> list[str]:
    return [motif.libelle for motif in une_offre(referentiel, offre).motifs]


def test_the_country_knows_five_offres_and_thirty_one_motifs(catalogue: Catalogue) -> None:
    totals = {offre.code: len(offre.motifs) for offre in catalogue.offres}

    assert totals == dict(zip(OFFRES, (6, 9, 5, 5, 6), strict=True))
    assert sum(totals.values()) == 31


@pytest.mark.parametrize(("caisse", "total"), [(VAR, 27), (LOIR_ET_CHER, 29)])
def test_each_caisse_opens_the_five_offres_with_its_own_motifs(catalogue: Catalogue, caisse: CaisseCode, total: int) -> None:
    referentiel = compile_referentiel(catalogue, caisse, version=1, en_vigueur_le=UN_JOUR)

    assert [offre.code for offre in referentiel.offres] == OFFRES
    assert sum(len(offre.motifs) for offre in referentiel.offres) == total


def test_the_var_lists_its_motifs_of_contact_in_alphabetical_order(var: ReferentielCaisse) -> None:
    assert libelles(var, "contacter_organisme") == [
        "Connaître les évolutions législatives et réglementaires",
        "Connaître les offres de service de l'organisme d'assurance Maladie",
        "Contexte exceptionnel",
        "Gérer la convention de partenariat",
        "Signaler des modifications du ou des compte(s) Gestionnaire(s) PARTENAIRE",
    ]


def test_loir_et_cher_has_its_own_words_and_its_own_local_motifs(loir_et_cher: ReferentielCaisse) -> None:
    assert libelles(loir_et_cher, "contacter_organisme") == [
        "Autre motif de contact",
        "Connaître les évolutions législatives et réglementaires",
        "Connaître les offres de service de l'organisme d'Assurance Maladie",
        "Gérer la convention de partenariat",
        "Signaler des modifications du ou des compte(s) Gestionnaire(s) PARTENAIRE",
    ]
    assert libelles(loir_et_cher, "signaler_difficulte") == [
        "Autre motif de signalement",
        "Dossiers complexes (rétroactivité, rupture de droits, IJ complexes...)",
        "Saisine mission accompagnement santé",
        "Situation d'urgence",
        "Suivi traitement d'une demande faite par l'assuré",
    ]


def test_the_var_reports_three_motifs_of_signalement(var: ReferentielCaisse) -> None:
    assert [motif.code for motif in une_offre(var, "signaler_difficulte").motifs] == [
        "dossiers_complexes",
        "saisine_mas",
        "situation_urgence",
    ]


def test_rendez_vous_and_dossier_and_document_lists_follow_the_deck(var: ReferentielCaisse) -> None:
    assert libelles(var, "demander_rdv_assure") == [
        "AME",
        "Arrêts de travail, Indemnités journalières",
        "Autre motif de RDV",
        "C2S",
        "Capital décès",
        "Examen de Prévention santé",
        "Pension d'invalidité",
        "Rente AT/MP",
        "Service Social",
    ]
    assert libelles(var, "transmettre_suivre_dossier") == [
        "AME",
        "Autre motif d'étude de dossier",
        "Demande d'aide financière",
        "Etude de C2S",
        "Ouverture de droits",
    ]
    assert libelles(var, "demander_document") == [
        "Attestation de droits",
        "Autre type de document",
        "Certificat provisoire CEAM",
        "Formulaire carte vitale",
        "Offres de prévention",
    ]


def test_the_ghost_motif_droits_is_active_nowhere(var: ReferentielCaisse, loir_et_cher: ReferentielCaisse) -> None:
    for referentiel in (var, loir_et_cher):
        assert "droits" not in {motif.code for motif in une_offre(referentiel, "signaler_difficulte").motifs}


def test_three_offres_of_the_var_open_on_15_december_2024(var: ReferentielCaisse) -> None:
    ouvertures = {offre.code: offre.ouvert_du for offre in var.offres}

    assert ouvertures["signaler_difficulte"] is None
    for code in ("transmettre_suivre_dossier", "demander_document", "contacter_organisme"):
        assert ouvertures[code] == date(2024, 12, 15)


def test_a_caisse_inherits_the_settings_it_does_not_state(var: ReferentielCaisse, loir_et_cher: ReferentielCaisse) -> None:
    assert var.parametres.acces_demander_document == "toutes_structures"
    assert loir_et_cher.parametres.acces_demander_document == "habilitation"
    assert var.parametres.telechargement_jours == loir_et_cher.parametres.telechargement_jours == 15
    assert [(h.jour, h.ouverture, h.fermeture) for h in var.parametres.horaires] == [(jour, "08:30", "17:00") for jour in range(1, 6)]


def test_an_urgent_motif_keeps_its_deadlines_and_escalations(var: ReferentielCaisse) -> None:
    urgence = un_motif(var, "signaler_difficulte", "situation_urgence")

    assert (urgence.sla.priorite, urgence.sla.pec, urgence.sla.res, urgence.sla.cap_heures) == (1, "4h", "1j", 48)
    assert urgence.escalades_pct == [50, 100]
    assert urgence.drapeaux == ["urgent"]


def test_only_the_attestation_takes_files_among_documents_and_of_two_types(var: ReferentielCaisse) -> None:
    documents = une_offre(var, "demander_document")

    assert not documents.pieces_autorisees
    assert [motif.code for motif in documents.motifs if motif.pieces_autorisees] == ["doc_attestation_droits"]
    assert un_motif(var, "demander_document", "doc_attestation_droits").types_seuls == ["procuration", "piece_identite"]


def test_the_consent_motif_goes_to_the_mas_queue_with_its_own_fields(var: ReferentielCaisse) -> None:
    saisine = un_motif(var, "signaler_difficulte", "saisine_mas")

    assert saisine.file_attente == "mas"
    assert saisine.habilitation == "saisir_mas"
    assert saisine.champs == ["consentement_oral", "consentement_donne_par", "consentement_recueilli_le", "freins"]


def test_fields_carry_their_choices_and_their_conditions(var: ReferentielCaisse) -> None:
    champs = var.champs

    assert [choix.code for choix in champs["civilite"].choix] == ["madame", "monsieur"]
    assert champs["motif_inaccessibilite"].requis_si == ("compte_ameli", "inaccessible")
    assert champs["date_signature_procuration"].requis_si == ("piece_jointe", "procuration")
    assert champs["doublon_confirme"].requis_si == ("avertissement", "doublon")
    assert champs["justification_doublon"].requis_si == ("doublon_confirme", "true")
    assert champs["lieu_naissance"].regex is not None
    assert not champs["consentement_recueilli_le"].futur


def test_no_form_asks_for_a_nir(var: ReferentielCaisse) -> None:
    """RG-10: the insured person is identified by six fields, never by a number."""
    assert var.personne_concernee == ["civilite", "nom", "prenom", "date_naissance", "lieu_naissance", "telephone"]
    assert not any("nir" in code for code in var.champs)


def test_titles_of_pages_keep_the_words_of_the_deck(var: ReferentielCaisse) -> None:
    assert une_offre(var, "demander_document").titre == "Demander un document (qui sera envoyé à l'assuré)"
    assert une_offre(var, "contacter_organisme").titre == "Contactez votre organisme d'assurance Maladie"
    assert une_offre(var, "demander_document").libelle_selecteur == "Documents"


def test_the_first_version_is_in_force_from_the_local_midnight_of_its_day(catalogue: Catalogue) -> None:
    assert first_en_vigueur_le(catalogue, VAR) == datetime(2025, 12, 31, 23, 0, tzinfo=UTC)


def test_an_unknown_caisse_is_not_found(catalogue: Catalogue) -> None:
    with pytest.raises(CaisseNotFoundError):
        compile_referentiel(catalogue, CaisseCode("999"), version=1, en_vigueur_le=UN_JOUR)


def test_a_motif_that_nobody_defined_is_refused_when_the_catalogue_is_read(catalogue: Catalogue) -> None:
    contenu = catalogue.model_dump()
    contenu["caisses"][0]["offres"][0]["motifs"].append("motif_inconnu")

    with pytest.raises(ValidationError, match="motif_inconnu"):
        Catalogue.model_validate(contenu)
