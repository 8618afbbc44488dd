"""A-02: reading a demande, taking it in charge, reopening, requalifying, opening one of its files."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.case.web.context import WebDep
from services.case.web.identite import IDENTITE, identite_form, personne_of
from services.case.web.page_demande import CONFLICT, WRONG, EnCours, NumeroDep, act, colleagues, print_of, show
from shared.kernel.errors import ConflictError, NotFoundError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit.door import VisiteurDep
from shared.webkit.form_data import FORM_BYTES, read_form, text_of
from shared.webkit.pages import see_other

router = APIRouter(prefix="/agent/demandes/{numero}", include_in_schema=False, max_body_size=FORM_BYTES)


@router.get("")
async def show_demande(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep, onglet: str = "echanges") -> HTMLResponse:
    """The whole demande: thread, files, history, and the panels of its motif."""
    return await show(request, web, agent, numero, onglet=onglet)


@router.get("/veille")
async def watch(
    request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep, version: str, presents: str = "", annoncee: str = ""
) -> Response:
    """204 while nothing moved; otherwise who else looks, and whether the demande is past `version`, what is on screen (ux A06, A07)."""
    now, autres = await web.bureau.watch(agent.perimetre, NumeroDemande(numero))
    if print_of(autres) == presents and now == (annoncee or version):
        return Response(status_code=204)
    return web.render(
        request, "agent/veille.html", numero=numero, repere=version, repere_actuel=now, autres=autres, presents=print_of(autres)
    )


@router.post("/prise-en-charge")
async def take(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """Atomic: of two agents one wins, the other reads who (ux A04)."""
    await read_form(request, agent.csrf)
    doing = web.bureau.take(agent.perimetre, NumeroDemande(numero))
    return await act(request, web, agent, numero, doing, "prise-en-charge")


@router.post("/assignation")
async def assign(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """A superviseur gives it to a colleague, or takes it (ux A14)."""
    form = await read_form(request, agent.csrf)
    charges = await web.bureau.charges(agent.perimetre)
    chosen = next((autre for autre in colleagues(agent, charges) if str(autre.agent_id) == text_of(form, "agent")), None)
    if chosen is None:
        raise NotFoundError("Cet agent n'est pas connu dans cette caisse.")
    doing = web.bureau.assign(agent.perimetre, NumeroDemande(numero), chosen)
    return await act(request, web, agent, numero, doing, "assignee")


@router.post("/reouverture")
async def reopen(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """Only the caisse reopens; asked to confirm first."""
    form = await read_form(request, agent.csrf)
    if not text_of(form, "confirme"):
        return web.confirm(
            request,
            titre="Rouvrir cette demande ?",
            texte="Le partenaire sera averti et pourra de nouveau vous écrire.",
            action=f"/agent/demandes/{numero}/reouverture",
            retour=f"/agent/demandes/{numero}",
            bouton="Rouvrir la demande",
        )
    doing = web.bureau.reopen(agent.perimetre, NumeroDemande(numero))
    return await act(request, web, agent, numero, doing, "rouverte")


@router.post("/requalification")
async def requalify(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """Give the demande its right motif: the deadlines are computed anew from the filing (domain §6.3)."""
    form = await read_form(request, agent.csrf)
    choisi, identite = text_of(form, "motif"), identite_form().with_values({nom: text_of(form, nom) for nom in IDENTITE})
    offre, _, motif = choisi.partition("/")
    try:
        await web.bureau.requalify(agent.perimetre, NumeroDemande(numero), offre, motif, personne_of(identite))
    except (ConflictError, RuleError) as refus:
        status = WRONG if isinstance(refus, RuleError) else CONFLICT
        return await show(request, web, agent, numero, en_cours=EnCours(refus=refus, motif_choisi=choisi, identite=identite), status=status)
    return see_other(request, f"/agent/demandes/{numero}?fait=requalifiee")


@router.post("/messages/{message_id}/caviardage")
async def redact(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep, message_id: UUID) -> Response:
    """Take out a text that should not be there (RG-03): the button that confirms is inside a closed detail."""
    form = await read_form(request, agent.csrf)
    if not text_of(form, "confirme"):
        return see_other(request, f"/agent/demandes/{numero}")
    doing = web.bureau.redact(agent.perimetre, NumeroDemande(numero), message_id)
    return await act(request, web, agent, numero, doing, "caviarde")


@router.get("/pieces/{piece_id}")
async def open_piece(web: WebDep, agent: VisiteurDep, numero: NumeroDep, piece_id: UUID) -> Response:
    """A-03: a clean file of this demande, through a link of a minute; every opening is traced."""
    await web.bureau.open_piece(agent.perimetre, NumeroDemande(numero), piece_id)
    return RedirectResponse(await web.voisins.open_piece(agent.perimetre, piece_id), 303)
