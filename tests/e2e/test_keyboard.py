"""UX-X03: a demande is filed without a mouse, and the focus is always seen."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.gestes import COMMENTAIRE, FICHIERS, birth_date, files_of, new_form
from tests.e2e.personne import Personne
from tests.e2e.recits import unique_person

pytestmark = pytest.mark.timeout(180)
_MOST_TABS = 60
_FOCUS = """() => {
  const element = document.activeElement;
  const named = [...(element.labels ?? [])].map(label => label.textContent);
  const name = named.join(' ') || element.getAttribute('aria-label') || element.textContent || element.name || '';
  const box = (element.closest('.ep-choice') ?? element).getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const above = document.elementFromPoint(x, y);
  const style = getComputedStyle(element);
  const ringed = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const uncovered = above !== null && (element.closest('.ep-choice') ?? element).contains(above);
  return {name: name.replace(/\\s+/g, ' ').trim(), kind: element.type ?? element.localName, seen: ringed && uncovered};
}"""


async def test_ux_x03_a_demande_is_filed_by_keyboard_alone(camille: Personne) -> None:
    """Tab, space, arrows and letters only; each stop is on the screen, uncovered, with a ring; the skip link comes first."""
    page = camille.page
    await new_form(camille)
    await page.keyboard.press("Tab")
    assert (await page.evaluate(_FOCUS))["name"] == "Aller au contenu"
    await page.keyboard.press("Enter")

    await _reach(page, "AME")
    for _ in range(3):
        await page.keyboard.press("ArrowDown")
    await expect(page.get_by_label("Etude de C2S")).to_be_checked()
    await expect(page.get_by_role("heading", name="Pièces attendues")).to_be_visible()
    await expect(page.get_by_label("Etude de C2S")).to_be_focused()
    await _reach(page, "Madame")
    await page.keyboard.press("Space")
    for label, value in (
        ("Nom", "FICTIVE"),
        ("Prénom", "Jeanne"),
        ("Date de naissance", birth_date(unique_person())),
        ("Lieu de naissance", "83"),
        ("Téléphone", "07 00 00 00 00"),
    ):
        await _reach(page, label)
        await page.keyboard.type(value)
    await _reach(page, "Choisir des fichiers (facultatif)")
    await files_of(page).set_input_files(FICHIERS[:1])
    await expect(page.get_by_text("Reçu, analysé au dépôt")).to_be_visible()
    await _reach(page, "Type de pièce pour BS.pdf")
    await page.keyboard.type("Bulletin")
    await expect(page.get_by_label("Type de pièce pour BS.pdf")).to_have_value("bulletin_salaire")
    await _reach(page, "Commentaires")
    await page.keyboard.type(COMMENTAIRE)
    await _reach(page, "Déposer la demande")
    await page.keyboard.press("Enter")

    await page.wait_for_url(re.compile(r"/demandes/\d{10}/depot"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Demande déposée"))


async def test_ux_x03_the_summary_of_errors_takes_the_focus_and_leads_to_each_field(camille: Personne) -> None:
    """UX-F03, UX-F04."""
    page = camille.page
    await new_form(camille)
    await page.get_by_role("button", name="Déposer la demande").press("Enter")

    await expect(page.get_by_role("alert").filter(has_text="Il y a un problème")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("radio", name="AME", exact=True)).to_be_focused()


async def _reach(page: Page, name: str) -> None:
    """Press Tab until the element of this name has the focus; whatever is passed on the way is seen."""
    passed: list[str] = []
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(_FOCUS)
        if focus["kind"] == "body":
            continue
        passed.append(focus["name"])
        assert focus["seen"], f"the focus is hidden on « {focus['name']} » ({focus['kind']})"
        if focus["name"] == name:
            return
    pytest.fail(f"« {name} » is not reached by Tab; passed: {passed}")
