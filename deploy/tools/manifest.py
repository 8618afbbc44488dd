"""The pinned tools: what `manifest.toml` says, typed.

Standard library only: this package runs before the environment exists.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MANIFEST = HERE / "manifest.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoToolchain:
    """Which Go builds the binaries, and the wheel that brings it where the machine has none."""

    minimum: str
    wheel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A server distributed as one executable, built here when no release can be reached."""

    name: str
    version: str
    version_arguments: tuple[str, ...]
    accepts: str
    build_takes: str
    release: str
    sums: str
    arch: dict[str, str]
    embeds: str = ""  # text inside the executable that tells the version as well

    @property
    def module(self) -> Path:
        """The folder whose go.mod and go.sum pin the build."""
        return HERE / self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A part taken from the distribution. It is there when its executable, its library or its file is."""

    name: str
    packages: tuple[str, ...]
    why: str
    executable: str = ""
    aliases: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    version_arguments: tuple[str, ...] = ()
    accepts: str = ""
    library: str = ""
    files: str = ""
    tests_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything pinned, in the order of the file."""

    go: GoToolchain
    binaries: tuple[Binary, ...]
    packages: tuple[Package, ...]

    def binary(self, name: str) -> Binary:
        """The binary of that name (KeyError: the manifest does not know it)."""
        return {binary.name: binary for binary in self.binaries}[name]

    def package(self, name: str) -> Package:
        """The package of that name (KeyError: the manifest does not know it)."""
        return {package.name: package for package in self.packages}[name]


def load_manifest(path: Path = MANIFEST) -> Manifest:
    """Read the manifest; lists become tuples, so that nothing changes it afterwards."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Manifest(
        go=GoToolchain(**content["go"]),
        binaries=tuple(Binary(**_frozen(entry)) for entry in content["binary"]),
        packages=tuple(Package(**_frozen(entry)) for entry in content["package"]),
    )


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
