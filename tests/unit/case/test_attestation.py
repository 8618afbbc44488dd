"""The decision table of the attestation de droits, and the procuration (domain §5.2, §5.3)."""

from datetime import date
from itertools import product
from uuid import uuid4

import pytest

from services.case.domain.attestation import (
    AttestationHabilitation,
    CompteAmeli,
    Entrees,
    Issue,
    Surcharges,
    compte_of,
    decide,
    habilitation_of,
    may_send_piece,
)
from services.case.domain.demande import ATTESTATION_COMPLEMENT, Demande, SousEtat
from services.case.domain.echange import MessageGenre
from services.case.domain.echeances import meet_echeance
from services.case.domain.errors import AttestationNotDecidedError, DateSignatureRefusedError
from services.case.domain.orientation import (
    AttestationFaits,
    StructureAttestation,
    check_faits,
    note_registre,
    route,
    set_faits,
    texte_of,
)
from services.case.domain.piece_jointe import EtatPiece
from services.case.domain.procuration import procuration_valide
from services.case.domain.requalification import requalify
from services.case.domain.saisine import withdraw_consentement
from services.case.domain.situation import DELIVRANCE_ATTESTATION, TRAITEMENT, situation_of
from tests.unit.case.builders import AGENT, PARTENAIRE, parametres, paris, un_motif, une_demande, une_piece

OA, OI, N, INCONNU = CompteAmeli.ACCESSIBLE, CompteAmeli.INACCESSIBLE, CompteAmeli.AUCUN, CompteAmeli.INCONNU
HAB, AV, RIEN = AttestationHabilitation.MANDAT, AttestationHabilitation.AVENANT, AttestationHabilitation.AUCUNE
TABLE = {
    (INCONNU, HAB, True): ("1", Issue.VERIFIER_COMPTE),
    (INCONNU, HAB, False): ("1", Issue.VERIFIER_COMPTE),
    (INCONNU, AV, True): ("1", Issue.VERIFIER_COMPTE),
    (INCONNU, AV, False): ("1", Issue.VERIFIER_COMPTE),
    (INCONNU, RIEN, True): ("1", Issue.VERIFIER_COMPTE),
    (INCONNU, RIEN, False): ("1", Issue.VERIFIER_COMPTE),
    (OA, HAB, True): ("2", Issue.DEPOT_COMPTE_AMELI),
    (OA, HAB, False): ("2", Issue.DEPOT_COMPTE_AMELI),
    (OA, AV, True): ("3", Issue.DEPOT_COMPTE_AMELI),
    (OA, AV, False): ("4", Issue.DEPOT_COMPTE_AMELI),
    (OA, RIEN, True): ("5", Issue.DEPOT_COMPTE_AMELI),
    (OA, RIEN, False): ("5", Issue.DEPOT_COMPTE_AMELI),
    (OI, HAB, True): ("6", Issue.PJ_PARTENAIRE),
    (OI, HAB, False): ("6", Issue.PJ_PARTENAIRE),
    (OI, AV, True): ("7", Issue.PJ_PARTENAIRE),
    (OI, AV, False): ("8", Issue.COMPLEMENT),
    (OI, RIEN, True): ("9", Issue.ENVOI_ASSURE),
    (OI, RIEN, False): ("10", Issue.ENVOI_ASSURE),
    (N, HAB, True): ("11", Issue.PJ_PARTENAIRE),
    (N, HAB, False): ("11", Issue.PJ_PARTENAIRE),
    (N, AV, True): ("12", Issue.PJ_PARTENAIRE),
    (N, AV, False): ("13", Issue.COMPLEMENT),
    (N, RIEN, True): ("14", Issue.ENVOI_ASSURE),
    (N, RIEN, False): ("15", Issue.ENVOI_ASSURE),
}
DEPOT = paris("2026-05-13 11:00")
MANDATAIRE = StructureAttestation(habilitation=HAB, convention_active=True)
AVENANT = StructureAttestation(habilitation=AV, convention_active=True)
SANS_RIEN = StructureAttestation(habilitation=RIEN, convention_active=True)


