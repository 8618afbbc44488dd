"""What a stack was given and from which files: it is given again when they change, since asking everybody each time costs seconds."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


class Marks:
    """One JSON file in the stack's folder: name → digest of the files that made it."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path

    def holds(self, name: str, digest: str) -> bool:
        """Whether this was given last."""
        return self._read().get(name) == digest

    def keep(self, given: dict[str, str]) -> None:
        """Note what has just been given."""
        self._path.write_text(json.dumps(self._read() | given, indent=1), encoding="utf-8")

    def _read(self) -> dict[str, str]:
        marks: dict[str, str] = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        return marks


def digest(folders: Iterable[Path]) -> str:
    """Of the names and contents of every source and data file below these folders."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".yaml", ".json"})
    return hashlib.sha256(b"".join(str(file).encode() + file.read_bytes() for file in files)).hexdigest()
