"""docker-compose.yml is the same house as the local stack: same commands, settings that exist, pinned and hardened images."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.cli.compose import DEMONSTRATION, PRODUCTION, PRODUCTION_ASKS, compose_variables
from deploy.cli.workflow import EngineSettings
from deploy.local.environment import SERVICES, Environments
from deploy.local.layout import REPOSITORY, Layout
from deploy.local.nats import compose_configuration
from deploy.local.programs import BACKGROUND, MEMORY_BOUNDS, MODULES
from deploy.local.secret_store import SecretStore
from deploy.local.temporal import DYNAMIC_CONFIG
from services.attachment.settings import Settings as AttachmentSettings
from services.case.settings import RegistreForbiddenError, build_tools
from services.case.settings import Settings as CaseSettings
from services.directory.settings import CommandSettings as DirectoryCommandSettings
from services.directory.settings import Settings as DirectorySettings
from services.gateway.settings import Settings as GatewaySettings
from services.intake.settings import Settings as IntakeSettings
from services.notification.settings import Settings as NotificationSettings
from workflows.settings import Settings as WorkflowsSettings

SETTINGS: dict[str, type[BaseSettings]] = {
    "gateway": GatewaySettings,
    "directory": DirectorySettings,
    "intake": IntakeSettings,
    "attachment": AttachmentSettings,
    "case": CaseSettings,
    "notification": NotificationSettings,
    "workflows": WorkflowsSettings,
}
WORKER_OF = {"case-worker": "case", "attachment-worker": "attachment"}
# Each with its reason in docker-compose.yml.
WRITES_ITS_ROOT = {"clamav", "temporal", "temporal-ui"}
RUNS_AS_ROOT = {"clamav", "volumes"}
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {**{name: name for name in SETTINGS}, **WORKER_OF}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_is_given_settings_that_exist_and_all_that_are_required(name: str) -> None:
    deployable = OURS[name]
    fields = SETTINGS[deployable].model_fields
    known = {f"{deployable.upper()}_{field}".upper() for field in fields}
    required = {f"{deployable.upper()}_{name}".upper() for name, field in fields.items() if field.is_required()}

    given = set(CONTAINERS[name]["environment"])

    assert given <= known, f"unknown to Settings: {sorted(given - known)}"
    assert required <= given, f"missing: {sorted(required - given)}"


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_local_process_is_given_settings_that_exist_and_all_that_are_required(name: str, tmp_path: Path) -> None:
    fields = SETTINGS[name].model_fields
    given = set(Environments(Layout(tmp_path, 8400), SecretStore(tmp_path / "secrets")).of(name))

    assert given <= {f"{name}_{field}".upper() for field in fields}
    assert {f"{name}_{key}".upper() for key, field in fields.items() if field.is_required()} <= given


def test_containers_run_the_commands_of_the_local_stack() -> None:
    for service in (*SERVICES, "workflows"):
        assert CONTAINERS[service]["command"] == ["python", "-m", MODULES[service]]
    for worker, service in WORKER_OF.items():
        assert CONTAINERS[worker]["command"] == ["python", "-m", f"services.{service}.worker"]
    for service in SERVICES:
        assert CONTAINERS[f"migrate-{service}"]["command"] == ["python", "-m", f"services.{service}.cli", "migrate"]


def test_containers_publish_the_catalogue_before_anybody_is_served() -> None:
    """Without it there is no caisse: nobody can be given an account, nor file."""
    publish = CONTAINERS["publish-catalogue"]

    assert publish["command"] == ["python", "-m", "services.directory.cli", "publish-catalogue"]
    assert set(publish["depends_on"]) == {"migrate-directory"}
    assert "publish-catalogue" in CONTAINERS["directory"]["depends_on"]


# An operator adds these to what `ep compose env --production` writes.
ASKED = dict.fromkeys(PRODUCTION_ASKS, "https://un-hote.exemple.fr") | {
    "SMTP_PORT": "587",
    "WORKFLOWS_CODEC_TOKEN_PUBLIC_KEYS": '{"keys": []}',
}


@pytest.mark.parametrize("profile", [DEMONSTRATION, PRODUCTION | ASKED], ids=["demo", "production"])
@pytest.mark.parametrize("name", sorted(OURS))
def test_a_container_starts_with_what_it_is_given_in_both_profiles(name: str, profile: dict[str, str], tmp_path: Path) -> None:
    settings = _settings_of(name, profile | compose_variables(SecretStore(tmp_path / "secrets")))

    assert getattr(settings, "environment", None) == profile.get("EP_ENVIRONMENT", "demo")
    if isinstance(settings, CaseSettings):
        assert build_tools(settings).demonstration is ("EP_ENVIRONMENT" not in profile)


def test_production_refuses_what_is_simulated_and_an_open_codec_server(tmp_path: Path) -> None:
    secrets = compose_variables(SecretStore(tmp_path / "secrets"))
    case = _settings_of("case", DEMONSTRATION | PRODUCTION | ASKED | secrets)
    assert isinstance(case, CaseSettings)

    with pytest.raises(RegistreForbiddenError):
        build_tools(case)
    with pytest.raises(ValueError, match="WORKFLOWS_CODEC_TOKEN_PUBLIC_KEYS"):
        _settings_of("workflows", PRODUCTION | secrets)


def test_the_simulated_registry_is_where_the_demonstration_looks_for_it() -> None:
    for name in ("case", "case-worker"):
        host, inside, _ = CONTAINERS[name]["volumes"][0].split(":")
        assert inside == DEMONSTRATION["CASE_AMELI_REGISTRE"]
        assert (REPOSITORY / host).is_file()


def test_commands_in_a_container_find_everything_they_act_on(tmp_path: Path) -> None:
    """What `deploy/cli/addresses.py` reads: without one of them a command would look for a local stack."""
    given = _environment("ep", DEMONSTRATION | compose_variables(SecretStore(tmp_path / "secrets")))
    read = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', (REPOSITORY / "deploy/cli/addresses.py").read_text(encoding="utf-8")))

    with mock.patch.dict(os.environ, given, clear=True):
        DirectoryCommandSettings()
        EngineSettings()

    assert read
    assert read <= set(given)
    assert CONTAINERS["demo"]["environment"] == CONTAINERS["ep"]["environment"]
    assert given["EP_ENVIRONMENT"] == "demo"  # `ep seed demo` refuses production by it


def _settings_of(name: str, variables: Mapping[str, str]) -> BaseSettings:
    """The Settings of a container, as its process builds them from its environment alone."""
    with mock.patch.dict(os.environ, _environment(name, variables), clear=True):
        return SETTINGS[OURS[name]]()


def _environment(name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """What docker compose makes of the container's environment with this .env."""

    def value_of(found: re.Match[str]) -> str:
        variable, _, default = found.groups()
        return variables.get(variable) or default if found[2] == "-" else variables[variable]

    written = {key: variables.get(key) if value is None else value for key, value in CONTAINERS[name]["environment"].items()}
    return {key: re.sub(r"\$\{([A-Z0-9_]+):([-?])([^}]*)\}", value_of, value) for key, value in written.items() if value is not None}