def test_the_table_covers_the_24_combinations() -> None:
    assert set(TABLE) == set(product(CompteAmeli, AttestationHabilitation, (True, False)))


@pytest.mark.parametrize(("combinaison", "attendu"), TABLE.items())
def test_each_combination_is_matched_by_exactly_its_row(
    combinaison: tuple[CompteAmeli, AttestationHabilitation, bool], attendu: tuple[str, Issue]
) -> None:
    compte, habilitation, procuration = combinaison

    decision = decide(Entrees(compte=compte, habilitation=habilitation, procuration=procuration, motif_inaccessibilite=True))

    assert (decision.ligne, decision.issue) == attendu


@pytest.mark.parametrize(("habilitation", "procuration"), [(HAB, False), (AV, True)])
def test_an_inaccessible_account_without_its_reason_asks_for_it(habilitation: AttestationHabilitation, procuration: bool) -> None:
    assert decide(Entrees(compte=OI, habilitation=habilitation, procuration=procuration)).issue is Issue.COMPLEMENT


@pytest.mark.parametrize(
    ("surcharges", "ligne", "issue"),
    [
        (Surcharges(autre_organisme=True, beneficiaire_ame=True, mineur_ase=True), "O1", Issue.REORIENTER_ORGANISME),
        (Surcharges(beneficiaire_ame=True, mineur_ase=True), "O2", Issue.NON_APPLICABLE_AME),
        (Surcharges(mineur_ase=True, tuteur=True), "O3", Issue.PJ_PARTENAIRE),
    ],
)
@pytest.mark.parametrize("compte", CompteAmeli)
def test_overrides_come_before_the_rows_in_their_order(surcharges: Surcharges, ligne: str, issue: Issue, compte: CompteAmeli) -> None:
    decision = decide(Entrees(compte=compte, habilitation=RIEN, procuration=False, surcharges=surcharges))

    assert (decision.ligne, decision.issue) == (ligne, issue)


def test_a_tuteur_receives_the_file_only_where_the_caisse_says_always() -> None:
    tuteur = Surcharges(tuteur=True)

    assert decide(Entrees(compte=OA, habilitation=HAB, procuration=False, surcharges=tuteur)).ligne == "2"
    toujours = decide(Entrees(compte=OA, habilitation=HAB, procuration=False, surcharges=tuteur, tutelle_toujours_pj=True))
    assert (toujours.ligne, toujours.issue) == ("O4", Issue.PJ_PARTENAIRE)


def test_without_the_cumul_an_avenant_is_enough() -> None:
    for compte, ligne in ((OI, "8"), (N, "13")):
        decision = decide(
            Entrees(compte=compte, habilitation=AV, procuration=False, motif_inaccessibilite=True, cumul_avenant_procuration=False)
        )
        assert (decision.ligne, decision.issue) == (ligne, Issue.PJ_PARTENAIRE)


def test_the_avenant_is_suggested_on_rows_9_10_and_14() -> None:
    invited = {
        TABLE[cle][0]
        for cle in TABLE
        if decide(Entrees(compte=cle[0], habilitation=cle[1], procuration=cle[2], motif_inaccessibilite=True)).inviter_avenant
    }

    assert invited == {"9", "10", "14"}


@pytest.mark.parametrize(
    ("signature", "jour", "valide"),
    [
        ("2025-11-15", "2026-02-14", True),
        ("2025-11-15", "2026-02-15", False),
        ("2025-11-30", "2026-02-27", True),
        ("2025-11-30", "2026-02-28", False),
        ("2026-01-31", "2026-04-29", True),
        ("2026-01-31", "2026-04-30", False),
        ("2026-01-31", "2026-01-31", True),
        ("2026-01-31", "2026-01-30", False),
    ],
)
def test_a_procuration_holds_three_calendar_months(signature: str, jour: str, valide: bool) -> None:
    assert procuration_valide(date.fromisoformat(signature), date.fromisoformat(jour), 3) is valide


