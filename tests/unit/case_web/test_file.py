"""A-01, A-05, A-08: the queue, the search, the supervision."""

import json
import re

import httpx2
import pytest

from services.case.domain.vue import Vue
from services.case.operations.droits import views_of
from shared.contracts.perimetre import Role
from shared.kernel.errors import ConflictError
from tests.unit.case_web.fakes import NUMERO, FakeBureau, FakeVoisins, un_id, un_poste, une_horloge, une_ligne


async def test_ux_a02_the_queue_opens_on_what_is_to_be_taken_with_a_counter_for_each_view() -> None:
    """UX-A01, UX-A02."""
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get("/agent")

    assert page.status_code == 200
    assert "<h1>À prendre en charge" in page.text
    headers = re.findall(r'role="columnheader"[^>]*>(?:<a[^>]*>)?([^<]+)<', page.text)
    assert headers == ["Échéance", "Demande", "Personne", "Structure", "Activité", "Assignée à"]
    assert poste.bureau.demandes[0].vue == Vue.A_PRENDRE_EN_CHARGE


async def test_ux_a02_filters_and_page_live_in_the_address() -> None:
    """UX-A02, UX-L02."""
    poste = un_poste()
    poste.bureau.lignes *= 60

    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get("/agent", params={"vue": "mes_demandes", "page": 2, "offre": "o", "agent": "aucun"})

    asked = poste.bureau.demandes[0]
    assert (asked.vue, asked.page, asked.offre, asked.agent) == (Vue.MES_DEMANDES, 2, "o", "aucun")
    assert "filtres actifs" in page.text


async def test_ux_a02_a_page_beyond_the_last_leads_to_the_last_one() -> None:
    """UX-A02, UX-L02."""
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        answer = await browser.get("/agent?vue=mes_demandes&page=999")

    assert (answer.status_code, answer.headers["location"]) == (303, "/agent?vue=mes_demandes&page=1")


async def test_ux_a01_headers_sort_by_links_that_say_which_way() -> None:
    """UX-A01: on the server, by known columns only; the rest of the address is kept."""
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        first = await browser.get("/agent?vue=toutes&taille=50")
        found = re.search(r'<a class="ag-sort" href="([^"]+)">Structure</a>', first.text)
        assert found is not None
        sorted_by = await browser.get(found[1].replace("&amp;", "&"))
        again = re.search(r'aria-sort="ascending"><a class="ag-sort" href="([^"]+)">Structure</a>', sorted_by.text)
        assert again is not None
        await browser.get(again[1].replace("&amp;", "&"))
        await browser.get("/agent?tri=agent_id;drop&ordre=x")

    asked = [(filtres.tri, filtres.descendant, filtres.taille) for filtres in poste.bureau.demandes]
    assert asked == [("echeance", False, 50), ("structure", False, 50), ("structure", True, 50), ("echeance", False, 25)]


async def test_results_of_a_search_do_not_say_they_are_sorted() -> None:
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        page = await browser.post("/agent/recherche", data={"texte": "fictive", "_csrf": poste.csrf(token)})

    assert NUMERO in page.text
    assert "aria-sort" not in page.text


async def test_results_are_turned_both_ways_and_say_where_one_is() -> None:
    poste = un_poste(FakeBureau(trouvees=60))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        data = {"texte": "fictive", "_csrf": poste.csrf(token)}
        second = await browser.post("/agent/recherche", data={**data, "page": "2"})
        beyond = await browser.post("/agent/recherche", data={**data, "page": "9"})

    assert "Page 2 sur 3" in second.text
    assert "26–50 sur 60" in second.text
    assert re.findall(r'name="page" value="(\d)"', second.text) == ["1", "3"]
    assert "Page 3 sur 3" in beyond.text


async def test_motifs_are_grouped_by_offre_and_those_of_other_queues_are_not_offered() -> None:
    """UX-A21: an agent does not filter by what only the MAS may see."""
    poste = un_poste()

    async with poste.client(await poste.sign_in(Role.AGENT)) as browser:
        page = await browser.get("/agent")
        of_one = await browser.get("/agent?offre=demander_rdv_assure&motif=transmettre_suivre_dossier/dossier_ame")
    async with poste.client(await poste.sign_in(Role.SUPERVISEUR)) as browser:
        all_of_them = await browser.get("/agent?motif=demander_rdv_assure/rdv_ame")

    assert page.text.count("<optgroup") == 2
    assert "Saisine MAS" not in page.text
    assert "dossier_ame" not in re.findall(r'<select[^>]*name="motif".*?</select>', of_one.text, re.DOTALL)[0]
    assert "Saisine MAS" in all_of_them.text
    assert [(filtres.offre, filtres.motif) for filtres in poste.bureau.demandes] == [
        ("", ""),
        ("demander_rdv_assure", ""),
        ("demander_rdv_assure", "rdv_ame"),
    ]


