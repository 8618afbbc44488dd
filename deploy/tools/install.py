"""Find every tool, install what is missing: long builds first, everything else beside them.

A file lock in the cache makes a second installation wait for the first.
"""

import fcntl
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from deploy.tools.console import ToolError, say
from deploy.tools.find import bin_dir, cache_dir, find_binary, find_package, version_of
from deploy.tools.golang import build, build_environment, find_go
from deploy.tools.java_test_server import install_test_server
from deploy.tools.manifest import Binary, Manifest, Package, load_manifest
from deploy.tools.packages import install_packages
from deploy.tools.release import download_release


def install_tools(*, tests: bool, java: bool) -> None:
    """Bring everything the stack needs; with `tests`, the tests' browser; with `java`, the time-skipping server.

    Raises: ToolError, with everything that is missing and what to do by hand.
    """
    manifest = load_manifest()
    with _only_one_installation(), ThreadPoolExecutor(max_workers=3) as pool:
        steps: list[Future[None]] = [
            pool.submit(_install_binaries, manifest),
            pool.submit(_install_packages, [one for one in manifest.packages if tests or not one.tests_only]),
        ]
        if java:
            steps.append(pool.submit(_install_java))
        refusals = [str(error) for error in (step.exception() for step in steps) if isinstance(error, ToolError)]
        surprises = [error for error in (step.exception() for step in steps) if error and not isinstance(error, ToolError)]
    if surprises:
        raise surprises[0]
    if refusals:
        raise ToolError("\n".join(refusals))


def report() -> list[tuple[str, str, str]]:
    """(name, where it is or empty, what it says of itself or what is missing) for every tool."""
    manifest = load_manifest()
    rows = []
    for binary in manifest.binaries:
        found = find_binary(binary)
        said = version_of(found, binary.version_arguments) if found else ""
        rows.append((binary.name, str(found or ""), said.splitlines()[0] if said else f"missing: {binary.version}"))
    for package in manifest.packages:
        place = find_package(package)
        rows.append((package.name, place or "", package.why if place else f"missing: {package.why}"))
    return rows


def _install_binaries(manifest: Manifest) -> None:
    missing = [binary for binary in manifest.binaries if find_binary(binary) is None]
    if not missing:
        return
    bin_dir().mkdir(parents=True, exist_ok=True)
    refusals = {binary.name: download_release(binary, bin_dir() / binary.name) for binary in missing}
    for name, refusal in refusals.items():
        say(f"{name}: {refusal}" if refusal else f"{name}: taken from its release")
    to_build = [binary for binary in missing if find_binary(binary) is None]
    if to_build:
        _build_binaries(manifest, to_build)


def _build_binaries(manifest: Manifest, missing: list[Binary]) -> None:
    go = find_go(manifest.go)
    with build_environment(go) as environment:
        for binary in missing:
            refusal = build(binary, go, environment)
            if refusal is None and find_binary(binary) is None:
                refusal = f"what was built does not say the expected version ({binary.accepts})"
            if refusal:
                message = (
                    f"{binary.name} {binary.version} cannot be had: {refusal}\n"
                    f"Install it by hand: it is looked for on PATH, then in {bin_dir()}."
                )
                raise ToolError(message)


def _install_packages(wanted: list[Package]) -> None:
    missing = [package for package in wanted if find_package(package) is None]
    if not missing:
        return
    for package in missing:
        say(f"{package.name}: missing ({package.why})")
    install_packages([name for package in missing for name in package.packages])
    still = [package for package in missing if find_package(package) is None]
    if still:
        names = ", ".join(f"{package.name} {package.accepts or package.library or package.files}" for package in still)
        places = ", ".join(place for package in still for place in package.places)
        message = f"Installed, yet not found at an accepted version: {names}. Looked for on PATH, {places}."
        raise ToolError(message)


def _install_java() -> None:
    say(f"temporal-test-server: {install_test_server()}")


@contextmanager
def _only_one_installation() -> Iterator[None]:
    cache_dir().mkdir(parents=True, exist_ok=True)
    with (cache_dir() / "install.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("tools: another installation is under way, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
