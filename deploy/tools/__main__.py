"""`python -m deploy.tools`: install or show the tools with the system's Python, before the environment exists."""

import argparse
import sys

from deploy.tools.console import ToolError, say
from deploy.tools.install import install_tools, report


def main() -> int:
    """Exit code 1, with what to do by hand, when a tool cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m deploy.tools", description=__doc__)
    parser.add_argument("act", choices=["install", "show"])
    parser.add_argument("--tests", action="store_true", help="also what only the tests need, from the distribution")
    parser.add_argument("--java", action="store_true", help="also the time-skipping test server (needs the environment)")
    chosen = parser.parse_args()
    if chosen.act == "show":
        for name, place, what in report():
            say(f"{name:<14} {place or '-':<60} {what}")
        return 0
    try:
        install_tools(tests=chosen.tests, java=chosen.java)
    except ToolError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