async def test_an_address_that_says_nothing_known_shows_the_queue() -> None:
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        answers = [await browser.get(f"/agent?{query}") for query in ("vue=zzz", "page=abc", "page=-3", "taille=7", "total=x")]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert {(filtres.vue, filtres.page, filtres.taille) for filtres in poste.bureau.demandes} == {("a_prendre_en_charge", 1, 25)}


async def test_what_an_agent_reads_is_for_agents() -> None:
    """Sign-in, help and refusals: nobody here has a structure or files a demande."""
    poste = un_poste()

    async with poste.client() as visitor:
        sign_in = await visitor.get("/connexion")
    async with poste.client(await poste.sign_in()) as browser:
        aide, absent, bad = await browser.get("/aide"), await browser.get("/agent/rien"), await browser.get("/agent/demandes/1/pieces/x")

    assert "administrateur des comptes" in sign_in.text
    assert "Traiter une demande" in aide.text
    assert "votre rôle" in absent.text
    assert bad.status_code == 422
    assert "respecte pas le contrat" not in bad.text
    assert not [page for page in (sign_in, aide, absent, bad) if "votre structure" in page.text]


@pytest.mark.parametrize(("role", "sees"), [(Role.AGENT, False), (Role.SUPERVISEUR, True), (Role.CONSEILLER_MAS, True)])
def test_ux_a21_the_view_of_referrals_is_for_its_members(role: Role, *, sees: bool) -> None:
    """UX-A21."""
    assert (Vue.MAS in views_of(role)) is sees


async def test_ux_a21_a_view_of_another_role_is_not_there() -> None:
    """UX-A21."""
    poste = un_poste()

    async with poste.client(await poste.sign_in(Role.AGENT)) as browser:
        assert (await browser.get("/agent?vue=mas")).status_code == 404
        assert (await browser.get("/agent/mas")).status_code == 404


async def test_ux_a05_the_next_one_is_taken_and_opened() -> None:
    """UX-A05."""
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post("/agent/suivante", data={"_csrf": poste.csrf(token)})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/agent/demandes/{NUMERO}?fait=prise-en-charge"
    assert poste.bureau.acts == [("take_next",)]


async def test_ux_a05_nothing_to_take_is_told_on_the_queue() -> None:
    """UX-A05."""
    poste = un_poste(FakeBureau(suivante=None))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post("/agent/suivante", data={"_csrf": poste.csrf(token)})
        page = await browser.get(answer.headers["location"])

    assert "Aucune demande n" in page.text


async def test_the_poll_answers_204_until_the_view_changes() -> None:
    """Real time (ux §1): a tiny fragment, never a reordered list."""
    poste = un_poste()
    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get("/agent")
        found = re.search(r'hx-get="([^"]+nouveautes[^"]+)"', page.text)
        assert found is not None
        address = found[1].replace("&amp;", "&")

        quiet = await browser.get(address)
        poste.bureau.lignes.append(une_ligne(numero="2683100013"))
        news = await browser.get(address)

    assert quiet.status_code == 204
    assert "1\N{NO-BREAK SPACE}nouvelle demande" in news.text
    assert "<table" not in news.text


@pytest.mark.parametrize(
    ("minutes", "texte"),
    [(360, "6\N{NO-BREAK SPACE}h ouvrées"), (-600, "En retard de 1\N{NO-BREAK SPACE}j"), (45, "45\N{NO-BREAK SPACE}min ouvrées")],
)
async def test_ux_a09_the_badge_says_the_net_clock_in_words_with_an_icon(minutes: int, texte: str) -> None:
    """UX-A09."""
    poste = un_poste(FakeBureau(lignes=[une_ligne(horloge=une_horloge(minutes))]))

    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get("/agent")

    badge = re.search(r'<span class="ep-badge"[^>]*>(<svg.*?</svg>)([^<]+)</span>', page.text)
    assert badge is not None
    assert badge[2] == texte


