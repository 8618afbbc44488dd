"""Who may file what (domain §1.1, §2.4, §2.5, Q6) and which role may ask (§2.1)."""

from datetime import date

import pytest

from services.intake.domain.errors import OffreNotFoundError, RoleRefusedError
from services.intake.operations.droits import Acte, check_right
from services.intake.operations.offres import build_formulaire
from services.intake.operations.regles import Regles
from shared.contracts.perimetre import ROLES_STRUCTURE, Role
from tests.unit.intake.builders import LOIR_ET_CHER, des_regles, un_perimetre, un_referentiel, une_structure

DOCUMENT, SIGNALER = "demander_document", "signaler_difficulte"


def motifs(regles: Regles, offre: str) -> list[str]:
    return [motif.code for motif in regles.motifs(regles.offre(offre))]


@pytest.mark.parametrize("convention", ["brouillon", "envoyee", "signee", "suspendue", "resiliee", "expiree"])
def test_without_an_active_convention_no_offre_is_open_and_the_reason_is_told(convention: str) -> None:
    regles = des_regles(structure=une_structure(convention=convention))

    acces = [regles.acces(offre) for offre in regles.referentiel.offres]

    assert not any(un.disponible for un in acces)
    assert all("convention" in un.raison for un in acces)


def test_q6_the_var_opens_documents_to_every_structure() -> None:
    assert len(motifs(des_regles(), DOCUMENT)) == 5


def test_q6_elsewhere_documents_need_the_habilitation() -> None:
    referentiel = un_referentiel(LOIR_ET_CHER)

    sans = des_regles(referentiel, une_structure(caisse=LOIR_ET_CHER))
    avec = des_regles(referentiel, une_structure(caisse=LOIR_ET_CHER, habilitations=("demander_document",)))

    assert motifs(sans, DOCUMENT) == []
    assert "habilitées" in sans.acces(sans.offre(DOCUMENT)).raison
    assert len(motifs(avec, DOCUMENT)) == 5


def test_q6_attestation_directe_opens_one_motif_and_a_withdrawn_habilitation_none() -> None:
    referentiel = un_referentiel(LOIR_ET_CHER)

    avenant = des_regles(referentiel, une_structure(caisse=LOIR_ET_CHER, habilitations=("attestation_directe",)))
    retiree = des_regles(referentiel, une_structure(caisse=LOIR_ET_CHER, retirees=("attestation_directe",)))

    assert motifs(avenant, DOCUMENT) == ["doc_attestation_droits"]
    assert motifs(retiree, DOCUMENT) == []


def test_saisir_mas_is_held_by_all_until_withdrawn() -> None:
    assert "saisine_mas" in motifs(des_regles(), SIGNALER)
    assert "saisine_mas" not in motifs(des_regles(structure=une_structure(retirees=("saisir_mas",))), SIGNALER)


def test_formation_mas_requise_leaves_the_motif_to_trained_structures() -> None:
    referentiel = un_referentiel(formation_mas_requise=True)

    assert "saisine_mas" not in motifs(des_regles(referentiel), SIGNALER)
    assert "saisine_mas" in motifs(des_regles(referentiel, une_structure(formee_mas=True)), SIGNALER)


def test_an_offre_is_open_between_its_days_both_included() -> None:
    referentiel = un_referentiel()
    offre = referentiel.offres[0].model_copy(update={"ouvert_du": date(2026, 3, 3), "ouvert_au": date(2026, 3, 3)})
    ferme = offre.model_copy(update={"ouvert_du": date(2026, 3, 4), "ouvert_au": None})

    assert des_regles(referentiel).acces(offre).disponible
    assert not des_regles(referentiel).acces(ferme).disponible


def test_the_motifs_of_a_form_are_those_of_the_caisse_in_the_order_of_the_drop_down() -> None:
    libelles = [motif.libelle for motif in build_formulaire(SIGNALER, des_regles()).motifs]

    assert libelles == sorted(libelles)
    assert "suivi_demande_assure" not in motifs(des_regles(), SIGNALER)


def test_an_offre_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(OffreNotFoundError):
        build_formulaire("prendre_le_the", des_regles())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("acte", list(Acte))
def test_only_a_technicien_files_and_reads_a_gestionnaire_sees_the_offres(role: Role, acte: Acte) -> None:
    """Ux C10: a gestionnaire without the technicien role sees no content."""
    perimetre = un_perimetre(role=role, structure_id=un_perimetre().structure_id if role in ROLES_STRUCTURE else None)
    allowed = role is Role.TECHNICIEN or (role is Role.GESTIONNAIRE and acte is Acte.READ_OFFRES)

    if allowed:
        assert check_right(perimetre, acte) == perimetre.structure_id
    else:
        with pytest.raises(RoleRefusedError):
            check_right(perimetre, acte)


def test_the_form_of_every_offre_carries_what_its_fields_need() -> None:
    for regles in (des_regles(), des_regles(un_referentiel(LOIR_ET_CHER), une_structure(caisse=LOIR_ET_CHER))):
        for offre in regles.referentiel.offres:
            formulaire = build_formulaire(offre.code, regles)
            assert set(formulaire.personne_concernee) <= set(formulaire.champs)
            assert "justification_sante" in formulaire.champs
            assert "Algérie" in formulaire.pays
