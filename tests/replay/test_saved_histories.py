"""Can today's code finish yesterday's processes? (trust C9)

Every history of every released version is replayed with the production codec; a change that breaks one is then a decision
(`ep workflow rebuild`), never an accident.
"""

import base64
import json
import logging
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from shared.contracts import workflow_types
from shared.contracts.situation import Processus
from shared.contracts.workflows import DemandeInput, Issue
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.replay.record import HISTORIES, PATHS
from workflows.definitions.processus import ProcessusDemande
from workflows.definitions.registre import DEFINITIONS

FILES = sorted(HISTORIES.glob("*/*.json"))
VERSIONS = sorted(folder for folder in HISTORIES.iterdir() if folder.is_dir())
CONVERTER = build_data_converter(KeyRingCodec({"essai": b"0" * 32}, "essai", "default"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_a_saved_history_replays_on_todays_code(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="temporalio"):
        await replay(file, DEFINITIONS, SandboxedWorkflowRunner())

    assert caplog.records == [], "an exception in the last task fails no replay: it is only logged"


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_every_path_of_a_version_has_its_history(version: Path) -> None:
    told = {file.name.split(".")[0] for file in version.glob("*.json")}

    assert told == set(PATHS)


@pytest.mark.parametrize("path", ["nominal", "antivirus-muet", "echeances"])
async def test_a_planted_non_determinism_is_caught(path: str) -> None:
    file = next(HISTORIES.glob(f"*/{path}.traitement-demande.json"))

    with pytest.raises(workflow.NondeterminismError):
        await replay(file, [PlantedWorkflow], UnsandboxedWorkflowRunner())


@workflow.defn(name=workflow_types.TRAITEMENT_DEMANDE)
class PlantedWorkflow(ProcessusDemande):
    """The process as a careless change would make it: it pauses before its first look."""

    processus = Processus.TRAITEMENT

    @workflow.run
    async def run(self, entree: DemandeInput) -> Issue:
        await workflow.sleep(1)
        return await self.live()


async def replay(file: Path, definitions: tuple[type, ...] | list[type], runner: WorkflowRunner) -> None:
    replayer = Replayer(workflows=definitions, data_converter=CONVERTER, workflow_runner=runner)
    await replayer.replay_workflow(read_history(file))


def read_history(file: Path) -> WorkflowHistory:
    """The history with its workflow id, which the time-skipping server does not write down."""
    told = json.loads(file.read_text(encoding="utf-8"))
    started = told["events"][0]["workflowExecutionStartedEventAttributes"]
    entree = DemandeInput.model_validate_json(base64.b64decode(started["input"]["payloads"][0]["data"]))
    started["workflowId"] = f"{file.stem.partition('.')[2]}:{entree.numero}"
    return WorkflowHistory.from_json(started["workflowId"], told)
