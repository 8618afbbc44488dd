"""The agents' pages in a real browser, over a desk in memory: what only layout and scripts can break. No stack is needed."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from playwright.async_api import Browser, FloatRect, Locator, Page, Route, expect

from shared.contracts.perimetre import Role
from tests.unit.case_web.fakes import (
    NUMERO,
    ORIGIN,
    FakeBureau,
    Poste,
    un_consentement,
    un_dossier,
    un_poste,
    une_ligne,
    une_piece,
    une_saisine,
)

DEMANDE = f"/agent/demandes/{NUMERO}"
Ouvrir = Callable[[Poste, str, int, Role], Coroutine[Any, Any, Page]]


@pytest.fixture
def ouvrir(browser: Browser) -> Ouvrir:
    """Opens a page of a desk at a width, as somebody of a role; every request is answered by the application itself."""

    async def opened(poste: Poste, chemin: str, largeur: int, role: Role) -> Page:
        client = poste.client(await poste.sign_in(role))

        async def answer(route: Route) -> None:
            request = route.request
            headers = {"content-type": request.headers.get("content-type", "")} if request.post_data else {}
            found = await client.request(request.method, request.url, content=request.post_data_buffer, headers=headers)
            await route.fulfill(status=min(found.status_code, 299), headers=dict(found.headers), body=found.content)

        page = await browser.new_page(viewport={"width": largeur, "height": 700})
        await page.route("**/*", answer)
        await page.goto(f"{ORIGIN}{chemin}")
        return page

    return opened


async def box(place: Locator) -> FloatRect:
    """Where it is on the screen."""
    found = await place.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("largeur", [360, 768, 1280])
async def test_ux_x03_news_stays_on_screen_while_an_agent_writes(ouvrir: Ouvrir, largeur: int) -> None:
    """UX-X03, UX-A07: and never over the focus."""
    poste = un_poste()
    page = await ouvrir(poste, DEMANDE, largeur, Role.AGENT)
    poste.bureau.dossiers[NUMERO] = un_dossier(version=4)
    await page.locator("#veille [data-tic]").dispatch_event("tic")
    news = page.get_by_role("link", name=re.compile("L'échange a changé"))
    await expect(news).to_be_attached()

    field = page.get_by_label("Votre message")
    await field.focus()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Tab")

    await expect(news).to_be_in_viewport(ratio=0.9)
    bar, text = await box(news), await box(field)
    assert bar["y"] + bar["height"] <= text["y"]


@pytest.mark.parametrize("largeur", [360, 768])
async def test_the_strip_of_views_begins_at_the_open_one(ouvrir: Ouvrir, largeur: int) -> None:
    page = await ouvrir(un_poste(), "/agent?vue=toutes", largeur, Role.SUPERVISEUR)

    await expect(page.locator(".ag-views [aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("largeur", [360, 768])
async def test_ux_a21_the_consent_comes_before_the_thread_on_a_narrow_screen(ouvrir: Ouvrir, largeur: int) -> None:
    """UX-A21."""
    saisine = un_dossier(saisine_mas=une_saisine(), consentement=un_consentement(), file_attente="mas")
    page = await ouvrir(un_poste(FakeBureau(dossiers={NUMERO: saisine})), DEMANDE, largeur, Role.CONSEILLER_MAS)

    consent = await box(page.get_by_text("Consentement recueilli à l'oral"))
    thread = await box(page.get_by_role("article").first)
    assert consent["y"] < thread["y"]


async def test_the_referral_stays_beside_the_thread_on_a_desk(ouvrir: Ouvrir) -> None:
    saisine = un_dossier(saisine_mas=une_saisine(), consentement=un_consentement(), file_attente="mas")
    page = await ouvrir(un_poste(FakeBureau(dossiers={NUMERO: saisine})), DEMANDE, 1280, Role.CONSEILLER_MAS)

    panel = await box(page.get_by_role("region", name="Accompagnement santé"))
    thread = await box(page.get_by_role("article").first)
    person = await box(page.get_by_role("region", name="Personne concernée"))
    assert thread["x"] + thread["width"] <= panel["x"] == person["x"]
    assert panel["y"] + panel["height"] <= person["y"]


async def test_a_file_keeps_room_for_its_name_on_a_telephone(ouvrir: Ouvrir) -> None:
    piece = une_piece(nom="justificatif-de-domicile.pdf", etat="infectee")
    page = await ouvrir(un_poste(FakeBureau(dossiers={NUMERO: un_dossier(pieces=[piece])})), f"{DEMANDE}?onglet=pieces", 360, Role.AGENT)

    name = await box(page.locator(".ep-file > span").first)
    badge = await box(page.get_by_text("Écartée par l'antivirus"))
    assert name["width"] > 200
    assert badge["y"] >= name["y"] + name["height"]


async def test_ux_a17_p_takes_the_row_that_has_the_focus_and_no_other(ouvrir: Ouvrir) -> None:
    """UX-A17."""
    other = "2683100013"
    poste = un_poste(FakeBureau(lignes=[une_ligne(), une_ligne(numero=other)]))
    page = await ouvrir(poste, "/agent", 1280, Role.AGENT)

    await page.keyboard.press("p")
    assert poste.bureau.acts == []
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    async with page.expect_response(re.compile("prise-en-charge")):
        await page.keyboard.press("p")

    assert poste.bureau.acts == [("take", other)]


@pytest.mark.parametrize(("touche", "genre"), [("r", "Question"), ("e", "Réponse finale"), ("n", "Note interne")])
async def test_ux_a17_letters_begin_a_message(ouvrir: Ouvrir, touche: str, genre: str) -> None:
    """UX-A17: « r » answers, « e » resolves, « n » notes; the help lists them."""
    page = await ouvrir(un_poste(), DEMANDE, 1280, Role.AGENT)

    await page.keyboard.press(touche)

    await expect(page.get_by_label(genre, exact=True)).to_be_checked()
    await expect(page.get_by_label("Votre message")).to_be_focused()
    await page.locator("body").focus()
    assert touche in await page.locator("ep-keys kbd").all_text_contents()
