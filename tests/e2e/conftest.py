"""A real browser on the running stack: one Chromium a test, one context a person."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.personne import Personne, signed_in
from tests.integration.conftest import stack
from tests.integration.support import RunningStack

__all__ = ["stack"]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The distribution's Chromium, without its background traffic."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.fail("No Chromium on PATH: `ep tools install --tests` installs the distribution's.", pytrace=False)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=executable, args=FLAGS.split())
        yield launched
        await launched.close()


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
