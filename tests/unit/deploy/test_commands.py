"""`make` and `ep` offer what they announce."""

import re
from pathlib import Path
from unittest import mock

import pytest
from typer.testing import CliRunner

from deploy.cli import addresses, compose, outbox, workflow
from deploy.cli.__main__ import GROUPS, build
from deploy.local import postgres
from deploy.local.bus_tools import BusAddress
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


@pytest.mark.parametrize("act", ["restart", "logs"])
def test_a_process_that_does_not_exist_is_refused_with_those_that_do(act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_STACK_DIR", str(tmp_path))

    told = CliRunner().invoke(build(["stack"]), ["stack", act, "object_store"])

    assert told.exit_code == 1
    assert "No process is called object_store: there are postgres, nats, object-store" in told.output
    assert not list(tmp_path.iterdir())


def test_repair_commands_act_on_the_deployment_that_the_variables_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container there is no local stack, and a lost engine must be rebuilt all the same."""
    connection, reach = mock.MagicMock(), mock.Mock()
    reach.return_value = connection
    connection.__enter__.return_value.execute.return_value.fetchall.return_value = [("2683100001",)]
    connection.__enter__.return_value.execute.return_value.fetchone.return_value = (3, None)
    monkeypatch.setattr(postgres, "connect_admin", reach)
    for name, value in {
        "POSTGRES_HOST": "postgres",
        "POSTGRES_PASSWORD": "secret",
        "NATS_URL": "nats://nats:4222",
        "NATS_SEED": "SU",
    }.items():
        monkeypatch.setenv(name, value)

    numeros = workflow._open_numeros()
    told = CliRunner().invoke(outbox.app, ["status"])

    assert numeros == ["2683100001"]
    assert [call.args for call in reach.call_args_list] == [
        ("postgres", 5432, "secret", database) for database in ("case", *outbox.SERVICES)
    ]
    assert told.exit_code == 0
    assert addresses.ops_bus() == BusAddress("nats://nats:4222", "SU")


@pytest.mark.parametrize("words", [["demo"], ["demo", "--if-empty"], ["var2025"]])
def test_the_demonstration_is_refused_in_production(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its accounts have a printed password."""
    monkeypatch.setenv("EP_ENVIRONMENT", "production")

    told = CliRunner().invoke(build(["seed"]), ["seed", *words])

    assert told.exit_code == 1
    assert "refused in production" in told.output


@pytest.mark.parametrize(
    ("options", "present", "absent"),
    [
        ([], "CASE_AMELI_REGISTRE=/etc/espace-partenaires/ameli.json", "EP_ENVIRONMENT"),
        (["--production"], "EP_ENVIRONMENT=production", "CASE_AMELI_REGISTRE"),
    ],
)
def test_the_variables_of_compose_are_those_of_the_profile(
    options: list[str], present: str, absent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(compose, "ENV_FILE", tmp_path / ".env")

    told = CliRunner().invoke(compose.app, ["env", *options])

    written = (tmp_path / ".env").read_text(encoding="utf-8")
    assert told.exit_code == 0
    assert present in written.splitlines()
    assert absent not in written
    assert ("WORKFLOWS_CODEC_TOKEN_PUBLIC_KEYS" in told.output) is bool(options)
