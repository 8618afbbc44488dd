"""One line at a time, from several threads, so that an installation can be followed."""

import sys
import threading

_lock = threading.Lock()


def say(line: str) -> None:
    """Print one whole line, at once."""
    with _lock:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class ToolError(Exception):
    """A tool cannot be had. The message says what to install by hand and where it is looked for."""
