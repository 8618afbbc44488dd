"""Somebody at a screen of one of the two fronts."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, StorageState, async_playwright, expect

from deploy.story.programs import MOT_DE_PASSE

_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)
_FRENCH = {"LANGUAGE": "fr"}  # the browser's own words, as on the button that chooses files (package chromium-l10n)
_TIMEOUT_MS = 15_000
_STATES: dict[tuple[str, str], StorageState] = {}  # one sign-in an account and run: the fronts slow down whoever signs in all the time
Scheme = Literal["light", "dark"]


class NoBrowserError(Exception):
    """Nothing to open pages with."""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """The distribution's Chromium, without its background traffic. Raises: NoBrowserError."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        raise NoBrowserError("No Chromium on PATH: `ep tools install --tests` installs the distribution's.")
    expect.set_options(timeout=_TIMEOUT_MS)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=executable, args=_FLAGS.split(), env={**os.environ, **_FRENCH}, ignore_default_args=["--lang=en-US"]
        )
        yield launched
        await launched.close()


class Personne:
    """A context with its cookies, and its page."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context, self.page, self.base = context, page, base

    async def open(self, path: str) -> None:
        """Go to a page of the front."""
        await self.page.goto(f"{self.base}{path}")

    async def sign_in(self, courriel: str) -> None:
        """Sign in as a demonstration account."""
        await self.open("/connexion")
        await self.page.get_by_label("Adresse e-mail").fill(courriel)
        await self.page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
        await self.page.get_by_role("button", name="Se connecter").click()
        await expect(self.page).not_to_have_url(re.compile("/connexion"))


async def somebody(
    browser: Browser,
    base: str,
    *,
    javascript: bool = True,
    size: Sequence[int] = (1280, 900),
    scheme: Scheme = "light",
    state: StorageState | None = None,
) -> Personne:
    """A new person, with nothing in the browser, or with what `state` brings."""
    context = await browser.new_context(
        java_script_enabled=javascript,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        accept_downloads=True,
        storage_state=state,
    )
    context.set_default_timeout(_TIMEOUT_MS)
    return Personne(context, await context.new_page(), base)


async def signed_in(
    browser: Browser,
    base: str,
    courriel: str,
    *,
    javascript: bool = True,
    size: Sequence[int] = (1280, 900),
    scheme: Scheme = "light",
) -> Personne:
    """A person of this account, signed in, in a context of their own."""
    state = _STATES.get((base, courriel))
    personne = await somebody(browser, base, javascript=javascript, size=size, scheme=scheme, state=state)
    if state is None:
        await personne.sign_in(courriel)
        _STATES[base, courriel] = await personne.context.storage_state()
    return personne
