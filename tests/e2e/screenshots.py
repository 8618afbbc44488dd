"""Pictures of the story that the README tells, taken on the running stack: `ep docs screenshots`.

The partner files and answers, the agent takes in charge, asks and resolves, and the engine's page shows the process in clear,
through the codec server. Invented people only.
"""

import asyncio
import io
import re

import typer
from PIL import Image
from playwright.async_api import Browser, Page, expect

from deploy.local.layout import REPOSITORY, Layout
from deploy.local.temporal import NAMESPACE
from shared.contracts import workflow_ids
from shared.kernel.identifiers import NumeroDemande
from tests.e2e.gestes import AVIS, REPONSE, compose, deposit, files_of, fill_dossier, new_form, reload_until, send, write
from tests.e2e.personne import Personne, open_browser, signed_in, somebody

FOLDER = REPOSITORY / "docs" / "img"
DESK, TELEPHONE = (1280, 800), (375, 812)
_MOST_BYTES = 250_000
_QUESTION = "Bonjour, pouvez-vous joindre le dernier avis d'imposition ? Sans lui, nous ne pouvons pas calculer les ressources."
_RETOUR = "Bonjour, le voici."
_DECISION = (
    "Les droits sont ouverts à compter du premier jour du mois prochain. La notification est jointe, aucune démarche n'est attendue."
)


class TooHeavyError(Exception):
    """A picture that would weigh on every clone."""


async def take_all(layout: Layout) -> None:
    """Play the story once and take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with open_browser() as browser:
        camille = await signed_in(browser, layout.url("gateway"), "camille.fictif@exemple.fr", size=DESK)
        alix = await signed_in(browser, layout.url("case"), "alix.agent@exemple.fr", size=DESK)
        numero = await _file(camille)
        await _exchange(camille, alix, numero)
        await _answer(camille, alix, numero)
        await _homes(browser, layout, camille)
        await _engine(browser, layout, numero)


async def _file(camille: Personne) -> str:
    page = camille.page
    await new_form(camille)
    await fill_dossier(page)
    await page.get_by_role("group", name="Personne concernée").evaluate("group => group.scrollIntoView({block: 'start'})")
    await picture(page, "formulaire")
    numero = await deposit(page)
    await picture(page, "depot")
    return numero


async def _exchange(camille: Personne, alix: Personne, numero: str) -> None:
    await alix.open(f"/agent/demandes/{numero}")
    prendre = alix.page.get_by_role("button", name="Prendre en charge")
    await reload_until(alix.page, prendre)
    await alix.open("/agent")
    await picture(alix.page, "file")
    await alix.open(f"/agent/demandes/{numero}")
    await prendre.click()
    await write(alix.page, "Question", _QUESTION)

    await camille.open(f"/demandes/{numero}")
    await camille.page.get_by_label("Votre réponse").fill(_RETOUR)
    await files_of(camille.page).set_input_files([AVIS])
    await camille.page.get_by_label("Type de pièce pour Avis.pdf").select_option(label="Avis d'imposition")
    await camille.page.get_by_role("button", name="Envoyer", exact=True).click()
    await expect(camille.page.get_by_role("article").filter(has_text=_RETOUR)).to_be_visible()
    await alix.open(f"/agent/demandes/{numero}")
    await expect(alix.page.get_by_role("article").filter(has_text=_RETOUR)).to_be_visible()
    await picture(alix.page, "instruction")


async def _answer(camille: Personne, alix: Personne, numero: str) -> None:
    await compose(alix.page, "Réponse finale", _DECISION, REPONSE)
    await alix.page.get_by_role("heading", name="Écrire").evaluate("heading => heading.scrollIntoView({block: 'start'})")
    await picture(alix.page, "reponse")
    await send(alix.page, _DECISION)

    await camille.open(f"/demandes/{numero}")
    await reload_until(camille.page, camille.page.get_by_role("link", name=re.compile("^Télécharger")))
    await picture(camille.page, "detail")
    await camille.open("/demandes")
    await picture(camille.page, "historique")


async def _homes(browser: Browser, layout: Layout, camille: Personne) -> None:
    await camille.open("/")
    await picture(camille.page, "accueil")
    mobile = await signed_in(browser, layout.url("gateway"), "camille.fictif@exemple.fr", size=TELEPHONE)
    await mobile.open("/")
    await picture(mobile.page, "mobile")


async def _engine(browser: Browser, layout: Layout, numero: str) -> None:
    """The Temporal UI polls for ever: what one waits for is its content."""
    ops = await somebody(browser, layout.url("temporal_ui"), size=DESK)
    workflow_id = workflow_ids.traitement_demande(NumeroDemande(numero))
    await ops.open(f"/namespaces/{NAMESPACE}/workflows")
    await expect(ops.page.get_by_text(workflow_id).first).to_be_visible()
    await picture(ops.page, "temporal-liste")
    await ops.page.get_by_role("link", name=workflow_id).first.click()
    await expect(ops.page.get_by_text("Event History").first).to_be_visible()
    await picture(ops.page, "temporal")


async def picture(page: Page, name: str) -> None:
    """One picture, small enough for a page of documentation."""
    content = await page.screenshot(animations="disabled", caret="hide")
    image = Image.open(io.BytesIO(content)).convert("RGB").quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = FOLDER / f"{name}.png"
    image.save(target, optimize=True)
    if target.stat().st_size > _MOST_BYTES:
        raise TooHeavyError(target.name)
    typer.echo(f"{target.relative_to(REPOSITORY)} ({target.stat().st_size // 1000} kB)")


if __name__ == "__main__":
    asyncio.run(take_all(Layout.from_environment()))
