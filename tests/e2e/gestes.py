"""What people do on the pages: fill the form of « Transmettre », write as an agent, wait for what travels."""

import re
from datetime import date, timedelta

from playwright.async_api import FilePayload, Locator, Page, expect

from deploy.story.contenus import docx, pdf
from tests.e2e.personne import Personne
from tests.e2e.recits import unique_person
from tests.integration.support import wait_for

FORMULAIRE = "/demandes/nouvelle/transmettre_suivre_dossier"
COMMENTAIRE = "Dossier complet, la personne est d'accord pour cette transmission."
FICHIERS: list[FilePayload] = [
    {"name": "BS.pdf", "mimeType": "application/pdf", "buffer": pdf("Bulletin de salaire")},
    {"name": "Att sur honneur.docx", "mimeType": "application/octet-stream", "buffer": docx()},
]
AVIS: FilePayload = {"name": "Avis.pdf", "mimeType": "application/pdf", "buffer": pdf("Avis d'imposition")}
REPONSE: FilePayload = {"name": "Notification.pdf", "mimeType": "application/pdf", "buffer": pdf("Notification de droits")}
_NUMERO = re.compile(r"/demandes/(\d{10})/depot")


def birth_date(rang: int) -> str:
    """Another day for each number: the duplicate guard knows people apart."""
    return f"{date(1930, 1, 1) + timedelta(days=rang % 25_000):%d/%m/%Y}"


def files_of(page: Page) -> Locator:
    """The one input that takes files."""
    return page.get_by_label(re.compile("^(Choisir des fichiers|Fichiers à remettre)"))


async def new_form(personne: Personne) -> None:
    """An empty form of « Transmettre », whatever drafts there are."""
    await personne.open(f"{FORMULAIRE}?nouveau=true")
    await expect(personne.page.get_by_role("heading", level=1)).to_have_text(re.compile("Transmettre et / ou suivre un dossier"))


async def fill_dossier(page: Page) -> None:
    """Everything the form asks for, with a PDF and a Word document."""
    await page.get_by_label("Etude de C2S").check()
    await expect(page.get_by_role("heading", name="Pièces attendues")).to_be_visible()
    await page.get_by_label("Madame").check()
    await page.get_by_label("Nom", exact=True).fill("FICTIVE")
    await page.get_by_label("Prénom").fill("Jeanne")
    await page.get_by_label("Date de naissance").fill(birth_date(unique_person()))
    await page.get_by_label("Lieu de naissance").fill("83")
    await page.get_by_label("Téléphone").fill("07 00 00 00 00")
    await files_of(page).set_input_files(FICHIERS)
    await expect(page.get_by_text("Reçu, analysé au dépôt")).to_have_count(2)
    for nom, type_piece in (("BS.pdf", "Bulletin de salaire"), ("Att sur honneur.docx", "Attestation sur l'honneur")):
        await page.get_by_label(f"Type de pièce pour {nom}").select_option(label=type_piece)
    await page.get_by_role("textbox", name="Commentaires").fill(COMMENTAIRE)


async def deposit(page: Page) -> str:
    """File what is on the screen. Returns the number."""
    await page.get_by_role("button", name="Déposer la demande").click()
    await page.wait_for_url(_NUMERO)
    match = _NUMERO.search(page.url)
    assert match is not None
    return match.group(1)


async def compose(page: Page, genre: str, texte: str, *fichiers: FilePayload) -> None:
    """Fill the agent's composer, without sending."""
    await page.get_by_label(genre, exact=True).check()
    await page.get_by_label("Votre message").fill(texte)
    if fichiers:
        await files_of(page).set_input_files(list(fichiers))
        await expect(page.get_by_role("button", name=f"Supprimer {fichiers[0]['name']}")).to_be_visible()


async def write(page: Page, genre: str, texte: str, *fichiers: FilePayload) -> None:
    """Write to the partner as an agent."""
    await compose(page, genre, texte, *fichiers)
    await send(page, texte)


async def send(page: Page, texte: str) -> None:
    """Send what the agent composed."""
    await page.get_by_role("button", name=re.compile("^Envoyer au partenaire")).click()
    await expect(page.get_by_role("article").filter(has_text=texte)).to_be_visible()


async def reload_until(page: Page, locator: Locator) -> None:
    """The page shows it once the fact has travelled: ask again until it does."""

    async def there() -> bool:
        await page.reload()
        return bool(await locator.count())

    await wait_for(there)
