"""D12: what one demande's whole life costs, in CPU seconds per process: filed with two files, taken, answered with a file, downloaded."""

import asyncio
from collections.abc import Mapping

from tests.bench.frame import cpu_by_process
from tests.e2e.recits import AGENT, RESOLUTION, TECHNICIEN, Scene, file_two_pieces, scene, unique_person
from tests.integration.support import RunningStack, wait_for

_AT_ONCE = 6
_LOOK_EVERY_S = 0.5  # a look costs as much as an act: people look rarely
# Which processes make one line of the table.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "moteur (Temporal)": ("temporal",),
    "base (PostgreSQL)": ("postgres",),
    "bus (NATS)": ("nats",),
    "processus (workflows)": ("workflows",),
    "étapes (activities)": ("activities",),
    "services (Python)": ("gateway", "intake", "attachment", "case", "directory", "notification"),
    "antivirus (clamd)": ("clamd",),
    "objets (S3)": ("object-store",),
}


async def measure_cost(stack: RunningStack, *, demandes: int) -> dict[str, float]:
    """CPU seconds a demande, by group, in the order of GROUPS."""
    async with scene(stack, TECHNICIEN, AGENT) as joue:
        await _live(joue)  # warm
        before = cpu_by_process(stack)
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one() -> None:
            async with slots:
                await _live(joue)

        await asyncio.gather(*(one() for _ in range(demandes)))
        after = cpu_by_process(stack)
    return {group: sum(after.get(name, 0.0) - before.get(name, 0.0) for name in names) / demandes for group, names in GROUPS.items()}


async def _live(joue: Scene) -> None:
    numero = (await file_two_pieces(joue, unique_person())).numero
    await joue.files_in(numero, ["saine", "saine"], every=_LOOK_EVERY_S)
    await joue.agent.take_in_charge(numero)
    await joue.agent.resolve(numero, "Votre dossier est complet.", RESOLUTION)
    dossier = await joue.files_in(numero, ["disponible"], sens="recue", every=_LOOK_EVERY_S)
    (piece,) = [piece for piece in dossier.pieces if piece.sens == "recue"]
    await wait_for(lambda: joue.downloaded(piece.id), every=_LOOK_EVERY_S)
