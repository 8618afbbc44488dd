"""The definitions load in the engine's sandbox, import contracts only, and hold no clock (temporal §1.7, style §3)."""

import ast
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

import workflows.definitions
from workflows.definitions.registre import DEFINITIONS

FOLDER = Path(str(workflows.definitions.__file__)).parent
MODULES = sorted(FOLDER.glob("*.py"))
ALLOWED = ("temporalio", "shared.contracts", "workflows.definitions", "asyncio", "collections.abc", "contextlib", "datetime", "typing")
STRICT = SandboxRestrictions.default.with_import_notification_policy(
    workflow.SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
    | workflow.SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.__name__)
async def test_a_definition_loads_in_the_sandbox_without_a_forgotten_import(definition: type) -> None:
    prepared = workflow._Definition.must_from_class(definition)

    SandboxedWorkflowRunner(restrictions=STRICT).prepare_workflow(prepared)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_a_definition_imports_contracts_and_the_engine_only(module: Path) -> None:
    arbre = ast.parse(module.read_text(encoding="utf-8"))

    imported = [node.module or "" for node in ast.walk(arbre) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(arbre) if isinstance(node, ast.Import) for alias in node.names]

    assert [name for name in imported if not name.startswith(ALLOWED)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_definition_iterates_a_set_nor_waits_in_an_order_of_its_own(module: Path) -> None:
    """A set's order differs between processes, `asyncio.wait` gives one: neither is caught by the sandbox."""
    arbre = ast.parse(module.read_text(encoding="utf-8"))

    iterated = [node.iter for node in ast.walk(arbre) if isinstance(node, ast.For | ast.comprehension)]
    sets = [node for node in iterated if isinstance(node, ast.Set | ast.SetComp) or _calls(node, "set", "frozenset")]
    waits = [node for node in ast.walk(arbre) if isinstance(node, ast.Attribute) and ast.unparse(node).startswith(FORBIDDEN)]

    assert sets == []
    assert waits == []


FORBIDDEN = ("asyncio.wait", "asyncio.as_completed", "datetime.now", "datetime.today", "date.today")


def _calls(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
