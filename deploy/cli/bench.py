"""`ep bench`: measure against raw components, on the running stack."""

import os
import subprocess
import sys

import typer

from deploy.local.layout import REPOSITORY, Layout

app = typer.Typer(invoke_without_command=True)


@app.callback()
def bench() -> None:
    """Ratios against raw components in the same run, and what a demande costs. Figures only: no pass, no fail."""
    environment = os.environ | {"EP_TEST_STACK": str(Layout.from_environment().root)}
    raise typer.Exit(subprocess.run([sys.executable, "-m", "tests.bench"], cwd=REPOSITORY, env=environment, check=False).returncode)
