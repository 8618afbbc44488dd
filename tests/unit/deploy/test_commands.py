"""`make` and `ep` offer what they announce."""

import re

import pytest
from typer.testing import CliRunner

from deploy.cli.__main__ import GROUPS, build
from deploy.local.layout import REPOSITORY

MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def test_every_announced_group_of_commands_is_there() -> None:
    missing = [name for name in GROUPS if not (REPOSITORY / "deploy" / "cli" / f"{name}.py").exists()]

    assert not missing


@pytest.mark.parametrize("words", sorted(set(re.findall(r"\$\(EP\) ([a-z]+(?: [a-z]+)?)", MAKEFILE))))
def test_every_command_that_make_calls_exists(words: str) -> None:
    arguments = words.split()

    shown = CliRunner().invoke(build(arguments), [*arguments, "--help"])

    assert shown.exit_code == 0, shown.output


def test_every_target_of_make_is_phony_and_explained() -> None:
    """Ux §5 lists them."""
    announced = [
        "help",
        "up",
        "down",
        "reset",
        "logs",
        "doctor",
        "seed",
        "demo",
        "test",
        "check",
        "fix",
        "openapi",
        "asyncapi",
        "docs",
        "screenshots",
        "migrate",
        "revision",
        "bench",
        "chaos",
    ]
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)

    assert phony is not None
    assert phony.group(1).split() == announced
    assert sorted(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE)) == sorted(announced)
