"""The house is as its drawings say: imports, transactions, scopes, drivers, packaging (house §6, style §2–§3, §12)."""

import ast
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SERVICES, calls, functions, modules

OURS = ("services", "workflows", "shared")


def test_every_import_contract_is_kept() -> None:
    told = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], capture_output=True, text=True, cwd=ROOT, check=False)

    assert told.returncode == 0, told.stdout[-4000:]


def test_the_transaction_has_one_owner() -> None:
    guilty = [
        path
        for path, tree in modules(*OURS)
        for name, _ in calls(tree)
        if name in {"commit", "rollback"} and path != "shared/plumbing/migrations.py"
    ]
    scoped = [path for path, tree in modules(*OURS) if "set_config(" in ast.unparse(tree) and path != "shared/plumbing/database.py"]

    assert guilty == []
    assert scoped == []


def test_every_read_of_a_store_is_within_a_perimetre() -> None:
    """B1: a function of a store that selects also calls `within`, or says in its docstring why there is no tenant in it."""
    unscoped = [
        f"{path}:{function.name}"
        for service in SERVICES
        for path, tree in modules(f"services/{service}/store")
        if "/migrations/" not in path
        for function in functions(tree)
        if {"select"} & {name for name, _ in calls(function)}
        and "within" not in {name for name, _ in calls(function)}
        and "no tenant" not in (ast.get_docstring(function) or "").lower()
    ]

    assert unscoped == []


def test_pyclamd_is_known_to_one_module_only() -> None:
    """A4: its scan says clean when the daemon dies; only the strict subclass may touch it."""
    users = [path for path, tree in modules(*OURS, "deploy") if "pyclamd" in _imported(tree)]

    assert users == ["services/attachment/ports/clamd_antivirus.py"]


def test_nothing_reads_the_clock_but_the_clock() -> None:
    readers = {
        path
        for path, tree in modules("services", "shared/kernel", "shared/contracts")
        for name, call in calls(tree)
        if name in {"now", "today", "utcnow"} and ast.unparse(call.func).split(".")[0] in {"datetime", "date"}
    }

    # The in-memory object store plays a server, which has a clock of its own.
    assert readers == {"shared/kernel/clock.py", "services/attachment/ports/memory_object_store.py"}


def test_a_dependency_of_a_route_costs_no_thread() -> None:
    """FastAPI runs one that is not a coroutine in its pool of threads: a hop for each, at every request."""
    trees = [tree for _, tree in modules("services", "shared")]
    used = {ast.unparse(call.args[0]) for tree in trees for name, call in calls(tree) if name == "Depends" and call.args}
    in_threads = {function.name for tree in trees for function in functions(tree) if isinstance(function, ast.FunctionDef)}

    assert used & in_threads == set()


def test_a1_whatever_a_front_is_sent_has_a_size_it_may_not_pass() -> None:
    unbounded = [
        path
        for path, tree in modules("services/gateway", "services/case", "shared/webkit")
        for name, call in calls(tree)
        if name == "APIRouter" and "max_body_size" not in {keyword.arg for keyword in call.keywords}
    ]

    assert unbounded == []


def test_every_package_has_an_empty_init() -> None:
    folders = {path.parent for top in (*OURS, "tests", "deploy") for path in (ROOT / top).rglob("*.py")}
    inside = {folder for folder in folders if "versions" not in folder.parts}

    assert [str(folder) for folder in sorted(inside) if not (folder / "__init__.py").is_file()] == []
    assert [str(folder) for folder in sorted(inside) if (folder / "__init__.py").read_text().strip()] == []


def test_no_installed_distribution_provides_one_of_our_packages() -> None:
    taken = {
        name
        for distribution in distributions()
        for name in (distribution.read_text("top_level.txt") or "").split()
        if name in {*OURS, "tests", "deploy"}
    }

    assert taken == set()


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_loads_with_its_neighbours_absent(service: str) -> None:
    code = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        parts = name.split('.')\n"
        "        neighbour = parts[0] == 'services' and len(parts) > 1 and parts[1] != " + repr(service) + "\n"
        "        if neighbour or parts[0] in ('workflows', 'deploy', 'tests'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"import services.{service}.main\n"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)

    assert told.returncode == 0, told.stderr[-2000:]


def test_the_workflow_process_loads_neither_a_database_nor_a_bus_into_its_definitions() -> None:
    code = (
        "import sys, pkgutil, importlib, workflows.definitions as d\n"
        "for module in pkgutil.iter_modules(d.__path__): importlib.import_module('workflows.definitions.' + module.name)\n"
        "print([n for n in ('sqlalchemy', 'fastapi', 'nats', 'httpx2', 'services') if n in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)

    assert told.stdout.strip() == "[]"


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
