"""One whole demande in two real browsers: the partner files and downloads, the agent asks and answers."""

import re

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from deploy.story.contenus import docx, pdf
from tests.e2e.conftest import Personne, somebody
from tests.e2e.recits import unique_person
from tests.integration.support import RunningStack, wait_for

pytestmark = pytest.mark.timeout(180)
FORMULAIRE = "/demandes/nouvelle/transmettre_suivre_dossier"
_KEPT = """async () => JSON.stringify(
  [{...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys().catch(() => [])])"""
FICHIERS: list[FilePayload] = [
    {"name": "BS.pdf", "mimeType": "application/pdf", "buffer": pdf("Bulletin de salaire")},
    {"name": "Att sur honneur.docx", "mimeType": "application/octet-stream", "buffer": docx()},
]
AVIS: FilePayload = {"name": "Avis.pdf", "mimeType": "application/pdf", "buffer": pdf("Avis d'imposition")}
REPONSE: FilePayload = {"name": "Notification.pdf", "mimeType": "application/pdf", "buffer": pdf("Notification de droits")}


async def test_a_demande_is_filed_asked_about_answered_and_downloaded(camille: Personne, alix: Personne) -> None:
    """UX-F01, UX-F02, UX-U03, UX-U04, UX-U11, UX-A04, UX-W01: the story of the README."""
    numero = await _file(camille)
    await expect(camille.page.get_by_text("Nouveau").first).to_be_visible()

    await alix.open(f"/agent/demandes/{numero}")
    await _reload_until(alix.page, "Prendre en charge")
    await alix.page.get_by_role("button", name="Prendre en charge").first.click()
    await _write(alix.page, "Question", "Pouvez-vous joindre le dernier avis d'imposition ?")

    await camille.open(f"/demandes/{numero}")
    await expect(camille.page.get_by_text("Complément demandé").first).to_be_visible()
    await camille.page.get_by_label("Votre réponse").fill("Le voici.")
    await camille.page.locator("input[type=file]").first.set_input_files([AVIS])
    await expect(camille.page.get_by_text("Avis.pdf").first).to_be_visible()
    await camille.page.get_by_role("button", name=re.compile("^Envoyer")).click()
    await expect(camille.page.get_by_text("Le voici.").first).to_be_visible()

    await alix.open(f"/agent/demandes/{numero}")
    await expect(alix.page.get_by_text("Le voici.").first).to_be_visible()
    await _write(alix.page, "Réponse", "Vos droits sont ouverts. Vous n'avez rien d'autre à faire.", REPONSE)
    await expect(alix.page.get_by_text("Résolu").first).to_be_visible()

    await camille.open(f"/demandes/{numero}")
    await _reload_until(camille.page, "Télécharger")
    await expect(camille.page.get_by_text("Vos droits sont ouverts.").first).to_be_visible()
    async with camille.page.expect_download() as telechargement:
        await (
            camille.page.get_by_role("link", name=re.compile("Télécharger"))
            .or_(camille.page.get_by_role("button", name=re.compile("Télécharger")))
            .first.click()
        )
    fichier = await telechargement.value
    assert fichier.suggested_filename == "Notification.pdf"
    assert (await fichier.path()).read_bytes() == REPONSE["buffer"]


