"""One whole demande in two real browsers: the partner files and downloads, the agent asks and answers."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.gestes import AVIS, REPONSE, deposit, files_of, fill_dossier, new_form, reload_until, write
from tests.e2e.personne import Personne, signed_in
from tests.integration.support import RunningStack

pytestmark = pytest.mark.timeout(240)
_KEPT = """async () => JSON.stringify(
  [{...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys().catch(() => [])])"""


async def test_a_demande_is_filed_asked_about_answered_and_downloaded(camille: Personne, alix: Personne) -> None:
    """UX-F01, UX-F02, UX-U03, UX-U04, UX-U11, UX-A04, UX-W01: the story of the README."""
    await new_form(camille)
    await fill_dossier(camille.page)
    numero = await deposit(camille.page)

    await alix.open(f"/agent/demandes/{numero}")
    prendre = alix.page.get_by_role("button", name="Prendre en charge")
    await reload_until(alix.page, prendre)
    await prendre.click()
    await write(alix.page, "Question", "Pouvez-vous joindre le dernier avis d'imposition ?")

    await camille.open(f"/demandes/{numero}")
    await expect(camille.page.get_by_role("main").get_by_text("Complément demandé").first).to_be_visible()
    await camille.page.get_by_label("Votre réponse").fill("Le voici.")
    await files_of(camille.page).set_input_files([AVIS])
    await expect(camille.page.get_by_role("button", name="Supprimer Avis.pdf")).to_be_visible()
    await camille.page.get_by_label("Type de pièce pour Avis.pdf").select_option(label="Avis d'imposition")
    await camille.page.get_by_role("button", name="Envoyer", exact=True).click()
    await expect(camille.page.get_by_role("article").filter(has_text="Le voici.")).to_be_visible()

    await alix.open(f"/agent/demandes/{numero}")
    await expect(alix.page.get_by_role("article").filter(has_text="Le voici.")).to_be_visible()
    await write(alix.page, "Réponse finale", "Vos droits sont ouverts. Vous n'avez rien d'autre à faire.", REPONSE)
    await expect(alix.page.get_by_role("main").get_by_text("Résolue").first).to_be_visible()

    await camille.open(f"/demandes/{numero}")
    telecharger = camille.page.get_by_role("link", name=re.compile("Télécharger"))
    await reload_until(camille.page, telecharger)
    await expect(camille.page.get_by_role("article").filter(has_text="Vos droits sont ouverts.")).to_be_visible()
    async with camille.page.expect_download() as telechargement:
        await telecharger.click()
    fichier = await telechargement.value
    assert fichier.suggested_filename == "Notification.pdf"
    assert (await fichier.path()).read_bytes() == REPONSE["buffer"]


async def test_the_same_form_works_without_javascript_and_keeps_what_was_typed(browser: Browser, stack: RunningStack) -> None:
    """UX-F03, UX-F04, UX-F05, UX-F07, UX-F09, UX-U12."""
    noa = await signed_in(browser, stack.url("gateway"), "noa.invente@exemple.fr", javascript=False)
    page = noa.page
    await new_form(noa)
    await page.get_by_label("Etude de C2S").check()
    await page.get_by_label("Nom", exact=True).fill("D’Agostino")
    await page.get_by_role("button", name="Déposer la demande").click()

    summary = page.get_by_role("alert").filter(has_text="Il y a un problème")
    await expect(summary).to_be_visible()
    assert (await page.title()).startswith("Erreur")
    await expect(page.get_by_label("Nom", exact=True)).to_have_value("D’Agostino")
    await expect(page.get_by_label("Etude de C2S")).to_be_checked()
    prenom = page.get_by_label("Prénom")
    assert await prenom.get_attribute("aria-invalid") == "true"
    described = (await prenom.get_attribute("aria-describedby") or "").split()
    message = (await page.locator(f"#{described[-1]}").inner_text()).removeprefix("Erreur\u00a0:").strip()
    assert message in await summary.inner_text()


async def test_nothing_personal_stays_in_the_browser(camille: Personne) -> None:
    """UX-D10."""
    await new_form(camille)
    await camille.page.get_by_label("Nom", exact=True).fill("CANARINOM")
    await expect(camille.page.get_by_role("status").filter(has_text="Brouillon enregistré")).to_be_visible()

    kept = await camille.page.evaluate(_KEPT)

    assert "CANARINOM" not in kept
    assert kept.endswith("[],[]]")