def test_images_bound_their_memory_as_the_local_processes_do() -> None:
    dockerfile = (REPOSITORY / "deploy/docker/Dockerfile").read_text(encoding="utf-8")

    assert "ENV " + " ".join(f"{name}={value}" for name, value in MEMORY_BOUNDS.items()) + "\n" in dockerfile


def test_containers_that_nobody_waits_for_give_way_like_the_local_processes() -> None:
    local_names = {"clamav": "clamd", "case-worker": "activities", "attachment-worker": "activities"}

    giving_way = {local_names.get(name, name) for name, container in CONTAINERS.items() if "cpu_shares" in container}

    assert giving_way == BACKGROUND


def test_every_image_is_pinned() -> None:
    for name, container in CONTAINERS.items():
        image = container["image"]
        if image.startswith("espace-partenaires/"):
            assert container.get("build") or name == "mail", name
        else:
            assert re.search(r":v?\d+\.\d+(\.\d+)?[\w.-]*$|@sha256:", image), f"{name}: {image}"


def test_every_container_is_hardened_and_bounded() -> None:
    for name, container in CONTAINERS.items():
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert container["mem_limit"], name
        assert container["read_only"] is (name not in WRITES_ITS_ROOT), name
        assert ("user" in container) is (name not in RUNS_AS_ROOT), name


def test_what_stays_up_has_a_health_check_and_starts_after_what_it_needs() -> None:
    for name, container in CONTAINERS.items():
        for needed, how in container.get("depends_on", {}).items():
            once = CONTAINERS[needed]["restart"] != "unless-stopped"
            assert how["condition"] == ("service_completed_successfully" if once else "service_healthy"), (name, needed)
        if container["restart"] == "unless-stopped":
            assert container["healthcheck"]["test"], name


def test_nothing_is_published_beyond_the_loopback() -> None:
    published = [port for container in CONTAINERS.values() for port in container.get("ports", [])]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_variable_is_generated_or_has_a_default_and_is_in_the_example(tmp_path: Path) -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    required = set(re.findall(r"\$\{([A-Z0-9_]+):\?", text))
    optional = set(re.findall(r"\$\{([A-Z0-9_]+):-", text))
    bare = set(re.findall(r"\$\{([A-Z0-9_]+)\}", text))
    handed_on = {key for one in CONTAINERS.values() for key, value in one.get("environment", {}).items() if value is None}
    generated = set(compose_variables(SecretStore(tmp_path / "secrets")))
    chosen = {"COMPOSE_PROFILES", *DEMONSTRATION, *PRODUCTION, *PRODUCTION_ASKS}
    example = set(re.findall(r"^([A-Z0-9_]+)=", (REPOSITORY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert not bare
    assert required == generated
    assert example == required | optional | handed_on | {"COMPOSE_PROFILES"}
    assert chosen <= example


def test_the_bus_of_compose_has_the_rights_declared() -> None:
    """After a change of deploy/nats/permissions.yaml: ep compose nats."""
    assert (REPOSITORY / "deploy/compose/nats.conf").read_text(encoding="utf-8") == compose_configuration()


def test_the_antivirus_of_compose_is_as_strict_as_the_local_one() -> None:
    """Trust §2.3: every option of the shipped configuration, the socket's mode excepted."""
    shipped = _options(REPOSITORY / "deploy/clamav/clamd.conf")
    composed = _options(REPOSITORY / "deploy/compose/clamd.conf")

    assert {name: composed.get(name) for name in shipped} | {"LocalSocketMode": "660"} == shipped


def _options(path: Path) -> dict[str, str]:
    lines = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value.strip() for name, value in lines}


def test_the_engine_of_compose_is_tuned_like_the_local_one() -> None:
    dynamic = yaml.safe_load((REPOSITORY / "deploy/compose/temporal-dynamic.yaml").read_text(encoding="utf-8"))

    assert {name: values[0]["value"] for name, values in dynamic.items()} == {
        name: yaml.safe_load(value) for name, _, value in (choice.partition("=") for choice in DYNAMIC_CONFIG)
    }
