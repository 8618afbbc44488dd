"""The command of the purge tells what it did, and what it would not do."""

import sys

import pytest

from services.attachment import cli
from services.attachment.operations.purge_orphans import PurgeReport


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How `purge_orphans` was called: it holds objects back unless told otherwise."""
    calls: list[bool] = []

    async def purge_orphans(_settings: object, *, even_most: bool) -> PurgeReport:
        calls.append(even_most)
        return PurgeReport(2, 30) if even_most else PurgeReport(2, 0, retenus=30)

    monkeypatch.setattr(cli, "purge_orphans", purge_orphans)
    monkeypatch.setattr(cli, "CommandSettings", object)
    return calls


def test_objects_held_back_end_the_command_with_an_error(
    asked: list[bool], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cli", "purge-orphans"])

    with pytest.raises(SystemExit, match="30 objects without a row"):
        cli.main()

    assert asked == [False]
    assert capsys.readouterr().out == "2 files and 0 objects destroyed\n"


def test_an_operator_may_let_most_of_the_store_go(
    asked: list[bool], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cli", "purge-orphans", "--even-most"])

    cli.main()

    assert asked == [True]
    assert capsys.readouterr().out == "2 files and 30 objects destroyed\n"
