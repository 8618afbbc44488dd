"""`python -m tests.bench`: the house at rest, every first ratio in one run, what a demande costs; tables, and the same as JSON."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.programs import MEMORY_BOUNDS
from deploy.local.readiness import http
from tests.bench.accepting import measure_accepting
from tests.bench.cost import measure_cost
from tests.bench.frame import Cadence, Machine, Ratio, observed
from tests.bench.idling import VISEE_PCT, Repos, measure_idling
from tests.bench.memory import PROCESSUS, Croissance, measure_memory
from tests.bench.processing import measure_processing
from tests.bench.uploading import measure_uploading
from tests.integration.support import RunningStack, wait_for

_REPORT = Path(__file__).parents[2] / "test-results" / "bench.json"


@contextmanager
def _without_rate_limits(stack: RunningStack) -> Iterator[None]:
    """The door measured, not its doorkeeper: the gateway runs with limits that a bench does not reach, then with its own again."""
    own = stack.environment("gateway")
    unlimited = {f"GATEWAY_RATE_{what}": "1000000/minute" for what in ("READS", "WRITES", "SIGN_IN")}
    _restart_gateway(stack, own | unlimited)
    try:
        yield
    finally:
        _restart_gateway(stack, own)


def _restart_gateway(stack: RunningStack, environment: dict[str, str]) -> None:
    stack.secrets.write_env("gateway", MEMORY_BOUNDS | environment)
    stack.supervisor.restart("gateway")
    asyncio.run(wait_for(lambda: http(f"{stack.url('gateway')}/readyz") is None))


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: the house at rest, ratios, the latencies of the door, CPU seconds by group, memory left behind."""

    repos: Repos
    rapports: list[Ratio]
    porte: Cadence
    cout: dict[str, float]
    memoire: list[Croissance]

    def as_json(self) -> dict[str, object]:
        """For programs and for comparing runs."""
        return {
            "repos_pct": {name: round(pct, 2) for name, pct in self.repos.pct.items()},
            "reveil_nu_ms": round(self.repos.tick_ms, 2),
            "rapports": {f"{ratio.cible} {ratio.quoi}": round(ratio.valeur, 3) for ratio in self.rapports},
            "cout_s": {group: round(seconds, 4) for group, seconds in self.cout.items()},
            "memoire_mo": {f"{croissance.cible} {croissance.quoi}": round(croissance.total) for croissance in self.memoire},
        }


async def _measure(stack: RunningStack, repos: Repos) -> Figures:
    accepting, door = await measure_accepting(stack, seconds=10)
    ratios = [accepting, *await measure_processing(stack, demandes=60), await measure_uploading(stack, rounds=3)]
    return Figures(repos, ratios, door, await measure_cost(stack, demandes=20), await measure_memory(stack))


def _show(figures: Figures, machine: Machine) -> None:
    console = Console(width=120)
    console.print(_idling(figures.repos))
    console.print(_ratios(figures.rapports))
    p50, p95, p99 = (figures.porte.quantile(part) * 1000 for part in (0.5, 0.95, 0.99))
    console.print(f"à la porte : p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms")
    console.print(_costs(figures.cout))
    console.print(_memory(figures.memoire))
    charge = f"charge {machine.charge_avant:.2f} avant et {machine.charge_apres:.2f} après"
    console.print(f"{machine.coeurs} cœurs, {charge}, temps volé {machine.vol_pct:.1f} %")


def _idling(repos: Repos) -> Table:
    table = Table("D10 : au repos", f"% d'un cœur (visé ≤ {VISEE_PCT:.0f})")
    for name, pct in sorted(repos.pct.items(), key=itemgetter(1), reverse=True):
        table.add_row(name, f"{pct:.2f}")
    table.add_row("total", f"{repos.total:.2f}", style="bold")
    table.caption = f"{repos.reveils:.0f} réveils par seconde ; un réveil nu d'asyncio coûte ici {repos.tick_ms:.2f} ms"
    return table


def _ratios(ratios: list[Ratio]) -> Table:
    table = Table("cible", "mesure", "nous", "brut", "rapport", "visé")
    for ratio in ratios:
        figures = [f"{figure:.1f} {ratio.unite}" for figure in (ratio.nous, ratio.brut)]
        table.add_row(ratio.cible, ratio.quoi, *figures, f"{ratio.valeur:.2f}", f"≥ {ratio.visee:.2f}")
    return table


def _costs(cout: dict[str, float]) -> Table:
    table = Table("une demande (deux fichiers, réponse avec fichier, téléchargée)", "s de processeur")
    for group, seconds in cout.items():
        table.add_row(group, f"{seconds:.3f}")
    table.add_row("total", f"{sum(cout.values()):.3f}", style="bold")
    return table


def _memory(memoire: list[Croissance]) -> Table:
    table = Table("cible", "mémoire gardée après", *PROCESSUS, "visé en tout")
    for croissance in memoire:
        parts = [f"{croissance.par_processus[name]:+.0f} Mo" for name in PROCESSUS]
        table.add_row(croissance.cible, croissance.quoi, *parts, f"≤ {croissance.visee:.0f} Mo")
    return table


def main() -> None:
    """Measure on the running stack; no pass, no fail: figures, with the machine's load."""
    stack = RunningStack.find()
    if stack is None:
        message = "No stack runs: start one (`make up`) and name its folder in EP_TEST_STACK."
        raise SystemExit(message)
    with observed() as told:
        repos = asyncio.run(measure_idling(stack, settled=30, seconds=60))
        with _without_rate_limits(stack):
            figures = asyncio.run(_measure(stack, repos))
    machine = told[0]
    _show(figures, machine)
    _REPORT.parent.mkdir(exist_ok=True)
    taken = {
        "le": datetime.now(UTC).isoformat(timespec="seconds"),
        "charge": [machine.charge_avant, machine.charge_apres, machine.vol_pct],
    }
    _REPORT.write_text(json.dumps(taken | figures.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
