"""Whose addresses are asked from directory."""

from datetime import UTC, datetime

from services.notification.domain.annonces import Public, announce_demande, announce_echeance
from services.notification.operations.plan_annonces import Fait, questions_of
from shared.contracts.questions import DestinatairesAsked
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId, new_id

CAISSE, STRUCTURE, COMPTE = CaisseCode("831"), StructureId(new_id()), CompteId(new_id())


def un_fait(*, demandeur_id: CompteId | None = COMPTE, agent_id: CompteId | None = None) -> Fait:
    return Fait(
        cle="0190",
        numero=NumeroDemande("2683100012"),
        structure_id=STRUCTURE,
        demandeur_id=demandeur_id,
        agent_id=agent_id,
        survenu_le=datetime(2026, 3, 10, tzinfo=UTC),
    )


def test_the_demandeur_is_asked_within_the_structure() -> None:
    asked = questions_of(announce_demande("resolue"), un_fait(), CAISSE)

    assert asked == {Public.DEMANDEUR: DestinatairesAsked(caisse_code="831", compte_id=str(COMPTE), structure_id=str(STRUCTURE))}


def test_without_a_known_demandeur_the_techniciens_of_the_structure_are_asked() -> None:
    asked = questions_of(announce_demande("resolue"), un_fait(demandeur_id=None), CAISSE)

    assert asked == {Public.DEMANDEUR: DestinatairesAsked(caisse_code="831", structure_id=str(STRUCTURE), roles=["technicien"])}


def test_an_answer_to_a_demande_nobody_handles_mails_nobody() -> None:
    assert questions_of(announce_demande("complement_recu"), un_fait(), CAISSE) == {}


def test_a_passed_delay_asks_for_the_superviseurs() -> None:
    asked = questions_of(announce_echeance("echeance_depassee", "resolution:100"), un_fait(), CAISSE)

    assert asked == {Public.SUPERVISEUR: DestinatairesAsked(caisse_code="831", roles=["superviseur"])}
