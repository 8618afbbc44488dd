"""Documents describe what is: sizes, links, commands with their options, processes, log events, settings (style §10)."""

import ast
import re
import shlex
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from deploy.cli.__main__ import build
from deploy.local.environment import SERVICES as DEPLOYABLES
from deploy.local.programs import PROCESSES
from tests.architecture.test_compose import SETTINGS
from tests.architecture.tree import ROOT, SERVICES, modules

DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for folder in ("docs", "services", "shared", "workflows", "deploy") for page in (ROOT / folder).rglob("*.md")),
    ]
)
RUNBOOKS = sorted((ROOT / "docs" / "exploitation").glob("*.md"))
VENDORED = sorted(path for folder in ("shared", "tests") for path in (ROOT / folder).rglob("VENDOR.toml"))
# How a document calls the command line: here, in a container, in the cluster.
_CALLS = r"(?:\./ep|ep|docker compose run --rm ep|kubectl exec -it ep -- python -m deploy\.cli)"
# What a document leaves to its reader, as the command line would be given it.
_GIVEN = {"N": "1", "INSTANT": "2026-12-01T18:00+01:00"}


def test_the_readme_fits_150_lines_and_shows_both_commands() -> None:
    readme = (ROOT / "README.md").read_text()

    assert readme.count("\n") <= 150
    assert "make up" in readme
    assert "make test" in readme


def test_the_architecture_fits_300_lines() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text().count("\n") <= 300


def test_every_service_has_its_page_that_answers_the_seven_questions() -> None:
    for service in [*SERVICES]:
        page = (ROOT / "services" / service / "README.md").read_text().lower()
        missing = [word for word in ("owns", "emits", "consumes", "answers", "steps", "settings", "alone") if word not in page]
        assert (service, missing) == (service, [])


def test_every_decision_says_what_enforces_it() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))

    assert len(decisions) >= 6
    for decision in decisions:
        text = decision.read_text()
        for heading in ("Context", "Decision", "Consequences", "Alternatives", "Enforced by"):
            assert heading in text, f"{decision.name}: {heading}"


def test_documents_link_only_to_what_the_reader_can_open() -> None:
    broken = [
        f"{document.relative_to(ROOT)} -> {target}"
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
        if not target.startswith(("http", "mailto:")) and not (document.parent / target).exists()
    ]

    assert broken == []


def test_every_make_target_named_in_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {(document.name, target) for document in DOCUMENTS for target in re.findall(r"`make ([a-z0-9-]+)`", document.read_text())}

    assert {pair for pair in named if pair[1] not in targets} == set()


def _commands_of(text: str) -> list[list[str]]:
    """Every `ep …` of a document, in words. `show|hold` and `list [--x] | show` are as many commands; `…` stands for nothing yet."""
    spans = re.findall(rf"`{_CALLS} ([^`]+)`", text) + re.findall(rf"^{_CALLS} ([^#\n]+)", text, re.MULTILINE)
    found: list[list[str]] = []
    for span in spans:
        first, *others = (shlex.split(part.replace("[", "").replace("]", "")) for part in span.split(" | "))
        for words in [first, *([first[0], *other] for other in others)]:
            *before, last = words[:2]
            found += [[*before, one, *words[2:]] for one in last.split("|")]
    return [words for words in found if words != ["…"]]


COMMANDS = sorted({(page.relative_to(ROOT).as_posix(), *words) for page in DOCUMENTS for words in _commands_of(page.read_text())})


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_of_a_document_is_accepted_as_it_is_written(words: tuple[str, ...]) -> None:
    """A command named alone must exist; one written with an argument or an option must be complete."""
    _, *arguments = words

    refusal = _refusal_of(arguments)

    assert refusal == ""


