"""Where the tools are: PATH at the right version, then the user cache, then the distribution's places."""

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from deploy.tools.console import ToolError
from deploy.tools.manifest import Binary, Package, load_manifest

_PROBE_SECONDS = 20


def cache_dir() -> Path:
    """The user cache; `EP_CACHE_DIR` moves it (tests of the installation use their own)."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "espace-partenaires"
    return Path(os.environ.get("EP_CACHE_DIR") or default)


def bin_dir() -> Path:
    """Where built or downloaded executables are kept."""
    return cache_dir() / "bin"


def version_of(executable: Path, arguments: tuple[str, ...]) -> str:
    """What the executable says of itself; empty when it cannot be run."""
    try:
        answer = subprocess.run([executable, *arguments], capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return f"{answer.stdout}\n{answer.stderr}".strip()


def find_binary(binary: Binary) -> Path | None:
    """The executable at an accepted version, PATH before the cache."""
    on_path = shutil.which(binary.name)
    places = ([Path(on_path)] if on_path else []) + [bin_dir() / binary.name]
    return next((place for place in places if place.exists() and _is(binary, place)), None)


def find_package(package: Package) -> str | None:
    """Where the part of the distribution is, or None."""
    if package.library:
        return package.library if _loads(package.library) else None
    if package.files:
        root = Path("/")
        return next((str(path) for path in root.glob(package.files.lstrip("/"))), None)
    for executable in _candidates(package):
        if not package.accepts or _accepted(executable, package.version_arguments, package.accepts):
            return str(executable.resolve())
    return None


def tool_path(name: str) -> Path:
    """The executable a process of the stack is started with.

    Raises: ToolError, when it is not installed.
    """
    manifest = load_manifest()
    if name in {binary.name for binary in manifest.binaries}:
        found: Path | str | None = find_binary(manifest.binary(name))
    else:
        found = find_package(manifest.package(name))
    if found is None:
        message = f"{name} is not installed: run `ep tools install`."
        raise ToolError(message)
    return Path(found)


def _candidates(package: Package) -> Iterator[Path]:
    for name in (package.executable, *package.aliases):
        if on_path := shutil.which(name):
            yield Path(on_path)
    folders = (folder for pattern in package.places for folder in Path("/").glob(pattern.lstrip("/")))
    for folder in sorted(folders, key=_newest_first):
        if (executable := folder / package.executable).exists():
            yield executable


def _newest_first(folder: Path) -> int:
    versions = re.findall(r"\d+", str(folder))
    return -int(versions[0]) if versions else 0


def _is(binary: Binary, executable: Path) -> bool:
    if _accepted(executable, binary.version_arguments, binary.accepts):
        return True
    return bool(binary.embeds) and binary.embeds.encode() in executable.read_bytes()


def _accepted(executable: Path, arguments: tuple[str, ...], pattern: str) -> bool:
    return re.search(pattern, version_of(executable, arguments)) is not None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