def test_the_account_is_what_the_registry_says_and_its_use_what_the_partner_says() -> None:
    assert compte_of(None, "accessible") is INCONNU
    assert compte_of(False, "accessible") is N
    assert compte_of(True, "inaccessible") is OI
    assert compte_of(True, "inconnu") is OA


def test_a_mandate_counts_for_this_person_only() -> None:
    held = {"demander_document": True, "attestation_directe": True, "avenant": True}

    assert habilitation_of(**held, qualite="tuteur") is HAB
    assert habilitation_of(**held, qualite="sans_mandat") is AV
    assert habilitation_of(demander_document=True, attestation_directe=True, avenant=False, qualite="sans_mandat") is RIEN


def test_the_file_goes_out_under_an_active_convention_only() -> None:
    assert may_send_piece(AV, convention_active=True)
    assert not may_send_piece(AV, convention_active=False)
    assert not may_send_piece(RIEN, convention_active=True)


def test_routing_waits_for_ameli_and_for_every_verdict() -> None:
    piece = une_piece(type_="procuration")
    demande = une_demande("routage_attestation", pieces=[piece], precisions={"qualite_partenaire": "tuteur"})

    assert route(demande, MANDATAIRE, uuid4(), now=DEPOT, parametres=parametres()) is None
    note_registre(demande, False, now=DEPOT)
    assert route(demande, MANDATAIRE, uuid4(), now=DEPOT, parametres=parametres()) is None
    piece.etat = EtatPiece.SAINE
    decision = route(demande, MANDATAIRE, uuid4(), now=DEPOT, parametres=parametres())

    assert decision is not None
    assert decision.ligne == "11"


def test_a_missing_procuration_is_asked_for_at_once_and_timed() -> None:
    demande = une_demande("routage_attestation", precisions={"qualite_partenaire": "sans_mandat"})
    note_registre(demande, False, now=DEPOT)

    route(demande, AVENANT, uuid4(), now=DEPOT, parametres=parametres())

    assert demande.sous_etat.value == "attente_partenaire"
    assert situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT).echeances == (("attestation:complement", paris("2026-06-12 11:00")),)


def test_an_unanswered_complement_sends_the_attestation_to_the_person_and_closes() -> None:
    """O5."""
    demande = une_demande("routage_attestation")
    note_registre(demande, False, now=DEPOT)
    route(demande, AVENANT, uuid4(), now=DEPOT, parametres=parametres())

    meet_echeance(demande, "attestation:complement", uuid4(), now=paris("2026-06-12 11:00"), parametres=parametres())

    assert demande.is_resolue
    assert demande.attestation is not None
    assert demande.attestation.issue is Issue.ENVOI_ASSURE
    assert situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT).terminee


def asked(**precisions: str) -> Demande:
    """Row 13: the partner was asked for its procuration."""
    demande = une_demande("routage_attestation", precisions=dict(precisions))
    note_registre(demande, False, now=DEPOT)
    route(demande, AVENANT, uuid4(), now=DEPOT, parametres=parametres())
    demande.messages.clear()
    return demande


def decided(demande: Demande, structure: StructureAttestation = AVENANT) -> tuple[str, Issue] | None:
    """Apply the table now: its row and its outcome."""
    decision = route(demande, structure, uuid4(), now=DEPOT, parametres=parametres())
    return None if decision is None else (decision.ligne, decision.issue)


