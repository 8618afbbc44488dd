"""A binary from its project's own release, checked against the sums of that release.

Many places cannot reach it: the first connection decides within five seconds, and the next source is tried.
"""

import hashlib
import http.client
import io
import platform
import tarfile
import urllib.request
from pathlib import Path

from deploy.tools.manifest import Binary

_CONNECT_SECONDS = 5


def download_release(binary: Binary, target: Path) -> str | None:
    """Put the release's executable at `target`. Returns why it could not, or None when done."""
    arch = binary.arch.get(platform.machine())
    if arch is None or platform.system() != "Linux":
        return f"no release archive known for {platform.system()} {platform.machine()}"
    url = binary.release.format(arch=arch)
    try:
        sums = _fetch(binary.sums).decode("ascii", "replace")
        archive = _fetch(url)
    except (OSError, http.client.HTTPException) as error:  # the second: an answer cut in the middle
        return f"its release cannot be reached ({error})"
    if hashlib.sha256(archive).hexdigest() != _expected_sum(sums, url.rsplit("/", 1)[1]):
        return "its release archive does not have the sum that its release announces"
    return _extract(archive, binary.name, target)


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=_CONNECT_SECONDS) as answer:  # noqa: S310 - https addresses of the manifest
        return bytes(answer.read())


def _expected_sum(sums: str, name: str) -> str:
    lines = (line.split() for line in sums.splitlines())
    return next((parts[0] for parts in lines if len(parts) >= 2 and parts[-1].lstrip("*") == name), "")


def _extract(archive: bytes, name: str, target: Path) -> str | None:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        member = next((one for one in tar.getmembers() if one.isfile() and Path(one.name).name == name), None)
        content = tar.extractfile(member) if member else None
        if content is None:
            return f"its release archive holds no {name}"
        part = target.with_suffix(".part")
        part.write_bytes(content.read())
    part.chmod(0o755)
    part.replace(target)
    return None
