"""Names that travel: stubs and their implementations, subjects, durables, the glossary (style §3, §4)."""

import ast
import inspect
import re
from types import ModuleType

import pytest
import yaml
from temporalio import activity

from shared.contracts.activities import attachment as attachment_stubs
from shared.contracts.activities import case as case_stubs
from shared.contracts.evenements import FACTS, event_subject
from tests.architecture.tree import ROOT, modules

STREAMS = yaml.safe_load((ROOT / "deploy/nats/streams.yaml").read_text())


def _stubs(module: ModuleType) -> dict[str, inspect.Signature]:
    return {
        definition.name: inspect.signature(stub)
        for _, stub in inspect.getmembers(module, inspect.isfunction)
        if (definition := activity._Definition.from_callable(stub)) is not None and definition.name is not None
    }


@pytest.mark.parametrize(("service", "stubs"), [("case", case_stubs), ("attachment", attachment_stubs)])
def test_every_stub_has_an_implementation_with_the_same_name_input_and_result(service: str, stubs: ModuleType) -> None:
    implemented = {
        name: (ast.unparse(function.args.args[-1].annotation or ast.Constant(None)), ast.unparse(function.returns or ast.Constant(None)))
        for _, tree in modules(f"services/{service}")
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef) and (name := _registered(function, service))
    }

    for name, signature in _stubs(stubs).items():
        (entree,) = signature.parameters.values()
        given, returned = implemented[name]
        assert (given.rsplit(".")[-1], returned.rsplit(".")[-1]) == (entree.annotation.__name__, signature.return_annotation.__name__)
    assert set(implemented) == set(_stubs(stubs))


def _registered(function: ast.AsyncFunctionDef | ast.FunctionDef, service: str) -> str | None:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "activity.defn":
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                    return keyword.value.value if keyword.value.value.startswith(f"{service}.") else None
    return None


def test_subjects_follow_the_grammar() -> None:
    grammar = re.compile(r"^evt\.[a-z_]+\.[a-z_]+\.v\d+$")

    assert [subject for subject in FACTS if not grammar.match(subject)] == []
    assert grammar.match(event_subject("piece_jointe", "recue"))


def test_durables_are_short_enough_to_be_folders_and_read_facts_that_exist() -> None:
    """Durables become directories on the server: no dots, spaces or slashes, under 32 characters (style §4)."""
    text = (ROOT / "deploy/nats/streams.yaml").read_text()
    durables = set(re.findall(r"\b(?:case|intake|attachment|notification|workflows|gateway|directory)__[a-z_]+\b", text))
    subjects = set(re.findall(r"evt\.[a-z_]+\.[a-z_]+\.v1", text))

    assert durables
    assert [name for name in durables if len(name) >= 32] == []
    assert subjects <= set(FACTS)


def test_the_words_of_the_domain_are_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossaire.md").read_text()
    known = set(re.findall(r"`([A-Za-z]+)`", glossary))
    nouns = {
        node.name
        for path, tree in modules("services")
        if "/domain/" in path and not path.endswith("errors.py")
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not node.name.endswith("Error")
    }

    assert sorted(noun for noun in nouns if _head(noun) not in known and noun not in known) == []


def _head(name: str) -> str:
    return next(iter(re.findall(r"[A-Z][a-z0-9]*", name)), name)
