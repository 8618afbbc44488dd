"""Structured logs: a constant event, then fields from an allow-list. No personal data, ever (style §6, domain LG-04).

A key that is not on the list is dropped and counted: `log_keys_dropped_total`.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Literal

import structlog
from prometheus_client import Counter

ALLOWED_KEYS = frozenset({
    "event", "level", "timestamp", "logger", "exception", "exc_info", "stack_info", "service", "correlation_id", "demande_id", "numero",
    "piece_jointe_id", "structure_id", "caisse_code", "compte_id", "workflow_id", "workflow_type", "activity_type", "run_id", "attempt",
    "event_id", "duration_ms", "subject", "durable", "stream", "code", "status", "method", "route", "count", "port", "version", "verdict",
    "cle", "etape", "dependency", "act", "delivery", "error_type", "role", "component", "profile", "bytes", "key_id", "question", "outcome",
    "operateur", "brouillon_id", "donnee", "fact",
})  # fmt: skip
_dropped = Counter("log_keys_dropped_total", "Fields of log lines that are not on the allow-list.")


def _keep_allowed(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for key in [key for key in event if key not in ALLOWED_KEYS and not key.startswith("_")]:
        del event[key]
        _dropped.inc()
    return event


def _name_the_error(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """Replace the exception by its type and its place: its text may quote a person (trust B9)."""
    if exc_info := event.pop("exc_info", None):
        error = exc_info if isinstance(exc_info, BaseException) else exc_info[1] if isinstance(exc_info, tuple) else sys.exc_info()[1]
        if error is not None:
            event["error_type"] = " < ".join(_chain(error))
            event["exception"] = _places(error)
    return event


def _chain(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None and len(names) < 5:
        names.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return names


def _places(error: BaseException) -> str:
    places, frame = [], error.__traceback__
    while frame is not None:
        places.append(f"{frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-12:])


def configure_logs(service: str, log_format: Literal["columns", "json"]) -> None:
    """One formatter for our lines and the libraries', on standard output."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_error,
        _keep_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name, level in (
        ("uvicorn.access", logging.WARNING),
        ("httpx2", logging.WARNING),
        ("nats", logging.WARNING),
        ("fontTools", logging.WARNING),
    ):
        logging.getLogger(name).setLevel(level)
    structlog.contextvars.bind_contextvars(service=service)
