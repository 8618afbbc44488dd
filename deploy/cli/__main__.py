"""`ep`: the one command line of the house. Each file beside this one brings a group of commands, `app = typer.Typer()`.

To add a group: write `deploy/cli/<name>.py` with its `app`, and a line in `GROUPS`. Only the module of the group that is asked
for is imported, so that `ep stack status` does not wait for the engine's client.
"""

import sys
from collections.abc import Sequence
from importlib import import_module  # noqa: TID251 - only the group that is asked for is imported

import typer

# group → one line of help, in the order of `ep --help`
GROUPS = {
    "compose": "What docker-compose.yml needs before its first start.",
    "doctor": "Say what is missing on this machine, and how to get it.",
    "stack": "Start, stop and look at the local stack.",
    "tools": "Find or install the pinned servers.",
    "seed": "Reference and demonstration data.",
    "demo": "Play one demande of each offer, from filing to expiry.",
    "user": "Accounts.",
    "contracts": "Publish OpenAPI and AsyncAPI into docs/contrats.",
    "docs": "What the documentation shows: contracts and pictures.",
    "events": "Watch the facts on the bus.",
    "outbox": "Facts that have not left yet.",
    "dlq": "Dead letters: list, show, replay, drop.",
    "workflow": "Follow and act on the process of a demande.",
    "bench": "Measure against raw components: figures, no pass, no fail.",
    "chaos": "Break things on purpose.",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """The command line, with the group that is asked for; all of them for `--help`."""
    app = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
        help="Espace Partenaires: run it, look at it, repair it.",
    )
    for name in [name for name in GROUPS if name in arguments[:1]] or GROUPS:
        module = import_module(f"deploy.cli.{name}")
        app.add_typer(module.app, name=name, help=GROUPS[name])
    app.callback()(lambda: None)
    return app


if __name__ == "__main__":
    sys.exit(build(sys.argv[1:])(prog_name="ep"))
