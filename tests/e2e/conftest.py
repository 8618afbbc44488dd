"""A real browser on the running stack: one Chromium a test, one context a person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.personne import NoBrowserError, Personne, open_browser, signed_in
from tests.integration.conftest import stack
from tests.integration.support import RunningStack

__all__ = ["stack"]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of this test."""
    try:
        async with open_browser() as opened:
            yield opened
    except NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
async def camille(browser: Browser, stack: RunningStack) -> Personne:
    """A technicien of an invented CCAS, caisse 831."""
    return await signed_in(browser, stack.url("gateway"), "camille.fictif@exemple.fr")


@pytest.fixture
async def alix(browser: Browser, stack: RunningStack) -> Personne:
    """An agent of caisse 831."""
    return await signed_in(browser, stack.url("case"), "alix.agent@exemple.fr")


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as published."""
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
