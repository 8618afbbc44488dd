"""UX-X01, UX-X02, UX-X04: every page of both fronts, light and dark, on a telephone of 320 px and on a desk."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from deploy.story.contenus import OFFRES, contenu_attestation, contenu_mas
from tests.e2e.gestes import new_form
from tests.e2e.personne import Personne, Scheme, signed_in, somebody
from tests.e2e.recits import AGENT, CONSEILLER, RESOLUTION, SUPERVISEUR, TECHNICIEN, file_two_pieces, scene, unique_person
from tests.integration.support import RunningStack

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.parametrize(("largeur", "scheme"), [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]),
]
GESTIONNAIRE = "dominique.imagine@exemple.fr"
LEGAL = ("/aide", "/accessibilite", "/mentions-legales", "/donnees-personnelles")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: tags, resultTypes: ['violations']})).violations
  .flatMap(rule => rule.nodes.map(node => `${rule.id} ${node.target.join(' ')}: ${node.failureSummary}`))"""
_FRAME = """() => {
  const focusable = document.querySelector('a[href], button, input, select, textarea, summary, [tabindex]');
  return {
    lang: document.documentElement.lang,
    h1: document.querySelectorAll('h1').length,
    main: document.querySelectorAll('main').length,
    header: document.querySelectorAll('body > header').length,
    footer: document.querySelectorAll('body > footer').length,
    first: focusable.textContent.trim(),
    wider: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  }
}"""
_SOUND = {"lang": "fr", "h1": 1, "main": 1, "header": 1, "footer": 1, "first": "Aller au contenu", "wider": 0}


@dataclass
class Relecture:
    """Looks at pages one after the other and keeps what is wrong, to say it all at once."""

    axe: str
    page: Page
    found: list[str]

    async def look(self, name: str) -> None:
        """The page as it is now."""
        frame = await self.page.evaluate(_FRAME)
        self.found += [f"{name}: {key} is {value!r}" for key, value in frame.items() if value != _SOUND[key]]
        await self.page.evaluate(self.axe)
        self.found += [f"{name}: {violation}" for violation in await self.page.evaluate(_RUN_AXE, _TAGS)]

    async def visit(self, personne: Personne, paths: Sequence[str]) -> None:
        """Each page, by its address."""
        for path in paths:
            await personne.open(path)
            await self.look(path)


async def test_every_page_of_the_partner_is_accessible(
    browser: Browser, stack: RunningStack, axe: str, largeur: int, scheme: Scheme
) -> None:
    """UX-X01, UX-X02, UX-X04."""
    async with scene(stack) as joue:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.files_in(numero, ["saine", "saine"])
        await joue.agent.resolve(numero, "Votre dossier est complet.", RESOLUTION)
        await joue.files_in(numero, ["disponible"], sens="recue")
        ouverte = (await joue.partenaire.file_demande("demander_document", contenu_attestation(unique_person()))).numero
        await joue.opened(ouverte)
        await joue.agent.ask(ouverte, "Pouvez-vous préciser ?")
    camille = await signed_in(browser, stack.url("gateway"), TECHNICIEN, size=(largeur, 800), scheme=scheme)
    relecture = Relecture(axe, camille.page, [])
    formulaires = [f"/demandes/nouvelle/{offre}?nouveau=true" for offre in OFFRES]
    listes = [
        "/",
        "/demandes/nouvelle",
        "/demandes",
        "/documents",
        "/brouillons",
        "/avis",
        "/demandes?statut=NOUVEAU&offre=demander_rdv_assure",
    ]
    await relecture.visit(camille, [*listes, *formulaires, f"/demandes/{numero}", f"/demandes/{numero}/depot", f"/demandes/{ouverte}"])
    await relecture.visit(camille, [*LEGAL, "/demandes/2683199999", "/rien"])

    await new_form(camille)
    await camille.page.get_by_label("Etude de C2S").check()
    await expect(camille.page.get_by_role("heading", name="Pièces attendues")).to_be_visible()
    await relecture.look("form with a motif")
    await camille.page.get_by_role("button", name="Déposer la demande").click()
    await expect(camille.page.get_by_text("Il y a un problème")).to_be_visible()
    await relecture.look("form in error")

    assert relecture.found == []


async def test_every_page_of_the_agent_is_accessible(browser: Browser, stack: RunningStack, axe: str, largeur: int, scheme: Scheme) -> None:
    """UX-X01, UX-X02, UX-X04."""
    async with scene(stack) as joue:
        nouvelle = (await file_two_pieces(joue, unique_person())).numero
        attestation = (await joue.partenaire.file_demande("demander_document", contenu_attestation(unique_person()))).numero
        resolue = (await file_two_pieces(joue, unique_person())).numero
        await joue.files_in(resolue, ["saine", "saine"])
        await joue.agent.take_in_charge(resolue)
        await joue.agent.resolve(resolue, "Votre dossier est complet.", RESOLUTION)
        await joue.opened(nouvelle)
        await joue.opened(attestation)
        await joue.agent.take_in_charge(attestation)
    alix = await signed_in(browser, stack.url("case"), AGENT, size=(largeur, 800), scheme=scheme)
    relecture = Relecture(axe, alix.page, [])
    demandes = [f"/agent/demandes/{numero}" for numero in (nouvelle, attestation, resolue)]
    onglets = [f"/agent/demandes/{resolue}?onglet={onglet}" for onglet in ("pieces", "historique")]
    await relecture.visit(alix, ["/agent", "/agent?vue=en_retard", "/agent/attestations", "/agent/recherche", "/agent/avis"])
    await relecture.visit(alix, [*demandes, *onglets, *LEGAL, "/agent/demandes/2683199999", "/agent/rien"])

    await alix.open(f"/agent/demandes/{attestation}")
    await alix.page.get_by_label("Question", exact=True).check()
    await alix.page.get_by_role("button", name="Envoyer au partenaire et attendre sa réponse").click()
    await expect(alix.page.get_by_text("Il y a un problème")).to_be_visible()
    await relecture.look("composer in error")

    assert relecture.found == []


async def test_the_pages_of_the_other_roles_are_accessible(
    browser: Browser, stack: RunningStack, axe: str, largeur: int, scheme: Scheme
) -> None:
    """UX-X01, UX-X02, UX-X04."""
    async with scene(stack, agent=CONSEILLER) as joue:
        numero = (await joue.partenaire.file_demande("signaler_difficulte", contenu_mas(unique_person()))).numero
        await joue.opened(numero)
        await joue.agent.take_in_charge(numero)
    found: list[str] = []
    for front, courriel, paths in (
        ("case", SUPERVISEUR, ["/agent", "/agent/supervision"]),
        ("case", CONSEILLER, ["/agent/mas", f"/agent/demandes/{numero}"]),
        ("gateway", GESTIONNAIRE, ["/", "/demandes"]),
    ):
        personne = await signed_in(browser, stack.url(front), courriel, size=(largeur, 800), scheme=scheme)
        relecture = Relecture(axe, personne.page, found)
        await relecture.visit(personne, paths)

    assert found == []


async def test_signing_in_is_accessible_on_both_fronts(
    browser: Browser, stack: RunningStack, axe: str, largeur: int, scheme: Scheme
) -> None:
    """UX-X01, UX-X02, UX-X04, also after a wrong password."""
    found: list[str] = []
    for front in ("gateway", "case"):
        personne = await somebody(browser, stack.url(front), size=(largeur, 800), scheme=scheme)
        relecture = Relecture(axe, personne.page, found)
        await relecture.visit(personne, ["/connexion"])
        await personne.page.get_by_role("button", name="Se connecter").click()
        await expect(personne.page.get_by_text("Il y a un problème")).to_be_visible()
        await relecture.look(f"{front}: sign-in in error")

    assert found == []
