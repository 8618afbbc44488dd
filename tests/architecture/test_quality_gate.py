"""The gate of every commit: lint, format and types, with the settings of this repository."""

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["lint", "format", "types"],
)
def test_the_whole_house_passes(command: list[str]) -> None:
    told = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)

    assert told.returncode == 0, (told.stdout + told.stderr)[-6000:]
