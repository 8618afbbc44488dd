"""The agents' pages and their program API on the running stack: sign-in, scoping, and the queue's poll."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx2
import pytest

from deploy.story.contenus import contenu, contenu_mas
from deploy.story.programs import MOT_DE_PASSE, AgentProgram, RefusedError
from tests.e2e.recits import AGENT, CONSEILLER, SUPERVISEUR, scene, unique_person
from tests.integration.support import RunningStack

COOKIE = "__Host-ep_agent"


@asynccontextmanager
async def browser(stack: RunningStack, courriel: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody signed in on the pages. The cookie is Secure: it is given by hand over loopback."""
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx2.AsyncClient(base_url=stack.url("case"), headers=headers) as client:
        answer = await client.post("/connexion", data={"courriel": courriel, "mot_de_passe": MOT_DE_PASSE})
        found = re.search(rf"{COOKIE}=([^;]+)", answer.headers.get("set-cookie", ""))
        assert found is not None, answer.status_code
        client.headers["cookie"] = f"{COOKIE}={found[1]}"
        yield client


def csrf_of(page: httpx2.Response) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def test_an_agent_takes_answers_and_sees_it_resolved_on_the_pages(stack: RunningStack) -> None:
    """UX-A02, UX-A04, UX-A07, UX-A19."""
    async with scene(stack) as joue, browser(stack, AGENT) as page, browser(stack, SUPERVISEUR) as other:
        filed = contenu("transmettre_suivre_dossier", unique_person())
        numero = (await joue.partenaire.file_demande("transmettre_suivre_dossier", filed)).numero
        await joue.opened(numero)
        address = f"/agent/demandes/{numero}"
        shown = await page.get(address)
        token = {"_csrf": csrf_of(shown)}
        taken = await page.post(f"{address}/prise-en-charge", data=token)
        late = await other.post(f"{address}/prise-en-charge", data={"_csrf": csrf_of(await other.get(address))})
        version = re.search(r'name="version" value="(\d+)"', (await page.get(address)).text)
        assert version is not None
        answer = {**token, "genre": "reponse_finale", "texte": "Votre dossier est complet.", "version": version[1]}
        sent = await page.post(f"{address}/messages", data=answer)
        twice = await page.post(f"{address}/messages", data=answer)
        history = await page.get(f"{address}?onglet=historique")

    assert taken.status_code == 303
    assert late.status_code == 409
    assert "Prise en charge par" in late.text
    assert sent.headers["location"] == f"{address}?fait=demande-resolue"
    assert twice.status_code == 409
    assert "Prise en charge" in history.text
    assert "demande résolue" in history.text


async def test_ux_a21_a_referral_is_not_there_for_an_agent(stack: RunningStack) -> None:
    """UX-A21: 404, on the pages and for programs; the adviser reads the consent."""
    async with scene(stack, agent=CONSEILLER) as joue:
        numero = (await joue.partenaire.file_demande("signaler_difficulte", contenu_mas(unique_person()))).numero
        await joue.opened(numero)
    async with browser(stack, AGENT) as agent, browser(stack, CONSEILLER) as conseiller:
        refused, read = await agent.get(f"/agent/demandes/{numero}"), await conseiller.get(f"/agent/demandes/{numero}")
    async with AgentProgram.signed_in(stack.url("case"), AGENT) as program:
        with pytest.raises(RefusedError) as error:
            await program.read(numero)

    assert refused.status_code == 404
    assert error.value.status == 404
    assert "Consentement recueilli" in read.text


async def test_the_poll_is_quiet_until_something_arrives(stack: RunningStack) -> None:
    async with scene(stack) as joue, browser(stack, SUPERVISEUR) as page:
        shown = await page.get("/agent?vue=toutes")
        found = re.search(r'hx-get="([^"]+nouveautes[^"]+)"', shown.text)
        assert found is not None
        address = found[1].replace("&amp;", "&")
        filed = contenu("transmettre_suivre_dossier", unique_person())
        numero = (await joue.partenaire.file_demande("transmettre_suivre_dossier", filed)).numero
        await joue.opened(numero)
        news = await page.get(address)

    assert news.status_code == 200
    assert "Actualiser" in news.text


async def test_a_program_signs_in_and_out(stack: RunningStack) -> None:
    """House §9.8: an opaque bearer; signed out, it is refused."""
    async with httpx2.AsyncClient(base_url=stack.url("case")) as client:
        wrong = await client.post("/api/v1/connexion", json={"courriel": AGENT, "mot_de_passe": "pas-le-bon-mot-de-passe"})
        other = await client.post("/api/v1/connexion", json={"courriel": AGENT, "mot_de_passe": MOT_DE_PASSE, "caisse": "411"})
        opened = await client.post("/api/v1/connexion", json={"courriel": AGENT, "mot_de_passe": MOT_DE_PASSE})
        client.headers["authorization"] = f"Bearer {opened.json()['jeton']}"
        read = await client.get("/api/v1/demandes", params={"vue": "toutes", "taille": 5})
        out = await client.post("/api/v1/deconnexion")
        after = await client.get("/api/v1/demandes")

    assert [answer.status_code for answer in (wrong, other, opened, read, out, after)] == [401, 422, 201, 200, 204, 401]
    assert after.headers["content-type"].startswith("application/problem+json")
    assert len(read.json()["lignes"]) <= 5


async def test_a_partner_does_not_enter_the_agents_front(stack: RunningStack) -> None:
    async with httpx2.AsyncClient(base_url=stack.url("case")) as client:
        answer = await client.post("/api/v1/connexion", json={"courriel": "camille.fictif@exemple.fr", "mot_de_passe": MOT_DE_PASSE})

    assert answer.status_code == 401


async def test_c6_the_same_key_says_it_once(stack: RunningStack) -> None:
    """C6: a program that repeats its call is answered the same, and the partner reads one message; elsewhere the key is refused."""
    async with scene(stack) as joue:
        filed = [contenu("transmettre_suivre_dossier", unique_person()) for _ in range(2)]
        numero, autre = [(await joue.partenaire.file_demande("transmettre_suivre_dossier", depot)).numero for depot in filed]
        await joue.opened(numero)
        await joue.opened(autre)
        await joue.agent.take_in_charge(numero)
        body: dict[str, object] = {"genre": "information", "texte": "Nous avançons.", "pieces": [], "version": None}
        key = {"Idempotency-Key": str(uuid4())}
        client = joue.agent.client
        answers = [await client.post(f"/api/v1/demandes/{numero}/messages", json=body, headers=key) for _ in range(2)]
        ailleurs = await client.post(f"/api/v1/demandes/{autre}/messages", json=body, headers=key)
        dossier = await joue.agent.read(numero)

    assert [answer.status_code for answer in answers] == [201, 201]
    assert (ailleurs.status_code, ailleurs.json()["code"]) == (422, "idempotency-key-reused")
    assert [message.texte for message in dossier.messages].count("Nous avançons.") == 1
