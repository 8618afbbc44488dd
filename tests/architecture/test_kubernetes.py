"""The Kubernetes manifests are the same house as docker-compose.yml. Built with kustomize where there is one, parsed everywhere."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.layout import REPOSITORY
from shared.webkit.form_data import FORM_WITH_FILES_BYTES
from tests.architecture.test_compose import CONTAINERS, SETTINGS

KUBERNETES = REPOSITORY / "deploy" / "kubernetes"
BASE = KUBERNETES / "base"
OVERLAYS = sorted((KUBERNETES / "overlays").iterdir())


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


DEPLOYMENTS = {one["metadata"]["name"]: one for one in documents(BASE / "processes.yaml") if one["kind"] == "Deployment"}
SECRETS = {one["metadata"]["name"]: set(one["stringData"]) for one in documents(KUBERNETES / "secrets.example.yaml")}


def process(deployment: dict[str, Any]) -> dict[str, Any]:
    containers: list[dict[str, Any]] = deployment["spec"]["template"]["spec"]["containers"]
    return next(one for one in containers if one["name"] == "process")


def configured(deployable: str) -> set[str]:
    lines = (BASE / "config" / f"{deployable}.env").read_text(encoding="utf-8").splitlines()
    return {line.partition("=")[0] for line in lines if line and not line.startswith("#")}


def test_every_process_of_compose_has_its_deployment_with_the_same_command() -> None:
    ours = {
        name for name, one in CONTAINERS.items() if one["image"].startswith("espace-partenaires/") and one["restart"] == "unless-stopped"
    }

    assert set(DEPLOYMENTS) == ours - {"mail"}
    for name, deployment in DEPLOYMENTS.items():
        assert process(deployment)["command"] == CONTAINERS[name]["command"], name


def test_every_migration_of_compose_has_its_job() -> None:
    jobs = {one["metadata"]["name"]: one for one in documents(BASE / "migrations.yaml")}

    assert {name for name in CONTAINERS if name.startswith("migrate-")} | {"publish-catalogue"} == set(jobs)
    for name, job in jobs.items():
        assert process(job)["command"] == CONTAINERS[name]["command"]


@pytest.mark.parametrize("deployable", sorted(SETTINGS))
def test_configuration_and_secrets_are_exactly_what_settings_require(deployable: str) -> None:
    fields = SETTINGS[deployable].model_fields
    required = {f"{deployable}_{name}".upper() for name, field in fields.items() if field.is_required()}
    plain, secret = configured(deployable), SECRETS[f"{deployable}-secrets"]

    assert plain <= {f"{deployable}_{name}".upper() for name in fields}
    assert not plain & secret
    assert secret == required - plain


def test_the_ingress_lets_the_largest_form_in() -> None:
    """A form with its files, when no script runs: refused at the door, a partner would read nginx's own 413."""
    (ingress,) = documents(KUBERNETES / "overlays" / "prod" / "ingress.yaml")
    let_in = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]

    assert let_in == f"{FORM_WITH_FILES_BYTES // 1024**2}m"  # nginx's m is 1024 × 1024


def test_commands_in_the_cluster_find_what_they_find_in_compose() -> None:
    (pod,) = documents(KUBERNETES / "ep.yaml")
    container = pod["spec"]["containers"][0]
    secrets = {one["secretRef"]["name"] for one in container["envFrom"]}
    plain = {one["name"] for one in container["env"]}
    of_secrets = {name for secret in secrets for name in SECRETS[secret]}

    assert set(CONTAINERS["ep"]["environment"]) <= plain | of_secrets
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_antivirus_of_kubernetes_is_the_one_of_compose() -> None:
    of_compose, of_kubernetes = (
        [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for path in (REPOSITORY / "deploy/compose/clamd.conf", BASE / "config" / "clamd.conf")
    )

    assert of_kubernetes == of_compose


def test_every_process_is_hardened_probed_and_given_time_to_end() -> None:
    pod = documents(BASE / "hardened-deployment.yaml")[0]["spec"]["template"]["spec"]
    container = pod["containers"][0]

    assert container["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"  # a dependency never restarts a process (trust C11)
    assert pod["terminationGracePeriodSeconds"] > 35


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: str(path.name))
def test_an_overlay_names_only_what_exists(overlay: Path) -> None:
    kustomization = documents(overlay / "kustomization.yaml")[0]
    images = {process(one)["image"] for one in DEPLOYMENTS.values()}

    assert {image["name"] for image in kustomization["images"]} == images
    assert {one["name"] for one in kustomization.get("replicas", [])} <= set(DEPLOYMENTS)
    assert all((overlay / resource).exists() for resource in kustomization["resources"])
    for generated in kustomization.get("configMapGenerator", []):
        given = {literal.partition("=")[0] for literal in generated["literals"]}
        assert given <= configured(generated["name"].removesuffix("-config"))


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda path: str(path.name))
def test_the_overlay_brings_every_deployment(overlay: Path) -> None:
    kinds = [one["kind"] for one in _brought_by(overlay)]

    assert kinds.count("Deployment") == len(DEPLOYMENTS)


def _brought_by(overlay: Path) -> list[dict[str, Any]]:
    """What kustomize builds where there is one; elsewhere what the overlay's resources hold, followed down to the base."""
    if kustomize := shutil.which("kustomize"):
        built = subprocess.run([kustomize, "build", overlay], capture_output=True, text=True, check=True)
        return [one for one in yaml.safe_load_all(built.stdout) if one]
    (kustomization,) = documents(overlay / "kustomization.yaml")
    found = []
    for resource in kustomization.get("resources", []):
        path = overlay / resource
        found += _brought_by(path) if path.is_dir() else documents(path)
    return found


def test_behind_the_ingress_each_visitor_keeps_an_address_of_their_own() -> None:
    """Else sixty wrong passwords of one stranger close the sign-in to everybody."""
    (kustomization,) = documents(KUBERNETES / "overlays" / "prod" / "kustomization.yaml")
    literals = {literal for generated in kustomization["configMapGenerator"] for literal in generated["literals"]}

    assert all(any(literal.startswith(f"{front}_TRUSTED_PROXIES=1") for literal in literals) for front in ("GATEWAY", "CASE"))
