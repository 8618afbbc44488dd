"""D10: what the house uses of one core while nobody does anything, beside what this machine charges for a bare wake-up."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.bench.frame import cpu_by_process, family
from tests.integration.support import RunningStack

VISEE_PCT: Final = 10.0
_TICK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Repos:
    """Per process, in percent of one core; `reveils`: of the whole house, a second; `tick_ms`: CPU of a bare one, in the same minute."""

    pct: dict[str, float]
    reveils: float
    tick_ms: float

    @property
    def total(self) -> float:
        """The whole house."""
        return sum(self.pct.values())


async def measure_idling(stack: RunningStack, *, settled: float, seconds: float) -> Repos:
    """Leave the house alone for `settled` seconds, then watch it for `seconds`."""
    await asyncio.sleep(settled)
    used, woken = cpu_by_process(stack), _wake_ups(stack)
    ticks, spent = 0, time.process_time()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await asyncio.sleep(_TICK_S)
        ticks += 1
    spent = time.process_time() - spent
    after = cpu_by_process(stack)
    pct = {name: 100 * (after[name] - before) / seconds for name, before in used.items()}
    return Repos(pct, (_wake_ups(stack) - woken) / seconds, 1000 * spent / ticks)


def _wake_ups(stack: RunningStack) -> int:
    return sum(_switches(process) for processes in family(stack).values() for process in processes)


def _switches(process: psutil.Process) -> int:
    """Of all its threads: psutil counts those of the first alone."""
    return sum(
        int(line.split()[1])
        for thread in process.threads()
        for line in Path(f"/proc/{process.pid}/task/{thread.id}/status").read_text(encoding="ascii", errors="replace").splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )
