"""Pictures of the story that the README tells, taken on the running stack: `ep docs screenshots`.

The partner files and answers, the agent takes in charge, asks and resolves, and the engine's page shows the process in clear,
through the codec server. Invented people only.
"""

import asyncio
import io
import json
import re
from functools import partial

import typer
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from deploy.local.layout import REPOSITORY, Layout
from deploy.local.temporal import NAMESPACE
from deploy.story.contenus import contenu
from deploy.story.programs import AgentProgram, PartnerProgram
from shared.contracts import workflow_ids
from shared.kernel.identifiers import NumeroDemande
from tests.e2e.gestes import AVIS, REPONSE, birth_date, compose, deposit, files_of, fill_dossier, new_form, reload_until, send, write
from tests.e2e.personne import Personne, open_browser, signed_in, somebody
from tests.e2e.recits import AGENT, TECHNICIEN, absent_until_there, unique_person
from tests.integration.support import DEADLINE, wait_for

FOLDER = REPOSITORY / "docs" / "img"
NEIGHBOURS = (
    ("demander_document", "MODELE", "Paul"),
    ("demander_rdv_assure", "EXEMPLE", "Karim"),
    ("signaler_difficulte", "INVENTE", "Léo"),
)
DESK, TELEPHONE = (1280, 800), (375, 812)
WIDE = (1600, 1000)  # shown as a desk: the engine's page needs the room
COLUMNS = ("Status", "Workflow ID", "EpOffre", "EpEtape", "EpAttente", "EpEcheance", "EpNbPieces")  # what ops read in a list
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
        camille = await signed_in(browser, layout.url("gateway"), TECHNICIEN, size=DESK)
        alix = await signed_in(browser, layout.url("case"), AGENT, size=DESK)
        await _tidy(camille)
        await _neighbours(layout)
        numero = await _file(camille)
        await _exchange(camille, alix, numero)
        await _answer(camille, alix, numero)
        await _homes(browser, layout, camille)
        await _engine(browser, layout, numero)


async def _tidy(camille: Personne) -> None:
    """No draft and no notice left by what was played before."""
    await camille.open("/brouillons")
    supprimer = camille.page.get_by_role("main").get_by_role("button", name="Supprimer le brouillon")
    while left := await supprimer.count():
        await supprimer.first.click()
        await camille.page.get_by_role("dialog").get_by_role("button", name="Supprimer").click()
        await expect(supprimer).to_have_count(left - 1)
    await camille.open("/avis")
    lire = camille.page.get_by_role("button", name=re.compile("arquer .* comme lus?$"))
    if await lire.count():
        await lire.click()
        await expect(lire).to_have_count(0)


async def _neighbours(layout: Layout) -> None:
    """Other demandes of the structure, one in each public status, one that waits for the partner."""
    async with (
        PartnerProgram.signed_in(layout.url("gateway"), TECHNICIEN) as partenaire,
        AgentProgram.signed_in(layout.url("case"), AGENT) as agent,
    ):
        numeros = []
        for offre, nom, prenom in NEIGHBOURS:
            rang = unique_person()
            qui = {"civilite": "monsieur", "nom": nom, "prenom": prenom, "date_naissance": birth_date(rang)}
            numeros.append((await partenaire.file_demande(offre, contenu(offre, rang) | qui)).numero)
        for numero in numeros:
            await wait_for(partial(absent_until_there, agent, numero), deadline=DEADLINE * 3)
        await agent.resolve(numeros[0], "Le certificat est parti par courrier ce matin.")
        await agent.ask(numeros[1], "Quelle est la date du dernier arrêt de travail ?")


async def _file(camille: Personne) -> str:
    page = camille.page
    await new_form(camille)
    await fill_dossier(page)
    await _shrink(page)
    await _at_top(page.get_by_role("group", name="Pièces jointes"))
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
    await _shrink(alix.page)
    await _at_top(alix.page.get_by_role("group", name="Que fait votre message"))
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
    mobile = await signed_in(browser, layout.url("gateway"), TECHNICIEN, size=TELEPHONE)
    await mobile.open("/")
    await picture(mobile.page, "mobile")


async def _engine(browser: Browser, layout: Layout, numero: str) -> None:
    """The Temporal UI polls for ever: what one waits for is its content."""
    ops = await somebody(browser, layout.url("temporal_ui"), size=WIDE)
    page, workflow_id = ops.page, workflow_ids.traitement_demande(NumeroDemande(numero))
    columns = json.dumps({NAMESPACE: [{"label": label} for label in COLUMNS]})
    await page.add_init_script(f"localStorage.setItem('namespace-workflow-table-columns', {json.dumps(columns)})")
    await ops.open(f"/namespaces/{NAMESPACE}/workflows")
    lien = page.get_by_role("link", name=workflow_id).first
    await expect(lien).to_be_visible()
    await picture(page, "temporal-liste")
    await lien.click()
    await page.mouse.move(0, 0)
    await expect(page.get_by_text("case.read_situation").first).to_be_visible()
    await picture(page, "temporal")
    await page.get_by_role("tab", name="User Metadata").or_(page.get_by_role("link", name="User Metadata")).first.click()
    await expect(page.frame_locator("#user-metadata-current-details").get_by_text("Prochaine échéance").first).to_be_visible()
    await picture(page, "temporal-details")


async def _shrink(page: Page) -> None:
    """More of a long page in one picture."""
    await page.evaluate("document.documentElement.style.zoom = '0.8'")


async def _at_top(locator: Locator) -> None:
    await locator.evaluate("element => element.scrollIntoView({block: 'start'})")


async def picture(page: Page, name: str) -> None:
    """One picture, small enough for a page of documentation."""
    await page.evaluate("document.activeElement?.blur()")
    content = await page.screenshot(animations="disabled", caret="hide")
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.thumbnail((DESK[0], max(DESK[1], TELEPHONE[1])), Image.Resampling.LANCZOS)
    image = image.quantize(colors=256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = FOLDER / f"{name}.png"
    image.save(target, optimize=True)
    if target.stat().st_size > _MOST_BYTES:
        raise TooHeavyError(target.name)
    typer.echo(f"{target.relative_to(REPOSITORY)} ({target.stat().st_size // 1000} kB)")


if __name__ == "__main__":
    asyncio.run(take_all(Layout.from_environment()))
