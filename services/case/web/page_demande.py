"""Renders A-02: the page of a demande as it is now, with whatever the agent was writing and why an act was refused."""

from collections.abc import Awaitable
from typing import Annotated, Final

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse

from services.case.web.composer import Brouillon, new_brouillon
from services.case.web.context import Agent, Web
from services.case.web.dossier import attestation_of, expected_pieces, motifs_of, origins, rights_of, saisine_of
from services.case.web.presentation import PAGE_WORDS
from shared.kernel.errors import ConflictError, HouseError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit.forms import Formulaire
from shared.webkit.pages import see_other

NumeroDep = Annotated[str, Path(pattern=r"^\d{10}$")]
CONFLICT: Final = 409
WRONG: Final = 422
_ONGLETS: Final = ("echanges", "pieces", "historique")


async def show(
    request: Request,
    web: Web,
    agent: Agent,
    numero: str,
    *,
    brouillon: Brouillon | None = None,
    onglet: str = "echanges",
    refus: HouseError | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page. `brouillon` keeps what was typed and takes the version now on screen; `refus` is told above everything."""
    dossier = await web.bureau.read(agent.perimetre, NumeroDemande(numero))
    choix = await web.bureau.choices(agent.perimetre)
    web.localize(request, choix)
    shown = new_brouillon(dossier) if brouillon is None else brouillon.on(dossier)
    return web.render(
        request,
        "agent/demande.html",
        status=status,
        dossier=dossier,
        choix=choix,
        onglet=onglet if onglet in _ONGLETS else _ONGLETS[0],
        brouillon=shown,
        resume=Formulaire(erreurs_generales=shown.resume),
        refus=refus,
        titre_erreur=bool(shown.erreurs) or refus is not None,
        droits=rights_of(dossier, agent.perimetre),
        saisine=saisine_of(dossier),
        attestation=attestation_of(dossier),
        attendues=expected_pieces(dossier),
        origines=origins(dossier),
        motifs=motifs_of(choix, dossier),
        words=PAGE_WORDS,
    )


async def act(request: Request, web: Web, agent: Agent, numero: str, doing: Awaitable[None], fait: str) -> Response:
    """Do it, then go back to the page; a refusal is told on the page as it is now."""
    try:
        await doing
    except ConflictError as refus:
        return await show(request, web, agent, numero, refus=refus, status=CONFLICT)
    except RuleError as refus:
        return await show(request, web, agent, numero, refus=refus, status=WRONG)
    return see_other(request, f"/agent/demandes/{numero}?fait={fait}")
