"""A turn, a pause, the next turn: what every periodic component of the house stands on."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import structlog

from shared.kernel.errors import DependencyUnavailableError
from shared.plumbing import rounds
from shared.plumbing.rounds import Rounds, pause, unless

PATIENCE_S = 5
A_DAY = timedelta(days=1)
A_BLINK = timedelta(milliseconds=1)
Ending = bool | Exception | None


class Acts:
    """Counts its turns; each ends as the test wants, the last way for all that follow."""

    def __init__(self, *endings: Ending) -> None:
        self.turns, self._endings = 0, endings or (None,)

    async def __call__(self) -> bool | None:
        """One turn."""
        ending = self._endings[min(self.turns, len(self._endings) - 1)]
        self.turns += 1
        if isinstance(ending, Exception):
            raise ending
        return ending

    async def reach(self, turns: int) -> None:
        """Wait for this many turns. Raises: TimeoutError."""
        async with asyncio.timeout(PATIENCE_S):
            while self.turns < turns:  # noqa: ASYNC110 - a level of the component, which tells nobody
                await asyncio.sleep(0)


async def run_until(acts: Acts, turns: int, component: Rounds) -> None:
    """Run until so many turns were played, then tell it to stop: it must, whatever it was waiting for."""
    stop = asyncio.Event()
    task = asyncio.create_task(component.run(stop))
    await acts.reach(turns)
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


async def test_the_first_turn_comes_at_once_and_a_stop_ends_the_longest_pause() -> None:
    acts = Acts()

    await run_until(acts, 1, Rounds("essai", A_DAY, acts))

    assert acts.turns == 1


async def test_a_turn_follows_each_period() -> None:
    acts = Acts()

    await run_until(acts, 3, Rounds("essai", A_BLINK, acts))

    assert acts.turns >= 3


async def test_more_that_waits_is_taken_without_a_pause() -> None:
    acts = Acts(True, True, False)

    await run_until(acts, 3, Rounds("essai", A_DAY, acts))

    assert acts.turns == 3


async def test_a_hint_ends_the_pause() -> None:
    acts, hint, stop = Acts(), asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(Rounds("essai", A_DAY, acts, hint=hint).run(stop))
    await acts.reach(1)

    hint.set()

    await acts.reach(2)
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)
    assert acts.turns == 2


async def test_a_hint_given_during_a_turn_is_not_lost() -> None:
    hint, turns = asyncio.Event(), 0

    async def act() -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            hint.set()
        else:
            stop.set()

    stop = asyncio.Event()
    await asyncio.wait_for(Rounds("essai", A_DAY, act, hint=hint).run(stop), PATIENCE_S)

    assert turns == 2


async def test_a_dependency_that_is_down_is_told_and_tried_at_the_next_turn() -> None:
    acts = Acts(DependencyUnavailableError("PostgreSQL", "run a transaction"), None)

    with structlog.testing.capture_logs() as logs:
        await run_until(acts, 2, Rounds("essai", A_BLINK, acts, delayed="essai_delayed"))

    assert logs == [
        {"event": "essai_delayed", "log_level": "warning", "component": "essai", "dependency": "PostgreSQL", "act": "run a transaction"}
    ]


@pytest.mark.parametrize(
    ("period", "rests"),
    [(timedelta(seconds=10), [10.0, 10.0, 0.0, 10.0]), (A_DAY, [300.0, 86400.0, 0.0, 86400.0])],
    ids=["often", "daily"],
)
async def test_a_delayed_turn_of_rare_rounds_is_played_again_soon(
    monkeypatch: pytest.MonkeyPatch, period: timedelta, rests: Sequence[float]
) -> None:
    """A purge of the day is not put off to the next one because a database was starting."""
    acts, stop, rested = Acts(DependencyUnavailableError("S3", "list objects"), None, True, None), asyncio.Event(), list[float]()
    monkeypatch.setattr(rounds, "pause", _remember(rested, stop, len(rests)))

    await Rounds("essai", period, acts).run(stop)

    assert rested == rests


def _remember(rested: list[float], stop: asyncio.Event, enough: int) -> Callable[..., object]:
    async def remember(_stop: asyncio.Event, seconds: float, _hint: asyncio.Event | None = None) -> None:
        rested.append(seconds)
        if len(rested) == enough:
            stop.set()

    return remember


async def test_a_bug_goes_up_to_the_supervisor() -> None:
    acts = Acts(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        await Rounds("essai", A_DAY, acts).run(asyncio.Event())


async def test_a_pause_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()

    await pause(asyncio.Event(), 0, asyncio.Event())
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == before


async def test_work_that_ends_first_gives_what_it_found() -> None:
    async def work() -> str:
        return "trouvé"

    assert await unless(work(), asyncio.Event()) == "trouvé"


async def test_work_is_cut_short_when_told_to_stop_and_has_ended() -> None:
    stop, began, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> str:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "jamais"

    waiting = asyncio.create_task(unless(work(), asyncio.Event(), stop))
    await began.wait()
    stop.set()

    assert await waiting is None
    assert ended.is_set()


async def test_work_that_fails_fails_whoever_waits() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await unless(work(), asyncio.Event())
