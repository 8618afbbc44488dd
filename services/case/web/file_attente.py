"""A-01: the queue, its views and filters, taking the next one, and the fragment that says something is new."""

import hashlib
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.case.domain.vue import Vue
from services.case.operations.droits import views_of
from services.case.web.bureau import LIBELLES, ChoixFile
from services.case.web.context import ACCUEIL, Web, WebDep
from services.case.web.criteres import TAILLES, FileQuery
from services.case.web.presentation import ALERTES, SOUS_ETATS, news, sla_badge
from shared.contracts.http.case import PageFile
from shared.kernel.errors import NotFoundError
from shared.webkit.door import Visiteur, VisiteurDep
from shared.webkit.form_data import FORM_BYTES, read_form, text_of, whole_number
from shared.webkit.forms import Champ, Formulaire, Genre, Option
from shared.webkit.pages import see_other
from shared.webkit.pagination import Pagination

router = APIRouter(prefix="/agent", include_in_schema=False, max_body_size=FORM_BYTES)
_SEE_OTHER: Final = 303
_NOTHING_NEW: Final = 204
_AGENTS: Final = (Option("moi", "Moi"), Option("aucun", "Personne"))
_REPERE_LENGTH: Final = 12
QUEUE_WORDS: Final[dict[str, object]] = {"sla": sla_badge, "sous_etats": SOUS_ETATS, "alertes": ALERTES}


QueryDep = Annotated[FileQuery, Depends()]


@router.get("")
async def show_file(request: Request, web: WebDep, agent: VisiteurDep, query: QueryDep) -> Response:
    """A view of the queue, most urgent first (ux A01, A02)."""
    vue = query.vue_ouverte
    check_vue(agent, vue)
    page = await web.bureau.list_file(agent.perimetre, query.filtres())
    pages = Pagination(page=page.page, taille=page.taille, total=page.total, chemin=ACCUEIL, criteres=query.criteres())
    if pages.au_dela:
        return RedirectResponse(pages.derniere, _SEE_OTHER)
    choix = await web.bureau.choices(agent.perimetre)
    web.localize(request, choix)
    return web.render(
        request,
        "agent/file.html",
        vue=vue,
        titre_vue=LIBELLES[vue],
        vues=[(autre, LIBELLES[autre], page.compteurs.get(autre.value, 0)) for autre in views_of(agent.perimetre.role)],
        lignes=page.lignes,
        pages=pages,
        entetes=query.entetes(pages),
        filtres=_filters(query, choix),
        filtres_actifs=bool(query.offre or query.motif or query.agent),
        repere=landmark(page),
        words=QUEUE_WORDS,
    )


@router.get("/nouveautes")
async def show_news(request: Request, web: WebDep, agent: VisiteurDep, query: QueryDep) -> Response:
    """204 while the view is what was displayed; otherwise a sentence with a link: rows never move under the cursor."""
    vue = query.vue_ouverte
    check_vue(agent, vue)
    page = await web.bureau.list_file(agent.perimetre, query.filtres())
    if landmark(page) == query.repere:
        return Response(status_code=_NOTHING_NEW)
    pages = Pagination(page=page.page, taille=page.taille, total=page.total, chemin=ACCUEIL, criteres=query.criteres())
    shown = whole_number(query.total) or 0
    return web.render(request, "agent/nouveautes.html", texte=news(shown, page.total), url=pages.url(page=page.page))


@router.post("/suivante")
async def take_next(request: Request, web: WebDep, agent: VisiteurDep) -> Response:
    """« Prendre la suivante »: the most urgent one this role may take, opened at once (ux A05)."""
    await read_form(request, agent.csrf)
    numero = await web.bureau.take_next(agent.perimetre)
    if numero is None:
        return see_other(request, f"{ACCUEIL}?fait=rien-a-prendre")
    return see_other(request, f"/agent/demandes/{numero}?fait=prise-en-charge")


