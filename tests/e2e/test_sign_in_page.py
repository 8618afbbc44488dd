"""The sign-in page of both fronts in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.personne import somebody
from tests.integration.support import RunningStack


@pytest.mark.parametrize("front", ["gateway", "case"])
async def test_ux_c01_the_password_is_shown_on_demand_and_hidden_before_it_leaves(
    browser: Browser, stack: RunningStack, front: str
) -> None:
    personne = await somebody(browser, stack.url(front))
    await personne.open("/connexion")
    password = personne.page.get_by_label("Mot de passe", exact=True)
    await password.fill("pas-le-bon-mot")
    await personne.page.keyboard.press("Tab")
    await expect(personne.page.get_by_role("button", name="Afficher le mot de passe")).to_be_focused()

    await personne.page.keyboard.press("Space")
    await expect(password).to_have_attribute("type", "text")
    await expect(password).to_have_value("pas-le-bon-mot")
    await expect(personne.page.get_by_role("button", name="Masquer le mot de passe")).to_be_focused()

    await personne.page.evaluate("document.forms[0].addEventListener('submit', event => event.preventDefault())")
    await personne.page.get_by_role("button", name="Se connecter").click()
    await expect(password).to_have_attribute("type", "password")
