"""C9: the engine's database thrown away. Every open demande is rebuilt from its number alone, and ends in the same state."""

import subprocess
import sys

import pytest

from deploy.local import temporal
from deploy.local.layout import REPOSITORY
from tests.e2e.recits import RESOLUTION, file_two_pieces, scene, unique_person
from tests.integration.support import DEADLINE, RunningStack, wait_for

pytestmark = pytest.mark.timeout(300)


async def test_c9_a_demande_is_rebuilt_from_its_number_after_the_engine_lost_its_database(stack: RunningStack) -> None:
    async with scene(stack) as joue:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.files_in(numero, ["saine", "saine"])
        await joue.agent.take_in_charge(numero)

        stack.supervisor.stop_process("temporal")
        for lost in stack.layout.data.glob("temporal.db*"):
            lost.unlink()
        stack.supervisor.start_process("temporal")
        await wait_for(lambda: _answers(stack), deadline=DEADLINE * 3)
        for process in ("workflows", "activities"):  # their pollers spoke to a namespace that was gone
            stack.supervisor.restart(process)
        told = await wait_for(lambda: _rebuilt(stack), deadline=DEADLINE * 4)

        await joue.agent.resolve(numero, "Dossier complet.", RESOLUTION)
        resolue = await joue.files_in(numero, ["disponible"], sens="recue")
        shown = _ep(stack, "workflow", "show", numero).stdout

    assert "started again" in told
    assert resolue.statut == "RESOLU"
    assert numero in shown


async def _answers(stack: RunningStack) -> bool:
    try:
        await temporal.apply_namespace(temporal.address(stack.layout))
    except (RuntimeError, OSError):
        return False
    return True


def _rebuilt(stack: RunningStack) -> str:
    told = _ep(stack, "workflow", "rebuild", "--all")
    return told.stdout if told.returncode == 0 else ""


def _ep(stack: RunningStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"EP_STACK_DIR": str(stack.layout.root), "PATH": "/usr/bin:/bin", "HOME": "/tmp"}  # noqa: S108 — nothing is kept there
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments], capture_output=True, text=True, cwd=REPOSITORY, env=environment, check=False
    )
