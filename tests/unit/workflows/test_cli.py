"""`ep workflow` says what is missing before it touches the engine."""

import pytest
from typer.testing import CliRunner

from deploy.cli import workflow
from deploy.cli.workflow import app

NUMERO = "2606100012"


def test_nothing_is_built_again_without_a_number() -> None:
    answer = CliRunner().invoke(app, ["rebuild"])

    assert answer.exit_code == 2
    assert "give numbers, or --all" in answer.output


def test_a_mistyped_number_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process would find no demande, and wait for ever."""
    monkeypatch.setattr(workflow, "_known_numeros", lambda numeros: {NUMERO} & set(numeros))

    answer = CliRunner().invoke(app, ["rebuild", NUMERO, "2606100021"])

    assert answer.exit_code == 1
    assert "nothing was done: 2606100021." in answer.output


@pytest.mark.parametrize("instant", ["2026-12-01T18:00", "demain"])
def test_a_deadline_is_moved_to_an_instant_with_its_zone_only(instant: str) -> None:
    answer = CliRunner().invoke(app, ["extend", NUMERO, "resolution:50", "--jusqu-au", instant, "--motif", "essai"])

    assert answer.exit_code == 2


@pytest.mark.parametrize("act", ["hold", "resume"])
def test_an_act_needs_its_reason(act: str) -> None:
    assert CliRunner().invoke(app, [act, NUMERO]).exit_code == 2