def _refusal_of(arguments: list[str]) -> str:
    """What the command line says against these words, without running anything."""
    command = get_command(build([]))
    while isinstance(command, TyperGroup) and arguments and not command.invoke_without_command:
        name, *arguments = arguments
        if name not in command.commands:
            return f"{command.name} has no {name}"
        command = command.commands[name]
    if not arguments:
        return ""
    if command.name in {"restart", "logs"} and (unknown := {word for word in arguments if word[0] != "-"} - {*PROCESSES}):
        return f"no process is called {unknown}"
    for parameter in command.params:
        if getattr(parameter, "prompt", None):  # asked of whoever runs it
            parameter.prompt, parameter.required = None, False  # type: ignore[attr-defined]  # an option's, seen just before
    try:
        command.make_context(command.name or "", [_GIVEN.get(word, word) for word in arguments])
    except typer.TyperException as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "words",
    ["workflow resume NUMERO", "workflow hold NUMERO --raison x", "stack restart object_store", "stack begin", "dlq show premier", "oubli"],
)
def test_a_command_that_would_fail_is_seen(words: str) -> None:
    assert _refusal_of(words.split())


def test_commands_are_found_however_a_document_writes_them() -> None:
    spans = "`./ep workflow show|hold`, `ep workflow list [--en-retard] | show NUMERO`, `./ep …`"
    text = f"{spans}\n```sh\ndocker compose run --rm ep dlq list  # x\n```"

    assert _commands_of(text) == [
        ["workflow", "show"],
        ["workflow", "hold"],
        ["workflow", "list", "--en-retard"],
        ["workflow", "show", "NUMERO"],
        ["dlq", "list"],
    ]
    assert len(COMMANDS) > 30


def test_every_log_event_that_a_runbook_names_is_logged() -> None:
    said = {
        node.value
        for _, tree in modules("services", "shared", "workflows", "deploy")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {(page.name, event) for page in RUNBOOKS for event in re.findall(r"«\s([a-z]+(?:_[a-z]+)+)\s»", page.read_text())}

    assert len(named) > 5
    assert {pair for pair in named if pair[1] not in said} == set()


def test_every_setting_that_a_document_names_exists() -> None:
    known = {f"{name}_{field}".upper() for name, settings in SETTINGS.items() for field in settings.model_fields}
    known |= {f"{name}_OWNER_DATABASE_URL".upper() for name in DEPLOYABLES}
    prefixes = "|".join(name.upper() for name in SETTINGS)
    named = {
        (page.name, setting)
        for page in DOCUMENTS
        for setting in re.findall(rf"`((?:{prefixes})_[A-Z0-9_]+)\b", page.read_text())
        if not setting.endswith("_")
    }

    assert named
    assert {pair for pair in named if pair[1] not in known} == set()


def test_every_variable_of_commands_and_containers_that_a_document_names_is_read() -> None:
    example = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    code = "".join(path.read_text() for path in sorted((ROOT / "deploy").rglob("*")) if path.suffix in {".py", ".sh"})
    named = {
        name for page in DOCUMENTS for name in re.findall(r"`((?:EP|POSTGRES|NATS|PURGE|SMTP|S3)_[A-Z0-9_]*[A-Z0-9])\b", page.read_text())
    }

    assert named
    assert {name for name in named if name not in example and name not in code} == set()


@pytest.mark.parametrize("vendor", VENDORED, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_others_wrote_is_kept_as_published_and_named_in_the_notice(vendor: Path) -> None:
    declared = tomllib.loads(vendor.read_text())
    parts = [part for value in declared.values() for part in (value if isinstance(value, list) else [value])]
    notice = (ROOT / "NOTICE").read_text()

    assert parts
    assert vendor.parent.relative_to(ROOT).as_posix() in notice
    for part in parts:
        kept = vendor.parent / part["file"] if "file" in part else vendor.parents[1] / part["chemin"]
        assert sha256(kept.read_bytes()).hexdigest() == part["sha256"], kept


def test_every_picture_is_shown_or_linked() -> None:
    text = "".join(page.read_text() for page in DOCUMENTS)

    assert [picture.name for picture in sorted((ROOT / "docs" / "img").iterdir()) if f"docs/img/{picture.name}" not in text] == []
