"""What each service publishes is what its running process says."""

import pytest

from deploy.contracts.openapi import SERVICES, fetch_openapi
from deploy.local.layout import REPOSITORY
from tests.integration.support import RunningStack


@pytest.mark.parametrize("service", SERVICES)
def test_the_published_openapi_is_the_one_of_the_process(stack: RunningStack, service: str) -> None:
    published = (REPOSITORY / "docs" / "contrats" / f"{service}.openapi.json").read_text(encoding="utf-8")

    assert published == fetch_openapi(stack.url(service)), "run `make openapi` and read the difference"
