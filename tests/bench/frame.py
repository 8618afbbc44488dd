"""The frame of every measure: a ratio against a raw component in the same run, told with the machine's load (trust §5, §8)."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil

from tests.integration.support import RunningStack


@dataclass(frozen=True, slots=True)
class Ratio:
    """One target of trust §7, measured: ours and the raw component's, per second, in the same run."""

    cible: str
    quoi: str
    nous: float
    brut: float
    unite: str
    visee: float

    @property
    def valeur(self) -> float:
        """Ours over raw; 0 when the raw side measured nothing."""
        return self.nous / self.brut if self.brut else 0.0


@dataclass(slots=True)
class Cadence:
    """How many acts a second, and the latencies behind them (seconds, sorted)."""

    par_seconde: float
    latences: list[float] = field(default_factory=list)

    def quantile(self, part: float) -> float:
        """The latency below which this part of the acts stayed."""
        return self.latences[min(int(len(self.latences) * part), len(self.latences) - 1)] if self.latences else 0.0


async def pace(act: Callable[[int], Awaitable[object]], *, seconds: float, at_once: int) -> Cadence:
    """Repeat an act from `at_once` sides for that long; each call gets a number of its own."""
    ends, numbers, latences = time.perf_counter() + seconds, count(), list[float]()

    async def side() -> None:
        while time.perf_counter() < ends:
            began = time.perf_counter()
            await act(next(numbers))
            latences.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(side() for _ in range(at_once)))
    return Cadence(len(latences) / (time.perf_counter() - began), sorted(latences))


@dataclass(frozen=True, slots=True)
class Machine:
    """What else the machine was doing: without it a figure says nothing."""

    coeurs: int
    charge_avant: float
    charge_apres: float
    vol_pct: float


@contextmanager
def observed() -> Iterator[list[Machine]]:
    """Watch the machine during a run; the list holds one Machine once the block is left."""
    told: list[Machine] = []
    load, began = os.getloadavg()[0], _cpu_times()
    yield told
    ended = _cpu_times()
    total = sum(ended) - sum(began)
    told.append(Machine(os.cpu_count() or 1, load, os.getloadavg()[0], 100 * (ended[7] - began[7]) / total if total else 0.0))


def _cpu_times() -> list[int]:
    return [int(part) for part in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]


def family(stack: RunningStack) -> dict[str, list[psutil.Process]]:
    """Each supervised process that runs, with its children."""
    running = {full.partition(":")[2]: int(info["pid"]) for full, info in stack.supervisor.states().items() if int(info["pid"])}
    return {name: [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)] for name, pid in running.items()}


def cpu_by_process(stack: RunningStack) -> dict[str, float]:
    """CPU seconds each supervised process has used since it started, its children included."""
    return {name: sum(_used(process) for process in processes) for name, processes in family(stack).items()}


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
