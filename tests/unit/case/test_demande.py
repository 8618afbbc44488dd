"""Sub-states, clocks and thread of a demande (domain §3.1, §3.6, §6)."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.case.domain.delais import CAP
from services.case.domain.demande import ECHANGE_CLOTURE, ECHANGE_RAPPEL, Demande, SousEtat, StatutDemande
from services.case.domain.echeances import meet_echeance
from services.case.domain.errors import (
    DemandeAlreadyResolvedError,
    DemandeAlreadyTakenError,
    DemandeNotResolvedError,
    TexteMissingError,
    TexteTooLongError,
)
from services.case.domain.evenements import DemandeChangee, DemandeFait
from services.case.domain.orientation import MAISON
from tests.unit.case.builders import AGENT, AUTRE_AGENT, PARTENAIRE, calendrier, parametres, paris, une_demande

MERCREDI = paris("2026-05-13 11:00")
JEUDI_MATIN = paris("2026-05-15 10:00")


def taken(now: datetime = JEUDI_MATIN) -> Demande:
    demande = une_demande()
    demande.take_in_charge(AGENT, now=now, calendrier=calendrier())
    demande.events.clear()
    return demande


VENDREDI_SOIR = paris("2026-05-15 16:00")


def asked(now: datetime = VENDREDI_SOIR) -> Demande:
    demande = taken()
    demande.ask(uuid4(), "Pouvez-vous joindre le justificatif ?", AGENT, now=now, parametres=parametres())
    return demande


def facts(demande: Demande) -> list[DemandeFait]:
    return [event.fait for event in demande.events if isinstance(event, DemandeChangee)]


def test_what_is_said_and_noted_is_in_the_history_by_whom() -> None:
    demande = taken()
    demande.journal.clear()

    demande.inform(uuid4(), "Votre demande est étudiée.", AGENT, now=JEUDI_MATIN)
    demande.ask(uuid4(), "Pouvez-vous joindre le justificatif ?", AGENT, now=VENDREDI_SOIR, parametres=parametres())
    demande.answer(uuid4(), "Le voici.", PARTENAIRE, has_pieces=False, now=VENDREDI_SOIR, parametres=parametres())
    demande.annotate(uuid4(), "Reçu.", AUTRE_AGENT, now=VENDREDI_SOIR)

    assert [(ligne.acte, ligne.acteur) for ligne in demande.journal] == [
        ("inform", AGENT.nom),
        ("ask", AGENT.nom),
        ("answer", PARTENAIRE.nom),
        ("annotate", AUTRE_AGENT.nom),
    ]


def test_a_demande_opens_as_nouveau_with_both_clocks_timed_from_the_filing() -> None:
    demande = une_demande(deposee_le=MERCREDI)

    assert (demande.statut, demande.sous_etat) == (StatutDemande.NOUVEAU, SousEtat.NOUVEAU)
    assert demande.echeances["prise_en_charge:100"] == paris("2026-05-18 17:00")
    assert demande.echeances["resolution:100"] == paris("2026-05-29 17:00")


def test_taking_in_charge_stops_the_first_clock_and_says_so() -> None:
    demande = une_demande()

    demande.take_in_charge(AGENT, now=JEUDI_MATIN, calendrier=calendrier())

    assert demande.statut is StatutDemande.PRIS_EN_CHARGE
    assert demande.prise_en_charge.is_tenue is True
    assert not [cle for cle in demande.echeances if cle.startswith("prise_en_charge")]
    assert facts(demande) == [DemandeFait.PRISE_EN_CHARGE]
    assert demande.statut_modifie_le == JEUDI_MATIN


def test_the_second_agent_is_told_who_was_first_and_when() -> None:
    """ux A04."""
    demande = taken()

    with pytest.raises(DemandeAlreadyTakenError, match="Prise en charge par EXEMPLE Anne à 10:00"):
        demande.take_in_charge(AUTRE_AGENT, now=JEUDI_MATIN, calendrier=calendrier())


def test_taking_twice_changes_nothing() -> None:
    demande = taken()
    version = demande.version

    demande.take_in_charge(AGENT, now=JEUDI_MATIN, calendrier=calendrier())

    assert (demande.version, demande.events) == (version, [])


def test_a_question_stops_the_net_clock_and_times_a_reminder_and_a_proposal_to_close() -> None:
    demande = asked()

    assert demande.sous_etat is SousEtat.ATTENTE_PARTENAIRE
    assert not [cle for cle in demande.echeances if cle.startswith("resolution")]
    assert demande.echeances == {ECHANGE_RAPPEL: paris("2026-05-30 16:00"), ECHANGE_CLOTURE: paris("2026-06-14 16:00")}
    assert facts(demande) == [DemandeFait.COMPLEMENT_DEMANDE]


def test_a_question_from_nouveau_takes_the_demande_in_charge_first() -> None:
    demande = une_demande()

    demande.ask(uuid4(), "Quel est le dossier ?", AGENT, now=JEUDI_MATIN, parametres=parametres())

    assert demande.agent == AGENT
    assert facts(demande) == [DemandeFait.PRISE_EN_CHARGE, DemandeFait.COMPLEMENT_DEMANDE]


def test_the_partner_s_answer_starts_the_net_clock_again_later_by_the_wait() -> None:
    """Opening time between Friday 16:00 and Monday 10:00 is 150 minutes."""
    demande = asked()
    brute = demande.resolution.brute_le

    demande.answer(
        uuid4(), "Voici.", PARTENAIRE, has_pieces=False, now=paris("2026-05-18 10:00"), parametres=parametres()
    )  # fmt: skip

    assert demande.sous_etat is SousEtat.RETOUR_PARTENAIRE
    assert demande.resolution.brute_le == brute == paris("2026-05-29 17:00")
    assert demande.resolution.suspendu == timedelta(minutes=150)
    assert demande.echeances["resolution:100"] == demande.resolution.nette_le == paris("2026-06-01 11:00")
    assert ECHANGE_RAPPEL not in demande.echeances


def test_the_agent_takes_up_again_what_the_partner_answered() -> None:
    demande = asked()
    demande.answer(uuid4(), "Voici.", PARTENAIRE, has_pieces=False, now=paris("2026-05-18 10:00"), parametres=parametres())

    demande.take_in_charge(AGENT, now=paris("2026-05-18 11:00"), calendrier=calendrier())

    assert demande.sous_etat is SousEtat.EN_COURS


def test_a_file_alone_is_an_answer_but_nothing_is_not() -> None:
    demande = asked()

    with pytest.raises(TexteMissingError):
        demande.answer(uuid4(), "  ", PARTENAIRE, has_pieces=False, now=JEUDI_MATIN, parametres=parametres())
    demande.answer(uuid4(), "", PARTENAIRE, has_pieces=True, now=JEUDI_MATIN, parametres=parametres())

    assert demande.sous_etat is SousEtat.RETOUR_PARTENAIRE


def test_an_information_changes_no_state() -> None:
    demande = taken()

    demande.inform(uuid4(), "Nous avons bien reçu votre dossier.", AGENT, now=JEUDI_MATIN)

    (told,) = demande.events
    assert demande.sous_etat is SousEtat.EN_COURS
    assert isinstance(told, DemandeChangee)
    assert (told.fait, told.message_caisse) == (DemandeFait.EVOLUEE, True)


def test_resolving_stops_every_clock_and_withdraws_every_deadline() -> None:
    demande = asked()

    demande.resolve(uuid4(), "Dossier complet.", AGENT, now=paris("2026-05-20 09:00"), parametres=parametres())

    assert demande.statut is StatutDemande.RESOLU
    assert (demande.echeances, demande.resolution.is_tenue) == ({}, True)
    assert facts(demande)[-1] is DemandeFait.RESOLUE


def test_an_agent_who_takes_what_the_house_asked_first_does_not_announce_it_twice() -> None:
    demande = une_demande()
    demande.ask(uuid4(), "Il manque une pièce.", MAISON, now=JEUDI_MATIN, parametres=parametres())

    demande.take_in_charge(AGENT, now=JEUDI_MATIN, calendrier=calendrier())

    assert demande.agent == AGENT
    assert facts(demande).count(DemandeFait.PRISE_EN_CHARGE) == 1


def test_resolving_from_nouveau_records_an_implicit_prise_en_charge() -> None:
    demande = une_demande()

    demande.resolve(uuid4(), "Fait.", AGENT, now=JEUDI_MATIN, parametres=parametres())

    assert demande.pris_en_charge_le == demande.resolu_le == JEUDI_MATIN


@pytest.mark.parametrize("texte", ["", "   \n"])
def test_an_answer_needs_a_text(texte: str) -> None:
    demande = taken()

    with pytest.raises(TexteMissingError):
        demande.resolve(uuid4(), texte, AGENT, now=JEUDI_MATIN, parametres=parametres())

    assert demande.events == []


def test_a_text_of_more_than_5000_characters_is_refused() -> None:
    demande = taken()

    demande.inform(uuid4(), "é" * 5000, AGENT, now=JEUDI_MATIN)
    with pytest.raises(TexteTooLongError):
        demande.inform(uuid4(), "é" * 5001, AGENT, now=JEUDI_MATIN)


def test_a_resolved_demande_takes_no_message_from_anybody() -> None:
    demande = taken()
    demande.resolve(uuid4(), "Fait.", AGENT, now=JEUDI_MATIN, parametres=parametres())

    with pytest.raises(DemandeAlreadyResolvedError):
        demande.answer(uuid4(), "Et alors ?", PARTENAIRE, has_pieces=False, now=JEUDI_MATIN, parametres=parametres())
    with pytest.raises(DemandeAlreadyResolvedError):
        demande.ask(uuid4(), "Une question", AGENT, now=JEUDI_MATIN, parametres=parametres())


def test_the_caisse_reopens_with_a_new_time_to_resolve() -> None:
    demande = taken()
    demande.resolve(uuid4(), "Fait.", AGENT, now=JEUDI_MATIN, parametres=parametres())

    demande.reopen(AUTRE_AGENT, now=paris("2026-06-01 09:00"), parametres=parametres(res="2j"))

    assert (demande.sous_etat, demande.agent, demande.resolu_le) == (SousEtat.EN_COURS, AUTRE_AGENT, None)
    assert demande.echeances["resolution:100"] == paris("2026-06-03 17:00")
    assert facts(demande)[-1] is DemandeFait.ROUVERTE


def test_a_cap_is_timed_again_by_the_reopening_from_the_filing_unless_it_was_met() -> None:
    """Domain §6.2: 48 elapsed hours, never suspended."""
    reglages, cap = parametres(cap_heures=48), paris("2026-05-15 11:00")
    demande = une_demande(reglages=reglages)

    demande.resolve(uuid4(), "Fait.", AGENT, now=paris("2026-05-14 09:00"), parametres=reglages)
    demande.reopen(AGENT, now=paris("2026-05-14 10:00"), parametres=reglages)
    timed = demande.echeances[CAP]
    meet_echeance(demande, CAP, uuid4(), now=cap, parametres=reglages)
    demande.resolve(uuid4(), "Fait.", AGENT, now=cap, parametres=reglages)
    demande.reopen(AGENT, now=cap, parametres=reglages)

    assert timed == cap
    assert CAP not in demande.echeances


def test_only_a_resolved_demande_is_reopened() -> None:
    with pytest.raises(DemandeNotResolvedError):
        taken().reopen(AGENT, now=JEUDI_MATIN, parametres=parametres())


def test_a_note_is_no_message_of_the_thread() -> None:
    """ux A11: the version that screens compare does not move."""
    demande = taken()
    version = demande.version_fil

    demande.annotate(uuid4(), "Rappeler demain.", AGENT, now=JEUDI_MATIN)

    assert demande.version_fil == version
    assert demande.events == []
