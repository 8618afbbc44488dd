"""Probes and metrics answer the machines beside the process, and nobody who comes through a proxy."""

import pytest
from starlette.testclient import TestClient

from shared.plumbing.process import build_app

PROBES = ("/livez", "/readyz", "/metrics")


@pytest.mark.parametrize("path", PROBES)
def test_a_probe_answers_from_inside_only(path: str) -> None:
    client = TestClient(build_app("essai", checks={}))

    assert client.get(path).status_code == 200
    assert client.get(path, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