@router.get("/mas")
async def show_mas(agent: VisiteurDep) -> Response:
    """A-09 is a view of the queue."""
    check_vue(agent, Vue.MAS)
    return RedirectResponse(f"{ACCUEIL}?vue={Vue.MAS}", _SEE_OTHER)


@router.get("/attestations")
async def show_attestations(_agent: VisiteurDep) -> Response:
    """A-10 is a view of the queue."""
    return RedirectResponse(f"{ACCUEIL}?vue={Vue.ATTESTATIONS}", _SEE_OTHER)


@router.post("/recherche")
async def search(request: Request, web: WebDep, agent: VisiteurDep) -> HTMLResponse:
    """A-05: by number, name with day of birth, or structure, never in an address (UX-L03)."""
    form = await read_form(request, agent.csrf)
    texte = text_of(form, "texte").strip()
    return await _search_page(request, web, agent, texte, whole_number(text_of(form, "page")) or 1)


@router.get("/recherche")
async def show_search(request: Request, web: WebDep, agent: VisiteurDep) -> HTMLResponse:
    """The empty search."""
    return await _search_page(request, web, agent, "", 1)


async def _search_page(request: Request, web: Web, agent: Visiteur, texte: str, page: int) -> HTMLResponse:
    found = await web.bureau.search(agent.perimetre, texte, page) if texte else None
    pages = _pages_of(found) if found else None
    if pages and pages.au_dela:
        return await _search_page(request, web, agent, texte, pages.nb_pages)
    lignes = found.lignes if found else []
    return web.render(request, "agent/recherche.html", texte=texte, pages=pages, lignes=lignes, words=QUEUE_WORDS)


def _pages_of(found: PageFile) -> Pagination:
    """Without an address: the words are posted again."""
    return Pagination(page=found.page, taille=found.taille, total=found.total, chemin="", criteres={})


def check_vue(agent: Visiteur, vue: Vue) -> None:
    """Raises: NotFoundError for a view this role does not have."""
    if vue not in views_of(agent.perimetre.role):
        raise NotFoundError("Cette vue n'existe pas pour votre rôle.")


def landmark(page: PageFile) -> str:
    """What is on screen, in short: changes when a row appears, leaves or moves on."""
    shown = "|".join(f"{ligne.numero}:{ligne.version}" for ligne in page.lignes)
    return hashlib.sha256(f"{page.total}|{shown}".encode()).hexdigest()[:_REPERE_LENGTH]


def _filters(query: FileQuery, choix: ChoixFile) -> Formulaire:
    offres = tuple(Option(offre.valeur, offre.libelle) for offre in choix.offres)
    agents = _AGENTS if query.agent in {"", "moi", "aucun"} else (*_AGENTS, Option(query.agent, "Agent choisi"))
    tailles = tuple(Option(str(taille), f"{taille} par page") for taille in TAILLES)
    return Formulaire.of(
        [
            Champ(nom="offre", libelle="Offre", genre=Genre.LISTE, valeur=query.offre, options=offres, invite="Toutes"),
            Champ(nom="motif", libelle="Motif", genre=Genre.LISTE, valeur=query.motif, options=_motifs(query, choix), invite="Tous"),
            Champ(nom="agent", libelle="Assignée à", genre=Genre.LISTE, valeur=query.agent, options=agents, invite="Tout le monde"),
            Champ(nom="taille", libelle="Afficher", genre=Genre.LISTE, valeur=str(query.lignes_par_page), options=tailles, invite=""),
        ]
    )


def _motifs(query: FileQuery, choix: ChoixFile) -> tuple[Option, ...]:
    """By offre, those of the chosen one only, without those whose queue this role does not serve."""
    return tuple(
        Option(motif.valeur, motif.libelle, groupe=offre)
        for offre, motifs in choix.motifs
        for motif in motifs
        if motif.valeur not in choix.autres_files and motif.valeur.startswith(f"{query.offre}/" if query.offre else "")
    )
