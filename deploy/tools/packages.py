"""What the distribution brings, through apt-get: at once as root, through sudo where there is one, else by hand."""

import os
import shutil
import subprocess
import sys

from deploy.tools.console import ToolError, say

_LOCK_OPTION = "DPkg::Lock::Timeout=300"


def install_packages(names: list[str]) -> None:
    """Install these packages.

    Raises: ToolError with the exact line to run, when this user may not, or when apt-get fails.
    """
    line = f"apt-get install --yes --no-install-recommends {' '.join(names)}"
    if shutil.which("apt-get") is None:
        message = f"Install by hand, at the versions of deploy/tools/manifest.toml: {', '.join(names)} (there is no apt-get here)."
        raise ToolError(message)
    prefix = _privilege()
    if prefix is None:
        message = f"Some packages are missing. Run this once, then start again:\n\n    sudo {line}\n"
        raise ToolError(message)
    say(f"packages: {line} (about half a minute)")
    environment = {"DEBIAN_FRONTEND": "noninteractive", "PATH": os.environ["PATH"]}
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", _LOCK_OPTION]
    subprocess.run([*command, "-qq", "update"], env=environment, capture_output=True, check=False)
    answer = subprocess.run([*command, *line.split()[1:]], env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        message = f"apt-get failed: {answer.stderr.strip()[-600:]}\nRun it by hand, then start again:\n\n    sudo {line}\n"
        raise ToolError(message)


def _privilege() -> list[str] | None:
    """What to put before the command: nothing as root, sudo where it may ask or needs not to, None otherwise."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if sys.stdin.isatty():
        return [sudo]
    silent = subprocess.run([sudo, "--non-interactive", "true"], capture_output=True, check=False).returncode == 0
    return [sudo, "--non-interactive"] if silent else None
