"""The one loop of every process of a demande: look, show, start what is asked, sleep, meet what is due; again.

Level-triggered (temporal §1.2): no state is carried, so a signal lost, doubled or out of order does no harm, and a run
can be started again from its number alone.
"""

from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from shared.contracts.situation import Echeance, Processus, Situation
from shared.contracts.workflows import DemandeInput, Issue
from workflows.definitions import affichage, etapes
from workflows.definitions.echeances import Minuterie, key_of
from workflows.definitions.enfants import Enfants
from workflows.definitions.exploitation import Exploitable
from workflows.definitions.suivi import reason_of

_LONG_HISTORY = 1500  # events: 0.7 s of replay (temporal §1.5)
_PAUSE_WHEN_UNREADABLE = timedelta(minutes=15)
_LECTURE = "lecture"


class ProcessusDemande(Exploitable):
    """A process over one demande. Its classes differ by what case answers them, not by what they do with it."""

    processus: ClassVar[Processus]

    @workflow.init
    def __init__(self, entree: DemandeInput) -> None:
        super().__init__(entree)
        self._minuterie = Minuterie()
        self._enfants = Enfants()

    async def live(self) -> Issue:
        """Follow the record until it says that the process is over."""
        while True:
            if self._stale:
                await self._look()
            await self._enfants.tell(self._situation)
            self._start_etapes()
            self._show()
            if self._is_over():
                await workflow.wait_condition(workflow.all_handlers_finished)
                if not self._stale:
                    return Issue(issue=self._situation.issue or "")
                continue
            if self._can_continue_as_new():
                workflow.continue_as_new(DemandeInput(numero=self._situation.numero))
            await self._sleep()
            self._collect()

    async def _look(self) -> None:
        """Read the record; when it cannot be read, ask for an operator and try again later."""
        while True:
            self._stale = False  # before the read: a signal during it must not be missed
            try:
                self._situation = await etapes.read_situation(self._situation, self.processus)
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
                self._suivi.failures[_LECTURE] = reason_of(error)
            else:
                self._suivi.keep_failures(self._asked())
                return
            self._show()
            with suppress(TimeoutError):  # not told to look again: try by ourselves
                await workflow.wait_condition(lambda: self._stale, timeout=_PAUSE_WHEN_UNREADABLE, timeout_summary=_LECTURE)

    def _asked(self) -> frozenset[str]:
        demandees = [etape.cle for etape in self._situation.etapes]
        return frozenset([*demandees, *(key_of(echeance) for echeance in self._situation.echeances)])

    def _start_etapes(self) -> None:
        if self._situation.suspendu:
            return
        for etape in self._situation.etapes:
            if self._suivi.is_startable(etape.cle, etape.ids):
                self._suivi.start(etape.cle, etapes.perform(etape, self._situation, self._enfants), etape.ids)

    async def _sleep(self) -> None:
        """Until told to look again, until a step ends, or until the earliest deadline, which is then met."""
        self._minuterie.arm(self._prochaine(), workflow.now())
        await workflow.wait_condition(lambda: self._stale or self._suivi.has_finished() or self._minuterie.rings())
        if self._minuterie.rings():
            self._minuterie.disarm()
            self._meet_echeances()

    def _prochaine(self) -> Echeance | None:
        attendues = self._minuterie.waiting(self._situation, self._suivi.busy)
        return attendues[0] if attendues else None

    def _meet_echeances(self) -> None:
        """Meet every deadline that fell due, each as a step of its own: a slow one holds nothing back."""
        now = workflow.now()
        for echeance in self._minuterie.waiting(self._situation, self._suivi.busy):
            if self._minuterie.instant_of(echeance) > now:
                return
            self._suivi.start(key_of(echeance), etapes.meet_echeance(echeance, self._situation, self.processus))

    def _collect(self) -> None:
        """Take the situation a step brought back instead of reading it again, unless something newer is known."""
        echeances = {key_of(echeance) for echeance in self._situation.echeances}
        for fin in self._suivi.collect():
            if fin.cle in echeances:
                self._minuterie.note_met(fin.cle, workflow.now())
            elif not fin.suite.repeatable:
                self._suivi.note_ended(fin.cle)
            self._stale = self._stale or fin.suite.look_again
            if fin.suite.situation is not None:
                self._take(fin.suite.situation)

    def _take(self, situation: Situation) -> None:
        if situation.version >= self._situation.version:
            self._situation = situation
            self._suivi.keep_failures(self._asked())
        else:
            self._stale = True

    def _show(self) -> None:
        failures = self._suivi.failures
        if self.processus is Processus.TRAITEMENT:
            affichage.show_attributs(self._situation, failures)
        else:
            affichage.show_intervention(bool(failures))
        workflow.set_current_details(affichage.details(self._situation, self.processus, self._prochaine(), self._suivi.running, failures))

    def _is_over(self) -> bool:
        return self._situation.terminee and not self._suivi.busy

    def _can_continue_as_new(self) -> bool:
        """Never while a step or a child runs, nor inside an operator's act: their ends would be lost."""
        info = workflow.info()
        is_long = info.is_continue_as_new_suggested() or info.get_current_history_length() >= _LONG_HISTORY
        return is_long and not self._suivi.running and not self._stale and workflow.all_handlers_finished()
