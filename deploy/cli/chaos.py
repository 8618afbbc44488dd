"""`ep chaos`: break things on purpose, on a stack of its own."""

import typer

from deploy import testing

app = typer.Typer(invoke_without_command=True)


@app.callback()
def chaos() -> None:
    """Kill processes, stop the bus, the engine and the antivirus in the middle of demandes; nothing may be lost or doubled."""
    raise typer.Exit(testing.main([], alone=(), on_stack=("chaos",)))
