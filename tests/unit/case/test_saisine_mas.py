"""The referral to the mission accompagnement santé (domain §4)."""

from datetime import datetime
from uuid import uuid4

import pytest

from services.case.domain.demande import Demande
from services.case.domain.echeances import meet_echeance
from services.case.domain.errors import MotifRefusedError, SaisineClosedError, TentativesMissingError
from services.case.domain.evenements import DemandeChangee, EcheanceFranchie
from services.case.domain.ouverture import ConsentementMissingError, DemandeDeposee, open_demande
from services.case.domain.requalification import requalify
from services.case.domain.saisine import close_saisine, note_tentative, withdraw_consentement
from services.case.domain.saisine_mas import TEXTES_ISSUE, IssueMas, Tentative, TentativeIssue
from services.case.domain.situation import SAISINE_MAS, TRAITEMENT, situation_of
from shared.kernel.identifiers import CaisseCode
from tests.unit.case.builders import (
    AGENT,
    DEMANDEUR,
    JEANNE,
    NUMERO,
    STRUCTURE,
    parametres,
    paris,
    un_motif,
    une_demande,
    une_piece,
)

DEPOT = paris("2026-05-13 11:00")


def attempt(demande: Demande, now: datetime, issue: TentativeIssue = TentativeIssue.SANS_REPONSE) -> None:
    note_tentative(demande, Tentative(tente_le=now, canal="telephone", issue=issue), AGENT, now=now, parametres=parametres())


def test_the_first_contact_is_due_in_two_working_days_and_met_by_an_attempt() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    assert demande.echeances["mas:premier_contact"] == paris("2026-05-18 17:00")

    attempt(demande, paris("2026-05-15 09:00"), TentativeIssue.JOINTE)

    assert situation_of(demande, SAISINE_MAS, DEPOT).echeances == ()
    assert demande.agent == AGENT


def test_a_missed_first_contact_tells_the_bus_nothing_that_names_the_motif() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)

    meet_echeance(demande, "mas:premier_contact", uuid4(), now=paris("2026-05-18 17:00"), parametres=parametres())

    assert not [event for event in demande.events if isinstance(event, EcheanceFranchie)]  # the time to take in charge says it
    assert demande.events


def test_a_first_contact_missed_after_the_prise_en_charge_alerts_the_superviseur_under_a_neutral_key() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    demande.take_in_charge(AGENT, now=DEPOT, calendrier=parametres().calendrier)

    meet_echeance(demande, "mas:premier_contact", uuid4(), now=paris("2026-05-18 17:00"), parametres=parametres())

    told = [(event.fait.value, event.cle) for event in demande.events if isinstance(event, EcheanceFranchie)]
    assert told == [("echeance_depassee", "cap")]


def test_three_failed_attempts_over_five_working_days_go_back_to_the_partner() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    for jour in ("15", "18", "19"):
        attempt(demande, paris(f"2026-05-{jour} 10:00"))
    limite = demande.echeances["mas:tentatives"]
    assert limite == paris("2026-05-22 17:00")

    meet_echeance(demande, "mas:tentatives", uuid4(), now=limite, parametres=parametres())

    assert demande.sous_etat.value == "attente_partenaire"
    assert demande.saisine is not None
    assert demande.saisine.is_open
    assert demande.saisine.echecs == []


def test_reaching_the_person_forgets_the_failures() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    for jour in ("15", "18", "19"):
        attempt(demande, paris(f"2026-05-{jour} 10:00"))

    attempt(demande, paris("2026-05-20 10:00"), TentativeIssue.JOINTE)

    assert "mas:tentatives" not in demande.echeances


@pytest.mark.parametrize("issue", IssueMas)
def test_the_partner_receives_the_outcome_s_neutral_text_only(issue: IssueMas) -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    assert demande.saisine is not None
    demande.saisine.injoignable_le = DEPOT
    demande.messages.clear()

    close_saisine(demande, issue, uuid4(), AGENT, now=DEPOT, parametres=parametres())

    assert [message.texte for message in demande.messages] == [TEXTES_ISSUE[issue]]
    situation = situation_of(demande, SAISINE_MAS, DEPOT)
    assert (situation.terminee, situation.issue) == (True, issue.value)
    with pytest.raises(SaisineClosedError):
        close_saisine(demande, issue, uuid4(), AGENT, now=DEPOT, parametres=parametres())


@pytest.mark.parametrize(
    ("jours", "le"),
    [((), "2026-06-15 10:00"), (("15", "18"), "2026-06-15 10:00"), (("15", "18", "19"), "2026-05-22 16:59")],
    ids=["none", "two", "three within four working days"],
)
def test_nobody_is_said_unreachable_before_three_attempts_over_five_working_days(jours: tuple[str, ...], le: str) -> None:
    """§4.6."""
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    for jour in jours:
        attempt(demande, paris(f"2026-05-{jour} 10:00"))

    with pytest.raises(TentativesMissingError):
        close_saisine(demande, IssueMas.INJOIGNABLE, uuid4(), AGENT, now=paris(le), parametres=parametres())

    assert demande.saisine is not None
    assert demande.saisine.is_open


def test_three_attempts_over_five_working_days_conclude_even_if_the_process_was_silent() -> None:
    demande = une_demande("consentement_requis", deposee_le=DEPOT)
    for jour in ("15", "18", "19"):
        attempt(demande, paris(f"2026-05-{jour} 10:00"))

    close_saisine(demande, IssueMas.INJOIGNABLE, uuid4(), AGENT, now=paris("2026-05-22 17:00"), parametres=parametres())

    assert demande.is_resolue


def test_a_withdrawal_closes_the_referral_and_purges_what_only_consent_allowed() -> None:
    piece = une_piece()
    demande = une_demande("consentement_requis", deposee_le=DEPOT, pieces=[piece], precisions={"freins": ["financier"]})
    attempt(demande, DEPOT)

    withdraw_consentement(demande, uuid4(), AGENT, now=DEPOT, parametres=parametres())

    assert demande.saisine is not None
    assert (demande.saisine.issue, demande.saisine.tentatives) == (IssueMas.REFUS_ASSURE, [])
    assert demande.saisine.consentement.declare_le == DEPOT
    assert demande.precisions == {}
    assert demande.is_resolue
    (purge,) = situation_of(demande, SAISINE_MAS, DEPOT).etapes
    assert (purge.type, purge.ids) == ("purger", (str(piece.id),))


def test_a_consent_is_withdrawn_even_after_the_answer_and_only_once() -> None:
    """« À tout moment »: the accompaniment goes on after the demande is resolved."""
    demande = une_demande("consentement_requis", deposee_le=DEPOT, pieces=[une_piece()])
    close_saisine(demande, IssueMas.ACCOMPAGNEMENT_OUVERT, uuid4(), AGENT, now=DEPOT, parametres=parametres())
    demande.messages.clear()
    demande.events.clear()

    withdraw_consentement(demande, uuid4(), AGENT, now=DEPOT, parametres=parametres())

    assert demande.saisine is not None
    assert demande.saisine.issue is IssueMas.REFUS_ASSURE
    assert len(demande.messages) == 1
    assert [event.message_caisse for event in demande.events if isinstance(event, DemandeChangee)] == [True]
    assert [etape.cle for etape in situation_of(demande, TRAITEMENT, DEPOT).etapes if etape.cle == "saisine_mas"] == ["saisine_mas"]
    with pytest.raises(SaisineClosedError):
        withdraw_consentement(demande, uuid4(), AGENT, now=DEPOT, parametres=parametres())


def test_a_referral_filed_without_its_consent_is_not_opened() -> None:
    """RG-08: intake refuses it; here it is a broken contract."""
    depot = DemandeDeposee(
        numero=NUMERO,
        caisse_code=CaisseCode("831"),
        structure_id=STRUCTURE,
        demandeur_id=DEMANDEUR,
        demandeur_nom="FICTIF Camille",
        deposee_le=DEPOT,
        personne=JEANNE,
        commentaire="…",
        precisions={},
        consentement=None,
        doublon_justification="",
        message_id=uuid4(),
        pieces=[],
    )

    with pytest.raises(ConsentementMissingError):
        open_demande(depot, un_motif("consentement_requis"), parametres(), now=DEPOT)


def test_nothing_is_requalified_into_a_referral() -> None:
    with pytest.raises(MotifRefusedError):
        requalify(
            une_demande(), un_motif("consentement_requis", motif="saisine_mas"), None, AGENT, now=DEPOT, parametres=parametres()
        )  # fmt: skip
