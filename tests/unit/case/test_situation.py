"""What a process may decide on: deadlines, steps, the end (house §9.2, §9.3)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.case.domain.delais import CAP
from services.case.domain.demande import ECHANGE_CLOTURE, ECHANGE_RAPPEL, Demande
from services.case.domain.echeances import meet_echeance, move_echeance
from services.case.domain.evenements import EcheanceFait, EcheanceFranchie
from services.case.domain.piece_jointe import EtatPiece, PieceJointe
from services.case.domain.publication import note_detruite
from services.case.domain.requalification import requalify
from services.case.domain.saisine import close_saisine, withdraw_consentement
from services.case.domain.saisine_mas import IssueMas
from services.case.domain.situation import (
    DELIVRANCE_ATTESTATION,
    ETAPE_RETRAIT,
    SAISINE_MAS,
    TRAITEMENT,
    EtapeDemandee,
    situation_of,
)
from services.case.operations.views import horloge_view
from services.case.store.mapping import echeance_file
from tests.unit.case.builders import AGENT, calendrier, parametres, paris, un_motif, une_demande, une_piece

DEPOT = paris("2026-05-13 11:00")


def test_one_analysis_is_asked_for_per_message_with_files_that_wait() -> None:
    premier, second = uuid4(), uuid4()
    pieces = [une_piece(message_id=premier), une_piece(message_id=premier), une_piece(message_id=second)]

    situation = situation_of(une_demande(pieces=pieces), TRAITEMENT, DEPOT)

    ids = tuple(sorted(str(piece.id) for piece in pieces[:2]))
    assert EtapeDemandee(f"analyse:{premier}", "analyse", ids) in situation.etapes
    assert len(situation.etapes) == 2


def test_deadlines_are_ordered_and_those_of_a_child_are_its_own() -> None:
    demande = une_demande("consentement_requis")

    parent = [cle for cle, _ in situation_of(demande, TRAITEMENT, DEPOT).echeances]
    enfant = [cle for cle, _ in situation_of(demande, SAISINE_MAS, DEPOT).echeances]

    assert parent == ["prise_en_charge:50", "prise_en_charge:80", "prise_en_charge:100", "resolution:50", "resolution:80", "resolution:100"]
    assert enfant == ["mas:premier_contact"]


def test_children_are_asked_for_by_what_the_demande_holds() -> None:
    assert [etape.cle for etape in situation_of(une_demande("consentement_requis"), TRAITEMENT, DEPOT).etapes] == ["saisine_mas"]
    assert [etape.cle for etape in situation_of(une_demande("routage_attestation"), TRAITEMENT, DEPOT).etapes] == ["delivrance_attestation"]
    assert [etape.cle for etape in situation_of(une_demande("routage_attestation"), DELIVRANCE_ATTESTATION, DEPOT).etapes] == ["ameli"]


def test_alerts_up_to_the_deadline_approach_and_the_deadline_itself_is_passed() -> None:
    demande = une_demande()

    for cle in ("prise_en_charge:50", "prise_en_charge:100"):
        assert meet_echeance(demande, cle, uuid4(), now=demande.echeances[cle], parametres=parametres())

    told = [(event.fait, event.cle) for event in demande.events if isinstance(event, EcheanceFranchie)]
    assert told == [(EcheanceFait.APPROCHEE, "prise_en_charge:50"), (EcheanceFait.DEPASSEE, "prise_en_charge:100")]
    assert (demande.is_en_retard, demande.escalade) == (True, 1)


def test_a_deadline_is_met_once_and_not_before_its_instant() -> None:
    demande = une_demande()
    instant = demande.echeances["prise_en_charge:50"]

    met = [
        meet_echeance(demande, "prise_en_charge:50", uuid4(), now=now, parametres=parametres())
        for now in (instant - timedelta(seconds=1), instant, instant)
    ]

    assert met == [False, True, False]


def test_a_deadline_that_was_withdrawn_asks_nothing() -> None:
    demande = une_demande()
    instant = demande.echeances["prise_en_charge:100"]
    demande.take_in_charge(AGENT, now=DEPOT, calendrier=calendrier())

    assert not meet_echeance(demande, "prise_en_charge:100", uuid4(), now=instant, parametres=parametres())


def test_an_urgent_demande_goes_up_at_half_its_time_too() -> None:
    """P1: escalades at 50 and 100 % (domain §6.3)."""
    demande = une_demande(reglages=parametres(pec="4h", res="1j", cap_heures=48, escalades=(50, 100)))

    for cle in ("prise_en_charge:50", "prise_en_charge:100", CAP):
        meet_echeance(demande, cle, uuid4(), now=demande.echeances[cle], parametres=parametres())

    assert demande.escalade == 3


def test_the_reminder_and_the_proposal_to_close_follow_a_question() -> None:
    demande = une_demande()
    demande.ask(uuid4(), "Une question ?", AGENT, now=DEPOT, parametres=parametres())
    demande.events.clear()

    for cle in (ECHANGE_RAPPEL, ECHANGE_CLOTURE):
        meet_echeance(demande, cle, uuid4(), now=demande.echeances[cle], parametres=parametres())

    told = [(event.fait, event.cle) for event in demande.events if isinstance(event, EcheanceFranchie)]
    assert told == [(EcheanceFait.APPROCHEE, ECHANGE_RAPPEL), (EcheanceFait.DEPASSEE, ECHANGE_CLOTURE)]


def test_a_resolved_demande_with_nothing_left_is_over() -> None:
    demande = une_demande()

    demande.resolve(uuid4(), "Fait.", AGENT, now=DEPOT, parametres=parametres())

    situation = situation_of(demande, TRAITEMENT, DEPOT)
    assert (situation.terminee, situation.issue, situation.attente) == (True, "resolue", "SYSTEME")


def test_a_resolved_demande_waits_for_the_verdicts_of_its_files() -> None:
    demande = une_demande(pieces=[une_piece()])

    demande.resolve(uuid4(), "Fait.", AGENT, now=DEPOT, parametres=parametres())

    assert not situation_of(demande, TRAITEMENT, DEPOT).terminee


def withdrawn_after_its_answer(*pieces: PieceJointe) -> Demande:
    """A referral answered, whose consent is taken back later."""
    demande = une_demande("consentement_requis", pieces=list(pieces))
    close_saisine(demande, IssueMas.ACCOMPAGNEMENT_OUVERT, uuid4(), AGENT, now=DEPOT, parametres=parametres())
    withdraw_consentement(demande, uuid4(), AGENT, now=DEPOT + timedelta(days=3), parametres=parametres())
    return demande


def test_a_consent_withdrawn_after_the_answer_keeps_both_processes_until_the_files_are_gone() -> None:
    piece = une_piece(etat=EtatPiece.SAINE)
    demande = withdrawn_after_its_answer(piece)

    parent, enfant = situation_of(demande, TRAITEMENT, DEPOT), situation_of(demande, SAISINE_MAS, DEPOT)
    note_detruite(demande, piece.id, DEPOT)

    assert ([etape.cle for etape in parent.etapes], parent.terminee) == (["saisine_mas"], False)
    assert ([(etape.cle, etape.ids) for etape in enfant.etapes], enfant.terminee) == ([(ETAPE_RETRAIT, (str(piece.id),))], False)
    for processus in (TRAITEMENT, SAISINE_MAS):
        situation = situation_of(demande, processus, DEPOT)
        assert (situation.etapes, situation.terminee) == ((), True)


def test_the_purge_of_a_withdrawal_waits_for_no_file_set_aside_and_can_be_given_up() -> None:
    """The bytes of an infected file went with its verdict: nobody says so again."""
    infectee = withdrawn_after_its_answer(une_piece(etat=EtatPiece.INFECTEE))
    abandonnee = withdrawn_after_its_answer(une_piece(etat=EtatPiece.SAINE))
    abandonnee.etapes_ignorees = frozenset({ETAPE_RETRAIT})

    for demande in (infectee, abandonnee):
        assert situation_of(demande, TRAITEMENT, DEPOT).terminee
        assert situation_of(demande, SAISINE_MAS, DEPOT).terminee


def test_an_operator_s_extension_is_what_is_timed() -> None:
    demande = une_demande()
    demain = paris("2026-05-14 09:00")

    assert move_echeance(demande, "prise_en_charge:100", demain, now=DEPOT, may_move_pieces=False)

    assert ("prise_en_charge:100", demain) in situation_of(demande, TRAITEMENT, DEPOT).echeances


def test_ux_a09_a_moved_deadline_is_the_one_the_queue_sorts_by_and_the_badge_counts_to() -> None:
    """UX-A09, UX-A02."""
    demande = une_demande()
    demain = paris("2026-05-14 09:00")

    move_echeance(demande, "prise_en_charge:100", demain, now=DEPOT, may_move_pieces=False)

    assert (demande.prise_en_charge.nette_le, echeance_file(demande)) == (demain, demain)


@pytest.mark.parametrize(("now", "depassee"), [("2026-05-14 05:00", True), ("2026-05-14 03:00", False)])
def test_ux_a09_a_deadline_of_the_night_is_passed_though_no_opening_time_has_gone_by(now: str, *, depassee: bool) -> None:
    demande = une_demande()
    move_echeance(demande, "prise_en_charge:100", paris("2026-05-14 04:00"), now=DEPOT, may_move_pieces=False)

    vue = horloge_view(demande.prise_en_charge, demande, calendrier(), paris(now))

    assert (vue.depassee, vue.reste_minutes) == (depassee, 0)


def test_a_wait_after_an_extension_adds_to_it() -> None:
    demande = une_demande(deposee_le=DEPOT)
    move_echeance(demande, "resolution:100", paris("2026-06-10 12:00"), now=DEPOT, may_move_pieces=False)

    demande.ask(uuid4(), "Une question ?", AGENT, now=paris("2026-05-15 10:00"), parametres=parametres())
    demande.answer(uuid4(), "Oui", AGENT, has_pieces=False, now=paris("2026-05-15 12:00"), parametres=parametres())

    assert demande.resolution.nette_le == demande.echeances["resolution:100"] == paris("2026-06-10 14:00")


def test_a_step_given_up_is_not_asked_for_again() -> None:
    piece = une_piece()
    demande = une_demande(pieces=[piece])

    demande.etapes_ignorees = frozenset({f"analyse:{piece.message_id}"})

    assert situation_of(demande, TRAITEMENT, DEPOT).etapes == ()


def test_a_requalification_counts_again_from_the_filing_and_keeps_the_suspension() -> None:
    demande = une_demande(deposee_le=DEPOT)
    demande.ask(uuid4(), "Une question ?", AGENT, now=paris("2026-05-15 16:00"), parametres=parametres())
    demande.answer(uuid4(), "Oui", AGENT, has_pieces=False, now=paris("2026-05-18 10:00"), parametres=parametres())

    requalify(demande, un_motif(motif="autre"), None, AGENT, now=paris("2026-05-18 11:00"), parametres=parametres(res="5j"))

    assert demande.resolution.brute_le == paris("2026-05-21 17:00")
    assert demande.echeances["resolution:100"] == paris("2026-05-22 11:00")


def test_a_late_clock_that_a_requalification_moves_to_the_future_is_late_no_more() -> None:
    demande = une_demande(deposee_le=DEPOT, reglages=parametres(pec="4h", res="1j"))
    demande.take_in_charge(AGENT, now=DEPOT, calendrier=calendrier())
    meet_echeance(demande, "resolution:100", uuid4(), now=demande.echeances["resolution:100"], parametres=parametres())
    assert demande.is_en_retard

    requalify(demande, un_motif(motif="autre"), None, AGENT, now=paris("2026-05-18 09:00"), parametres=parametres(res="10j"))

    assert not demande.is_en_retard
    assert "resolution:100" in demande.echeances
