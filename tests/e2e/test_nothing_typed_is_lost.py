"""Sessions that end, pages left and found again, two tabs: whatever happens, what was typed is there."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from deploy.story.programs import MOT_DE_PASSE
from tests.e2e.gestes import COMMENTAIRE, compose, deposit, fill_dossier, new_form, reload_until, send
from tests.e2e.personne import Personne

pytestmark = pytest.mark.timeout(240)
SAVED = re.compile("Brouillon enregistré à")
EXPIRED = "Votre session a expiré."
_TIC = "document.querySelector('[data-tic]').dispatchEvent(new Event('tic'))"


async def tell_the_end_is_near(route: Route) -> None:
    await route.fulfill(json={"secondes": 240})


async def sign_in_again(page: Page, courriel: str) -> Page:
    """By the link of the line, which opens another tab."""
    async with page.expect_popup() as opened:
        await page.get_by_role("status").get_by_role("link", name="Se reconnecter (nouvel onglet)").click()
    tab = await opened.value
    await tab.get_by_label("Adresse e-mail").fill(courriel)
    await tab.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    await tab.get_by_role("button", name="Se connecter").click()
    await expect(tab).not_to_have_url(re.compile("/connexion"))
    return tab


async def filed(camille: Personne) -> str:
    await new_form(camille)
    await fill_dossier(camille.page)
    return await deposit(camille.page)


async def test_ux_a08_what_an_agent_writes_survives_every_button(camille: Personne, alix: Personne) -> None:
    page, numero = alix.page, await filed(camille)
    await alix.open(f"/agent/demandes/{numero}")
    await reload_until(page, page.get_by_role("button", name="Prendre en charge"))

    await compose(page, "Question", "Texte en cours")
    await page.get_by_role("button", name="Prendre en charge").click()
    await expect(page.get_by_text("Vous avez pris cette demande en charge.")).to_be_visible()
    await expect(page.get_by_label("Votre message")).to_have_value("Texte en cours")
    await expect(page.get_by_label("Question", exact=True)).to_be_checked()

    await page.get_by_label("Votre message").fill("Texte en cours, et la suite")
    await page.get_by_role("link", name="Historique").click()
    await page.wait_for_url("**onglet=historique")
    await page.get_by_role("link", name="Échanges").click()
    await expect(page.get_by_label("Votre message")).to_have_value("Texte en cours, et la suite")


async def test_ux_d06_what_an_agent_writes_survives_the_end_of_the_session(camille: Personne, alix: Personne) -> None:
    page, numero = alix.page, await filed(camille)
    await alix.open(f"/agent/demandes/{numero}")
    await reload_until(page, page.get_by_role("button", name="Prendre en charge"))
    await compose(page, "Question", "Texte en cours")
    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()

    await alix.context.clear_cookies()
    await page.evaluate(_TIC)
    await expect(page.get_by_text(EXPIRED)).to_be_visible()
    await page.get_by_label("Votre message").fill("Saisi après la fin")
    await page.get_by_role("button", name=re.compile("^Envoyer au partenaire")).click()
    await expect(page.get_by_role("alert").get_by_text("Votre session est terminée.")).to_be_visible()
    await expect(page.get_by_label("Votre message")).to_have_value("Saisi après la fin")
    tab = await sign_in_again(page, "alix.agent@exemple.fr")
    assert f"/agent/demandes/{numero}" in tab.url
    await tab.close()
    await page.bring_to_front()
    async with page.expect_response(lambda answer: answer.url.endswith("/brouillon") and answer.ok):
        await page.get_by_label("Votre message").press_sequentially(", puis après")
    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    await expect(page.get_by_text(EXPIRED)).to_have_count(0)
    await page.reload()
    await expect(page.get_by_label("Votre message")).to_have_value("Saisi après la fin, puis après")
    await send(page, "Saisi après la fin, puis après")
    await expect(page.get_by_label("Votre message")).to_have_value("")


async def test_ux_d06_f25_a_draft_is_found_by_a_reload_and_its_demande_by_going_back(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await fill_dossier(page)
    await page.wait_for_url(re.compile(r"\?brouillon=[0-9a-f-]{36}$"))
    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("textbox", name="Commentaires")).to_have_value(COMMENTAIRE)

    numero = await deposit(page)
    await page.go_back()

    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"Cette demande est déjà déposée.*{numero}"))


async def test_ux_d06_a_change_after_the_end_of_the_session_leaves_the_form_on_screen(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")
    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    await camille.context.clear_cookies()

    await page.get_by_role("radio", name="AME", exact=True).check()

    await expect(page.get_by_text(EXPIRED)).to_be_visible()
    await expect(page.get_by_label("Nom", exact=True)).to_have_value("FICTIVE")
    tab = await sign_in_again(page, "camille.fictif@exemple.fr")
    await expect(tab.get_by_label("Nom", exact=True)).to_have_value("FICTIVE")


async def test_ux_d07_the_older_tab_keeps_its_version(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")
    await page.wait_for_url(re.compile("brouillon="))
    other = await camille.context.new_page()
    await other.goto(page.url)
    await other.get_by_label("Prénom").fill("Autre")
    await expect(other.get_by_role("status").filter(has_text=SAVED)).to_be_visible()

    await page.get_by_label("Prénom").fill("Jeanne")
    await expect(page.get_by_role("link", name="Voir l'autre version (nouvel onglet)")).to_be_visible()
    await page.get_by_role("button", name="Garder cette version").click()

    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    await other.reload()
    await expect(other.get_by_label("Prénom")).to_have_value("Jeanne")


async def test_ux_x08_an_idle_page_warns_of_the_end_and_the_session_goes_on(camille: Personne) -> None:
    page = camille.page
    await page.clock.install()
    await page.route("**/connexion/reste", tell_the_end_is_near)
    await camille.open("/brouillons")

    await page.clock.fast_forward("26:00")

    await expect(page.get_by_role("status").filter(has_text="Fin de votre session dans 4")).to_be_visible()
    await page.get_by_role("button", name="Rester connecté").click()
    await expect(page.get_by_text("Fin de votre session")).to_have_count(0)