def test_the_partner_s_answer_withdraws_the_deadline_and_has_the_table_applied_again() -> None:
    demande = asked(date_signature_procuration="2026-05-01")
    demande.answer(uuid4(), "Voici.", PARTENAIRE, has_pieces=True, now=DEPOT, parametres=parametres())
    demande.pieces += [une_piece(type_=type_, etat=EtatPiece.SAINE) for type_ in ("procuration", "piece_identite")]

    situation = situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT)

    assert (situation.echeances, [etape.cle for etape in situation.etapes]) == ((), ["router:2"])
    assert decided(demande) == ("12", Issue.PJ_PARTENAIRE)


def test_an_answer_that_brings_nothing_is_left_to_an_agent_who_may_have_the_partner_asked_again() -> None:
    demande = asked()
    demande.answer(uuid4(), "Je cherche.", PARTENAIRE, has_pieces=False, now=DEPOT, parametres=parametres())

    assert decided(demande) == ("13", Issue.COMPLEMENT)
    assert (demande.sous_etat, [message.genre for message in demande.messages]) == (SousEtat.RETOUR_PARTENAIRE, [MessageGenre.COMPLEMENT])
    set_faits(demande, AttestationFaits(date_signature="2026-01-02"), AGENT, now=DEPOT)
    assert decided(demande) == ("13", Issue.COMPLEMENT)
    assert (demande.sous_etat, demande.messages[-1].genre) == (SousEtat.ATTENTE_PARTENAIRE, MessageGenre.QUESTION)


def test_a_question_still_open_is_not_asked_twice_and_keeps_its_deadline() -> None:
    demande = asked()
    limite = demande.echeances[ATTESTATION_COMPLEMENT]

    set_faits(demande, AttestationFaits(qualite="sans_mandat"), AGENT, now=DEPOT)

    assert decided(demande) == ("13", Issue.COMPLEMENT)
    assert (demande.messages, demande.echeances[ATTESTATION_COMPLEMENT]) == ([], limite)


def test_an_agent_reads_the_date_of_a_procuration_the_form_did_not_ask_for() -> None:
    """Rows 7 and 12, for a demande requalified from a form without these fields (domain §5.1, Q4)."""
    pieces = [une_piece(type_=type_, etat=EtatPiece.SAINE) for type_ in ("procuration", "piece_identite")]
    for registre, ligne in ((True, "7"), (False, "12")):
        demande = une_demande("routage_attestation", pieces=list(pieces))
        note_registre(demande, registre, now=DEPOT)
        compte = CompteAmeli.INACCESSIBLE if registre else CompteAmeli.AUCUN

        faits = AttestationFaits(compte=compte, date_signature="2026-05-01", motif_inaccessibilite="identifiants_perdus")
        set_faits(demande, faits, AGENT, now=DEPOT)

        assert decided(demande) == (ligne, Issue.PJ_PARTENAIRE)


def test_a_procuration_signed_in_the_future_is_refused() -> None:
    check_faits(AttestationFaits(date_signature="2026-05-13"), date(2026, 5, 13))

    with pytest.raises(DateSignatureRefusedError):
        check_faits(AttestationFaits(date_signature="2026-05-14"), date(2026, 5, 13))


def test_another_decision_withdraws_the_deadline_of_the_complement() -> None:
    demande = asked()

    set_faits(demande, AttestationFaits(surcharges=Surcharges(beneficiaire_ame=True)), AGENT, now=DEPOT)

    assert decided(demande) == ("O2", Issue.NON_APPLICABLE_AME)
    assert ATTESTATION_COMPLEMENT not in demande.echeances


def test_o5_never_overrides_what_an_agent_has_just_set() -> None:
    """The deadline falls before the table is applied anew."""
    demande = asked()
    set_faits(demande, AttestationFaits(surcharges=Surcharges(beneficiaire_ame=True)), AGENT, now=DEPOT)

    met = meet_echeance(demande, ATTESTATION_COMPLEMENT, uuid4(), now=paris("2026-06-12 11:00"), parametres=parametres())

    assert (met, demande.is_resolue) == (False, False)


