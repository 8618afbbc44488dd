"""A real browser on the running stack: one Chromium a test, one context a person."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.integration.conftest import stack
from tests.integration.support import RunningStack

__all__ = ["stack"]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PASSWORD = "Demo-Partenaires-2026"
_TIMEOUT_MS = 15_000


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


class Personne:
    """Somebody at a screen: a context with its cookies, signed in at one of the two fronts."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context, self.page, self.base = context, page, base

    async def open(self, path: str) -> None:
        """Go to a page of the front."""
        await self.page.goto(f"{self.base}{path}")

    async def sign_in(self, courriel: str) -> None:
        """Sign in as a demonstration account."""
        await self.open("/connexion")
        await self.page.get_by_label("Adresse e-mail").or_(self.page.get_by_label("Adresse électronique")).first.fill(courriel)
        await self.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Se connecter").click()


async def somebody(browser: Browser, base: str, *, javascript: bool = True, width: int = 1280) -> Personne:
    """A new person, with nothing in the browser."""
    context = await browser.new_context(
        java_script_enabled=javascript,
        viewport={"width": width, "height": 900},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        accept_downloads=True,
    )
    context.set_default_timeout(_TIMEOUT_MS)
    return Personne(context, await context.new_page(), base)


@pytest.fixture
async def camille(browser: Browser, stack: RunningStack) -> Personne:
    """A technicien of an invented CCAS, caisse 831."""
    personne = await somebody(browser, stack.url("gateway"))
    await personne.sign_in("camille.fictif@exemple.fr")
    return personne


@pytest.fixture
async def alix(browser: Browser, stack: RunningStack) -> Personne:
    """An agent of caisse 831."""
    personne = await somebody(browser, stack.url("case"))
    await personne.sign_in("alix.agent@exemple.fr")
    return personne


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as published."""
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
