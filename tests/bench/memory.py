"""A1, D7: the memory that uploads leave in the processes they pass through, in megabytes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx2
import psutil

from deploy.story.programs import PartnerProgram
from services.attachment.domain.formats import TAILLE_MAX_OCTETS
from tests.e2e.recits import TECHNICIEN
from tests.integration.support import RunningStack

PROCESSUS: Final = ("gateway", "attachment")
_MEGABYTE: Final = 1_000_000
_AT_ONCE: Final = 8
_TABLEAU: Final = b"jour;montant\n".ljust(TAILLE_MAX_OCTETS, b"1")


@dataclass(frozen=True, slots=True)
class Croissance:
    """How much larger each process was after the acts than before, in megabytes; `visee`: at most, all together."""

    cible: str
    quoi: str
    par_processus: dict[str, float]
    visee: float

    @property
    def total(self) -> float:
        """All processes together."""
        return sum(self.par_processus.values())


async def measure_memory(stack: RunningStack) -> list[Croissance]:
    """Refused one after the other in small groups, then accepted all at once."""
    async with PartnerProgram.signed_in(stack.url("gateway"), TECHNICIEN) as partenaire:

        async def send(contenu: bytes) -> None:
            answer = await partenaire.client.post("/api/v1/pieces-jointes", files={"fichier": ("releve.csv", contenu)})
            assert answer.status_code == (httpx2.codes.CREATED if contenu is _TABLEAU else httpx2.codes.UNPROCESSABLE_ENTITY)

        async def refused(fois: int) -> None:
            for _ in range(fois):
                await asyncio.gather(*(send(_TABLEAU + b"2") for _ in range(_AT_ONCE)))

        async def accepted() -> None:
            await asyncio.gather(*(send(_TABLEAU) for _ in range(100)))

        await refused(2)  # warm: what the first requests allocate stays
        return [
            Croissance("A1", "40 envois trop gros, refusés", await _growth(stack, lambda: refused(5)), 20),
            Croissance("D7", "100 envois de 5 Mo à la fois", await _growth(stack, accepted), 300),
        ]


async def _growth(stack: RunningStack, act: Callable[[], Awaitable[None]]) -> dict[str, float]:
    before = {name: _resident(stack, name) for name in PROCESSUS}
    await act()
    return {name: (_resident(stack, name) - before[name]) / _MEGABYTE for name in PROCESSUS}


def _resident(stack: RunningStack, name: str) -> int:
    pid = int(stack.supervisor.states()[stack.supervisor.full_name(name)]["pid"])
    return int(psutil.Process(pid).memory_info().rss)
