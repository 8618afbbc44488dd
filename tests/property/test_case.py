"""Rules of case that hold for all inputs: the state machine, the calendar, the situation."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.case.domain.delais import RESOLUTION, Delai, Horloge
from services.case.domain.demande import SousEtat, StatutDemande
from services.case.domain.echeances import meet_echeance
from services.case.domain.piece_jointe import EtatPiece, PieceSens
from services.case.domain.publication import join_pieces, note_verdict, publish_pieces
from services.case.domain.situation import TRAITEMENT, situation_of
from tests.unit.case.builders import AGENT, PARTENAIRE, calendrier, parametres, paris, une_demande, une_piece

INSTANTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2027, 12, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001  Hypothesis wants naive bounds
DUREES = st.integers(min_value=0, max_value=20_000).map(lambda minutes: timedelta(minutes=minutes))
CAISSE = calendrier()
REGLAGES = parametres()
PERMIS = {
    StatutDemande.NOUVEAU: {StatutDemande.NOUVEAU, StatutDemande.PRIS_EN_CHARGE, StatutDemande.RESOLU},
    StatutDemande.PRIS_EN_CHARGE: {StatutDemande.PRIS_EN_CHARGE, StatutDemande.RESOLU},
    StatutDemande.RESOLU: {StatutDemande.RESOLU, StatutDemande.PRIS_EN_CHARGE},
}


@given(INSTANTS, DUREES)
@settings(deadline=None)
def test_opening_time_added_is_opening_time_found(depart: datetime, duree: timedelta) -> None:
    fin = CAISSE.add_ouverture(depart, duree)

    assert fin >= depart
    assert CAISSE.ouverture_between(depart, fin) == duree


@given(INSTANTS, st.integers(min_value=1, max_value=30))
@settings(deadline=None)
def test_a_deadline_in_jours_ouvres_falls_at_a_closing_after_the_filing(depart: datetime, jours: int) -> None:
    fin = Delai.parse(f"{jours}j").due(depart, CAISSE)

    assert fin > depart
    assert CAISSE.closing(CAISSE.local_day(fin)) == fin


@given(INSTANTS, st.lists(st.tuples(DUREES, DUREES), max_size=4))
@settings(deadline=None)
def test_the_net_deadline_never_precedes_the_gross_one_which_never_moves(
    depart: datetime, attentes: list[tuple[timedelta, timedelta]]
) -> None:
    horloge = Horloge.start(RESOLUTION, Delai.parse("5j"), depart, CAISSE)
    brute, instant = horloge.brute_le, depart

    for avant, duree in attentes:
        debut = instant + avant
        instant = debut + duree
        horloge.add_suspension(debut, instant, CAISSE)

    assert horloge.brute_le == brute <= horloge.nette_le
    assert CAISSE.ouverture_between(brute, horloge.nette_le) == horloge.suspendu


class LifeOfADemande(RuleBasedStateMachine):
    """C10: whatever people do and whatever falls due, only the listed statuses follow each other, and the process ends."""

    def __init__(self) -> None:
        super().__init__()
        self.now = paris("2026-05-13 11:00")
        self.demande = une_demande(deposee_le=self.now)
        self.statut = self.demande.statut

    def pass_time(self) -> None:
        self.now += timedelta(hours=7)

    @precondition(lambda self: not self.demande.is_resolue)
    @rule()
    def take(self) -> None:
        self.pass_time()
        self.demande.take_in_charge(AGENT, now=self.now, calendrier=CAISSE)

    @precondition(lambda self: not self.demande.is_resolue)
    @rule()
    def ask(self) -> None:
        self.pass_time()
        self.demande.ask(uuid4(), "Question ?", AGENT, now=self.now, parametres=REGLAGES)

    @precondition(lambda self: not self.demande.is_resolue)
    @rule()
    def answer(self) -> None:
        self.pass_time()
        self.demande.answer(uuid4(), "Réponse", PARTENAIRE, has_pieces=False, now=self.now, parametres=REGLAGES)

    @precondition(lambda self: not self.demande.is_resolue)
    @rule()
    def resolve_with_a_file(self) -> None:
        self.pass_time()
        message = self.demande.resolve(uuid4(), "Voici.", AGENT, now=self.now, parametres=REGLAGES)
        join_pieces(self.demande, [une_piece(sens=PieceSens.RECUE, message_id=message.id)], max_fichiers=8, may_send=True)
        publish_pieces(self.demande, self.now, REGLAGES, may_send=True)

    @precondition(lambda self: self.demande.is_resolue)
    @rule()
    def reopen(self) -> None:
        self.pass_time()
        self.demande.reopen(AGENT, now=self.now, parametres=REGLAGES)

    @rule(etat=st.sampled_from([EtatPiece.SAINE, EtatPiece.INFECTEE]))
    def give_verdicts(self, etat: EtatPiece) -> None:
        for piece in self.demande.pieces:
            note_verdict(self.demande, piece.id, etat, "", now=self.now, parametres=REGLAGES, may_send=True)

    @rule()
    def meet_what_is_due(self) -> None:
        situation = situation_of(self.demande, TRAITEMENT, self.now)
        if situation.echeances:
            cle, instant = situation.echeances[0]
            self.now = max(self.now, instant)
            assert meet_echeance(self.demande, cle, uuid4(), now=self.now, parametres=REGLAGES)

    @invariant()
    def statuses_follow_each_other_as_listed(self) -> None:
        assert self.demande.statut in PERMIS[self.statut]
        self.statut = self.demande.statut

    @invariant()
    def the_net_clock_is_timed_exactly_while_it_runs(self) -> None:
        timed = any(cle.startswith("resolution") for cle in self.demande.echeances)
        waits = self.demande.sous_etat in {SousEtat.ATTENTE_PARTENAIRE, SousEtat.RESOLU}
        assert not (timed and waits)

    @invariant()
    def a_finished_demande_asks_nothing(self) -> None:
        situation = situation_of(self.demande, TRAITEMENT, self.now)
        assert situation.terminee == (self.demande.is_resolue and not situation.echeances and not situation.etapes)


TestLifeOfADemande = LifeOfADemande.TestCase
TestLifeOfADemande.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