async def test_ux_a09_the_clock_is_paused_while_the_partner_is_awaited() -> None:
    """UX-A09."""
    poste = un_poste(FakeBureau(lignes=[une_ligne(horloge=une_horloge(suspendue=True), sous_etat="attente_partenaire")]))

    async with poste.client(await poste.sign_in()) as browser:
        assert "En pause" in (await browser.get("/agent?vue=attente_partenaire")).text


async def test_ux_l03_a_name_is_searched_by_post_and_appears_in_no_address() -> None:
    """UX-L03."""
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        page = await browser.post("/agent/recherche", data={"texte": "fictive", "_csrf": poste.csrf(token)})

    assert poste.bureau.acts == [("search", "fictive")]
    assert not re.findall(r'(?:href|action|hx-get)="[^"]*fictive', page.text)


async def test_a_view_that_is_empty_says_so() -> None:
    poste = un_poste(FakeBureau(lignes=[]))

    async with poste.client(await poste.sign_in()) as browser:
        assert "Rien dans cette vue" in (await browser.get("/agent")).text


async def test_the_supervision_is_for_superviseurs() -> None:
    poste = un_poste()

    async with poste.client(await poste.sign_in(Role.AGENT)) as browser:
        refused = await browser.get("/agent/supervision")
    async with poste.client(await poste.sign_in(Role.SUPERVISEUR)) as browser:
        page = await browser.get("/agent/supervision")

    assert refused.status_code == 403
    assert "En retard (1)" in page.text
    assert "Charge des agents" in page.text


async def test_ux_a16_notices_are_counted_beside_the_bell_and_read_on_their_page() -> None:
    """UX-A16."""
    avis = [
        {
            "id": "0190c7a0-0000-7000-8000-00000000000a",
            "numero": NUMERO,
            "texte": "Le partenaire a répondu.",
            "survenu_le": "2026-03-10T09:00:00Z",
            "lu": False,
        }
    ]
    poste = un_poste(voisins=FakeVoisins({"notification": httpx2.Response(200, json=avis)}))

    async with poste.client(await poste.sign_in()) as browser:
        count = await browser.get("/agent/avis/pastille")
        page = await browser.get("/agent/avis")

    assert ">1<" in count.text
    assert "Le partenaire a répondu." in page.text
    assert [request.method for request in poste.voisins.asked] == ["GET", "GET"]


async def test_ux_a16_the_notices_of_the_demande_on_screen_are_read() -> None:
    """UX-A16: read when the content is displayed."""
    lu = {"texte": "Le partenaire a répondu.", "survenu_le": "2026-03-10T09:00:00Z", "lu": False}
    avis = [{**lu, "id": str(un_id("a")), "numero": NUMERO}, {**lu, "id": str(un_id("b")), "numero": "2683100099"}]
    poste = un_poste(voisins=FakeVoisins({"notification": httpx2.Response(200, json=avis)}))

    async with poste.client(await poste.sign_in()) as browser:
        page = await browser.get(f"/agent/demandes/{NUMERO}")
        count = await browser.get(f"/agent/avis/pastille?numero={NUMERO}")

    assert f"/agent/avis/pastille?numero={NUMERO}" in page.text
    assert ">1<" in count.text
    assert json.loads(poste.voisins.asked[-1].content) == {"ids": [str(un_id("a"))]}


async def test_a_page_never_waits_for_notices_that_do_not_answer() -> None:
    poste = un_poste()

    async with poste.client(await poste.sign_in()) as browser:
        assert (await browser.get("/agent/avis/pastille")).status_code == 204


async def test_a_conflict_while_taking_the_next_one_is_a_page() -> None:
    poste = un_poste(FakeBureau(refus=ConflictError("Déjà prise.")))
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        answer = await browser.post("/agent/suivante", data={"_csrf": poste.csrf(token)})

    assert answer.status_code == 409


async def test_ux_a17_shortcuts_can_be_switched_off() -> None:
    """UX-A17 (WCAG 2.1.4)."""
    poste = un_poste()
    token = await poste.sign_in()

    async with poste.client(token) as browser:
        on = await browser.get("/agent")
        answer = await browser.post("/agent/raccourcis", data={"raccourcis": "non", "suite": "/agent", "_csrf": poste.csrf(token)})
        browser.cookies.set("__Host-ep_agent_raccourcis", "non")
        off = await browser.get("/agent")

    assert "<ep-keys>" in on.text
    assert answer.headers["set-cookie"].startswith("__Host-ep_agent_raccourcis=non")
    assert "<ep-keys>" not in off.text
