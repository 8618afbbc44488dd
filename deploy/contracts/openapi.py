"""OpenAPI of each service, as its running process tells it, with keys in a stable order."""

import json

import httpx2

SERVICES = ("gateway", "directory", "intake", "attachment", "case", "notification")


def fetch_openapi(base_url: str) -> str:
    """The document of one service, as it is published in docs/contrats. Raises: httpx2.HTTPError."""
    response = httpx2.get(f"{base_url}/openapi.json", timeout=10)
    response.raise_for_status()
    return json.dumps(response.json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
