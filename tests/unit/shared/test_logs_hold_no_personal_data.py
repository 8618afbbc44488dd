"""B9, LG-04: names, dates, telephone, comment, file name, motif and NIR never reach a log line."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.plumbing.logs import configure_logs

CANARIES = {
    "nom": "CANARINOM",
    "date_naissance": "31/02/1975",
    "telephone": "0611223344",
    "commentaire": "canari du commentaire",
    "nom_fichier": "canari.pdf",
    "motif": "saisine_mas",
    "nir": "1841276451089 46",
}


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_b9_no_canary_passes_as_a_field_nor_as_the_text_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("case", "json")
    log = structlog.get_logger("essai")

    log.info("demande_opened", numero="2683100001", **CANARIES)
    try:
        int(" ".join(CANARIES.values()))
    except ValueError:
        log.exception("request_failed", route="/v1/demandes")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    lines = capsys.readouterr().out
    assert all(canary not in lines for canary in CANARIES.values())
    first, *others = [json.loads(line) for line in lines.splitlines()]
    assert first["numero"] == "2683100001"
    assert first["service"] == "case"
    assert all(line["error_type"] == "ValueError" for line in others)