async def test_the_same_form_works_without_javascript_and_keeps_what_was_typed(browser: Browser, stack: RunningStack) -> None:
    """UX-F03, UX-F04, UX-F05, UX-F07, UX-F09, UX-U12."""
    noa = await somebody(browser, stack.url("gateway"), javascript=False)
    await noa.sign_in("noa.invente@exemple.fr")
    page = noa.page
    await _new_form(noa)
    await page.get_by_label("Etude de C2S").check()
    await page.get_by_label("Nom", exact=True).fill("D’Agostino")
    await page.get_by_role("button", name="Déposer la demande").click()

    summary = page.get_by_role("alert").filter(has_text="Il y a un problème").or_(page.locator(".ep-error-summary"))
    await expect(summary.first).to_be_visible()
    assert (await page.title()).startswith("Erreur")
    await expect(page.get_by_label("Nom", exact=True)).to_have_value("D’Agostino")
    await expect(page.get_by_label("Etude de C2S")).to_be_checked()
    prenom = page.get_by_label("Prénom")
    assert await prenom.get_attribute("aria-invalid") == "true"
    described = (await prenom.get_attribute("aria-describedby") or "").split()
    message = await page.locator(f"#{described[-1]}").inner_text()
    assert message.strip() in await summary.first.inner_text()


async def test_nothing_personal_stays_in_the_browser(camille: Personne) -> None:
    """UX-D10."""
    await _new_form(camille)
    await camille.page.get_by_label("Nom", exact=True).fill("CANARINOM")
    await expect(camille.page.get_by_text(re.compile("Brouillon enregistré"))).to_be_visible()

    kept = await camille.page.evaluate(_KEPT)

    assert "CANARINOM" not in kept
    assert kept.endswith("[],[]]")


async def _new_form(personne: Personne) -> None:
    await personne.open(FORMULAIRE)
    start = personne.page.get_by_role("link", name="Commencer une nouvelle demande").or_(
        personne.page.get_by_role("button", name="Commencer une nouvelle demande")
    )
    if await start.count():
        await start.first.click()
    await expect(personne.page.get_by_role("heading", level=1)).to_have_text(re.compile("Transmettre et / ou suivre un dossier"))


async def _file(personne: Personne) -> str:
    await _new_form(personne)
    page = personne.page
    await page.get_by_label("Etude de C2S").check()
    await expect(page.get_by_text("Pièces attendues")).to_be_visible()
    await page.get_by_label("Madame").check()
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")
    await page.get_by_label("Prénom").fill("Jeanne")
    rang = unique_person()
    await page.get_by_label("Date de naissance").fill(f"{rang % 28 + 1:02}/{rang // 28 % 12 + 1:02}/{1930 + rang // 336 % 80}")
    await page.get_by_label("Lieu de naissance").fill("83")
    await page.get_by_label("Téléphone").fill("07 00 00 00 00")
    await page.locator("input[type=file]").first.set_input_files(FICHIERS)
    await expect(page.get_by_text("Reçu, analysé au dépôt")).to_have_count(2)
    await page.get_by_label(re.compile("Type de pièce.*BS.pdf", re.DOTALL)).select_option(label="Bulletin de salaire")
    await page.get_by_label(re.compile("Type de pièce.*honneur", re.DOTALL)).select_option(label="Attestation sur l'honneur")
    await page.get_by_role("textbox", name="Commentaires").fill("Dossier complet, la personne est d'accord pour cette transmission.")
    await page.get_by_role("button", name="Déposer la demande").click()
    await page.wait_for_url(re.compile(r"/demandes/\d{10}/depot"))
    match = re.search(r"/demandes/(\d{10})/depot", page.url)
    assert match is not None
    return match.group(1)


async def _write(page: Page, genre: str, texte: str, *fichiers: FilePayload) -> None:
    await page.get_by_label(re.compile(f"^{genre}")).first.check()
    await page.get_by_label(re.compile("^Votre (message|réponse|texte)|^Texte|^Message")).first.fill(texte)
    if fichiers:
        await page.locator("input[type=file]").first.set_input_files(list(fichiers))
        await expect(page.get_by_text(fichiers[0]["name"]).first).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Envoyer au partenaire")).first.click()
    await expect(page.get_by_text(texte).first).to_be_visible()


async def _reload_until(page: Page, texte: str) -> None:
    """The page shows it once the fact has travelled: ask again until it does."""

    async def there() -> bool:
        await page.reload()
        return bool(await page.get_by_text(texte).count())

    await wait_for(there)
