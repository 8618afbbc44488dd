"""The elements of the form in a real browser: what a lost connection, an ended session or a changed motif leave intact."""

import asyncio
import re

import pytest
from playwright.async_api import FilePayload, Route, expect

from deploy.story.contenus import pdf
from tests.e2e.gestes import files_of, new_form
from tests.e2e.personne import Personne

pytestmark = pytest.mark.timeout(120)
BULLETIN: FilePayload = {"name": "Bulletin.pdf", "mimeType": "application/pdf", "buffer": pdf("Bulletin de salaire")}
SAVED = re.compile("Brouillon enregistré à")


async def cut(route: Route) -> None:
    """The network is gone."""
    await route.abort()


async def break_down(route: Route) -> None:
    """A service is down."""
    await route.fulfill(status=503, content_type="text/html", body="<p>panne</p>")


async def test_ux_u06_a_lost_connection_is_told_and_the_file_tried_again(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.route("**/pieces-jointes", cut)

    await files_of(page).set_input_files([BULLETIN])

    await expect(page.get_by_text("La connexion a été perdue").first).to_be_visible()
    await page.unroute("**/pieces-jointes")
    await page.get_by_role("button", name="Réessayer").click()
    await expect(page.get_by_text("Reçu, analysé au dépôt")).to_be_visible()


async def test_ux_u03_a_form_sent_while_a_file_is_on_its_way_takes_the_file_with_it(camille: Personne) -> None:
    page, arrived = camille.page, asyncio.Event()
    await new_form(camille)

    async def slowly(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/pieces-jointes", slowly)
    await files_of(page).set_input_files([BULLETIN])
    await page.get_by_role("button", name="Déposer la demande").click()
    await expect(page.get_by_text("L'envoi part dès que les fichiers sont arrivés")).to_be_visible()
    arrived.set()

    await expect(page.get_by_role("heading", name="Il y a un problème")).to_be_visible()
    await expect(page.get_by_text("Bulletin.pdf").first).to_be_visible()


async def test_ux_f15_another_motif_keeps_what_was_typed_and_the_files(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")
    await files_of(page).set_input_files([BULLETIN])
    await expect(page.get_by_text("Reçu, analysé au dépôt")).to_be_visible()

    await page.get_by_role("radio", name="AME", exact=True).check()

    await expect(page.get_by_role("radio", name="Renouvellement")).to_be_visible()
    await expect(page.get_by_label("Nom", exact=True)).to_have_value("FICTIVE")
    await expect(page.get_by_text("Bulletin.pdf").first).to_be_visible()
    await expect(page.get_by_role("radio", name="AME", exact=True)).to_be_focused()


async def test_ux_f15_a_service_that_is_down_leaves_the_form_as_it_was(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.route("**/formulaire", break_down)
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")

    async with page.expect_response("**/formulaire"):
        await page.get_by_role("radio", name="AME", exact=True).check()

    await expect(page.get_by_label("Nom", exact=True)).to_have_value("FICTIVE")
    await expect(page.get_by_text("panne")).to_have_count(0)


async def test_ux_d05_d06_a_session_that_ended_is_told_and_the_page_goes_on_after_a_new_sign_in(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await camille.context.clear_cookies()

    await page.get_by_role("textbox", name="Commentaires").fill("Saisi après la fin de la session.")

    await expect(page.get_by_text("Votre session est terminée.")).to_be_visible()
    another_tab = Personne(camille.context, await camille.context.new_page(), camille.base)
    await another_tab.sign_in("camille.fictif@exemple.fr")
    await page.get_by_role("textbox", name="Commentaires").fill("Saisi après la nouvelle connexion.")
    await expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    await expect(page.get_by_text("Votre session est terminée.")).to_have_count(0)


async def test_ux_d08_f09_enter_saves_the_draft_and_stays_on_the_form(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")

    await page.get_by_label("Nom", exact=True).press("Enter")

    await page.wait_for_url(re.compile(r"brouillon=[0-9a-f-]{36}"))
    await expect(page.get_by_text("Brouillon enregistré.", exact=True)).to_be_visible()
    await expect(page.get_by_label("Nom", exact=True)).to_have_value("FICTIVE")


async def test_ux_x03_f04_the_keyboard_reaches_the_summary_and_its_links_reach_the_fields(camille: Personne) -> None:
    page = camille.page
    await new_form(camille)
    await page.get_by_role("radio", name="Etude de C2S").check()

    await page.get_by_role("button", name="Déposer la demande").press("Enter")

    await expect(page.get_by_role("alert").filter(has_text="Il y a un problème")).to_be_focused()
    await page.get_by_role("link", name="Saisissez le nom").press("Enter")
    await expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    await expect(page).to_have_title(re.compile("^Erreur"))


async def test_ux_x05_nothing_moves_for_whoever_asked_for_less_motion(camille: Personne) -> None:
    page = camille.page
    await page.emulate_media(reduced_motion="reduce")
    await new_form(camille)

    transitions = await page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => getComputedStyle(e).transitionDuration))]")

    assert transitions == ["0s"]
