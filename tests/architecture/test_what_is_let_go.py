"""What the house keeps goes in time, by itself, in every service (trust §2.6, §4)."""

import ast
from datetime import timedelta

import pytest

from deploy.local.nats import declaration
from services.attachment.settings import Settings as AttachmentSettings
from services.case.operations.forget_verdicts import KEPT as VERDICT_KEPT
from shared.plumbing.retention import INBOX_KEEPS, OUTBOX_KEEPS
from tests.architecture.tree import SERVICES, calls, modules


def test_a_mark_outlives_every_way_its_fact_may_come_again() -> None:
    """Published again on its last day in the outbox, read on its last day in the stream, refused, kept, replayed: C3."""
    stream = timedelta(days=declaration().max_age_days)

    assert OUTBOX_KEEPS + 3 * stream < INBOX_KEEPS


def test_a_file_that_was_filed_is_never_taken_for_an_orphan_because_the_bus_was_down() -> None:
    """Filed on the last day of its receipt, named to attachment by a fact that waited as long as the stream keeps one."""
    fields, stream = AttachmentSettings.model_fields, timedelta(days=declaration().max_age_days)

    assert fields["recu_validite"].default + stream < fields["orphelines_delai"].default


def test_a_verdict_is_kept_as_long_as_its_file_may_still_be_joined() -> None:
    assert AttachmentSettings.model_fields["orphelines_delai"].default < VERDICT_KEPT


def _has_technical_tables(service: str) -> bool:
    told = [ast.unparse(tree) for path, tree in modules(f"services/{service}/store") if "/versions/" in path]
    return any("create_technical_tables" in text or "tables.METADATA.create_all" in text for text in told)


@pytest.mark.parametrize("service", [service for service in SERVICES if _has_technical_tables(service)])
def test_every_service_that_has_the_technical_tables_empties_them(service: str) -> None:
    """Where idempotency keys are answered, the answers too: they hold what people were told."""
    started = [call for path, tree in modules(f"services/{service}") for name, call in calls(tree) if name == "build_retention"]
    answers = any("plumbing.idempotence import" in ast.unparse(tree) for _, tree in modules(f"services/{service}"))
    answers = answers or any("plumbing import idempotence" in ast.unparse(tree) for _, tree in modules(f"services/{service}"))

    assert [len(call.args) for call in started] == [3 if answers else 2]


def test_the_gateway_alone_has_no_technical_table() -> None:
    assert [service for service in SERVICES if not _has_technical_tables(service)] == ["gateway"]


@pytest.mark.parametrize(
    ("service", "component"),
    [
        ("intake", "every"),
        ("attachment", "build_purge"),
        ("case", "build_purge"),
        ("case", "build_forgetting"),
        ("gateway", "build_purge"),
        ("directory", "build_rounds"),
    ],
)
def test_the_process_starts_what_lets_go(service: str, component: str) -> None:
    (main,) = [tree for path, tree in modules(f"services/{service}") if path.endswith("/main.py")]
    starts = [call for name, call in calls(main) if name == "start"]

    assert [name for call in starts for name, _ in calls(call) if name == component] == [component]


def test_a_component_that_waits_its_turn_is_written_once() -> None:
    """`Rounds` and `pause`: a loop of one's own forgets the stop, the hint or the dependency that is down."""
    guilty = [
        path
        for path, tree in modules("services", "workflows", "shared")
        for name, call in calls(tree)
        if name == "wait_for" and call.args and ast.unparse(call.args[0]).endswith("stop.wait()")
    ]

    assert guilty == []
