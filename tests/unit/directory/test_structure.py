"""Rules of structures: quotas, conventions, habilitations (domain §2.2, §2.4, §2.5)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.directory.domain.errors import (
    ConventionTransitionError,
    HabilitationRefusedError,
    QuotaGestionnairesReachedError,
)
from services.directory.domain.structure import (
    Avenant,
    CodeHabilitation,
    StatutConvention,
    Structure,
    opens_the_door,
    quota_gestionnaires,
)
from shared.kernel.identifiers import CaisseCode, StructureId

MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
JOUR = date(2026, 3, 3)


def une_structure(
    *,
    effectif: int = 12,
    convention: StatutConvention = StatutConvention.ACTIVE,
    avenants: list[Avenant] | None = None,
) -> Structure:
    return Structure(
        structure_id=StructureId(UUID(int=1)),
        caisse_code=CaisseCode("831"),
        nom="CCAS de Villeneuve-les-Pins",
        type_structure="ccas",
        effectif=effectif,
        convention=convention,
        avenants=avenants or [],
    )


@pytest.mark.parametrize(("effectif", "quota"), [(1, 2), (10, 2), (11, 3), (25, 3), (26, 5), (4000, 5)])
def test_the_quota_of_gestionnaires_follows_the_effectif(effectif: int, quota: int) -> None:
    assert quota_gestionnaires(effectif) == quota


def test_an_empty_structure_has_no_quota() -> None:
    with pytest.raises(ValueError, match="at least one"):
        quota_gestionnaires(0)


def test_a_gestionnaire_beyond_the_quota_is_refused() -> None:
    structure = une_structure(effectif=10)

    structure.check_new_gestionnaire(1)
    with pytest.raises(QuotaGestionnairesReachedError):
        structure.check_new_gestionnaire(2)


def test_a_lowered_effectif_blocks_new_gestionnaires_and_removes_none() -> None:
    structure = une_structure(effectif=30)
    structure.effectif = 5

    with pytest.raises(QuotaGestionnairesReachedError):
        structure.check_new_gestionnaire(4)


def test_a_convention_runs_from_draft_to_its_end() -> None:
    structure = une_structure(convention=StatutConvention.BROUILLON)

    for statut in ("envoyee", "signee", "active", "suspendue", "active", "resiliee"):
        structure.move_convention(StatutConvention(statut))

    assert structure.convention is StatutConvention.RESILIEE


def test_a_convention_is_not_active_before_its_signature() -> None:
    with pytest.raises(ConventionTransitionError):
        une_structure(convention=StatutConvention.ENVOYEE).move_convention(StatutConvention.ACTIVE)


@pytest.mark.parametrize("fin", [StatutConvention.RESILIEE, StatutConvention.EXPIREE])
def test_an_ended_convention_does_not_come_back(fin: StatutConvention) -> None:
    with pytest.raises(ConventionTransitionError):
        une_structure(convention=fin).move_convention(StatutConvention.ACTIVE)


def test_people_read_their_history_after_the_convention_ended_but_do_not_enter_before_its_signature() -> None:
    assert {statut for statut in StatutConvention if not opens_the_door(statut)} == {
        StatutConvention.BROUILLON,
        StatutConvention.ENVOYEE,
    }


def test_direct_attestations_need_an_avenant_in_force() -> None:
    structure = une_structure(avenants=[Avenant(nature="attestations", date_debut=date(2026, 4, 1))])

    with pytest.raises(HabilitationRefusedError):
        structure.grant(CodeHabilitation.ATTESTATION_DIRECTE, now=MARDI, jour=JOUR)
    structure.grant(CodeHabilitation.ATTESTATION_DIRECTE, now=MARDI, jour=date(2026, 4, 1))

    assert structure.is_habilitee(CodeHabilitation.ATTESTATION_DIRECTE)


def test_an_avenant_holds_on_both_of_its_bounds() -> None:
    avenant = Avenant(nature="attestations", date_debut=date(2026, 2, 1), date_fin=date(2026, 2, 28))

    held = [avenant.is_en_vigueur(date(2026, mois, jour)) for mois, jour in ((1, 31), (2, 1), (2, 28), (3, 1))]

    assert held == [False, True, True, False]


def test_a_withdrawn_habilitation_stays_on_record_and_may_be_granted_again() -> None:
    structure = une_structure()
    structure.grant(CodeHabilitation.DEMANDER_DOCUMENT, now=MARDI, jour=JOUR)
    structure.withdraw(CodeHabilitation.DEMANDER_DOCUMENT, now=MARDI)

    assert not structure.is_habilitee(CodeHabilitation.DEMANDER_DOCUMENT)
    structure.grant(CodeHabilitation.DEMANDER_DOCUMENT, now=MARDI, jour=JOUR)

    assert [habilitation.retiree_le for habilitation in structure.habilitations] == [MARDI, None]


def test_a_habilitation_is_not_granted_twice_nor_withdrawn_when_not_held() -> None:
    structure = une_structure()
    with pytest.raises(HabilitationRefusedError):
        structure.withdraw(CodeHabilitation.SAISIR_MAS, now=MARDI)
    structure.grant(CodeHabilitation.SAISIR_MAS, now=MARDI, jour=JOUR)

    with pytest.raises(HabilitationRefusedError):
        structure.grant(CodeHabilitation.SAISIR_MAS, now=MARDI, jour=JOUR)