@pytest.mark.parametrize("is_routed", [False, True])
def test_an_attestation_whose_account_is_unknown_cannot_be_answered(is_routed: bool) -> None:
    """§5.3, row 1."""
    demande = une_demande("routage_attestation")
    note_registre(demande, None, now=DEPOT)
    if is_routed:
        assert decided(demande) == ("1", Issue.VERIFIER_COMPTE)

    with pytest.raises(AttestationNotDecidedError, match="compte ameli"):
        demande.resolve(uuid4(), "Fait.", AGENT, now=DEPOT, parametres=parametres())

    assert not demande.is_resolue


def test_a_routing_given_up_by_an_operator_and_a_withdrawal_hold_no_answer_back() -> None:
    for etape in ("router:1", "delivrance_attestation"):
        demande = une_demande("routage_attestation")
        demande.etapes_ignorees = frozenset({etape})
        demande.resolve(uuid4(), "Fait.", AGENT, now=DEPOT, parametres=parametres())
        assert demande.is_resolue
    retiree = une_demande("routage_attestation", "consentement_requis")

    withdraw_consentement(retiree, uuid4(), AGENT, now=DEPOT, parametres=parametres())

    assert retiree.is_resolue


def test_a_reopened_attestation_is_routed_again_from_what_is_known() -> None:
    demande = une_demande("routage_attestation", precisions={"qualite_partenaire": "tuteur"})
    note_registre(demande, False, now=DEPOT)
    decided(demande, MANDATAIRE)
    demande.resolve(uuid4(), "Ci-joint.", AGENT, now=DEPOT, parametres=parametres())

    demande.reopen(AGENT, now=DEPOT, parametres=parametres())

    assert [etape.cle for etape in situation_of(demande, TRAITEMENT, DEPOT).etapes] == ["delivrance_attestation"]
    assert [etape.cle for etape in situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT).etapes] == ["router:2"]
    assert decided(demande, MANDATAIRE) == ("11", Issue.PJ_PARTENAIRE)


def test_an_attestation_left_for_another_motif_stays_closed_when_the_demande_is_reopened() -> None:
    demande = une_demande("routage_attestation")
    requalify(demande, un_motif(motif="autre"), None, AGENT, now=DEPOT, parametres=parametres())
    demande.resolve(uuid4(), "Fait.", AGENT, now=DEPOT, parametres=parametres())

    demande.reopen(AGENT, now=DEPOT, parametres=parametres())

    assert situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT).terminee


def test_what_an_agent_finds_out_routes_again_under_a_new_key() -> None:
    demande = une_demande("routage_attestation")
    note_registre(demande, None, now=DEPOT)
    route(demande, SANS_RIEN, uuid4(), now=DEPOT, parametres=parametres())

    set_faits(demande, AttestationFaits(compte=CompteAmeli.ACCESSIBLE), AGENT, now=DEPOT)

    assert [etape.cle for etape in situation_of(demande, DELIVRANCE_ATTESTATION, DEPOT).etapes] == ["router:2"]
    decision = route(demande, SANS_RIEN, uuid4(), now=DEPOT, parametres=parametres())
    assert decision is not None
    assert texte_of(decision).startswith("L'attestation de droits a été déposée")


def test_a_lapsed_convention_sends_the_attestation_to_the_person_but_not_a_child_s_to_a_parent() -> None:
    lapsed = StructureAttestation(habilitation=HAB, convention_active=False)
    for qualite, ligne, issue in (("tuteur", "11", Issue.ENVOI_ASSURE), ("ase", "O3", Issue.PJ_PARTENAIRE)):
        demande = une_demande("routage_attestation", precisions={"qualite_partenaire": qualite})
        note_registre(demande, False, now=DEPOT)

        decision = route(demande, lapsed, uuid4(), now=DEPOT, parametres=parametres())

        assert decision is not None
        assert (decision.ligne, decision.issue) == (ligne, issue)
