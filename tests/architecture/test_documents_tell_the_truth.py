"""Documents describe what is: sizes, commands, links, settings (style §10)."""

import re

from tests.architecture.tree import ROOT, SERVICES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").rglob("README.md")])


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
