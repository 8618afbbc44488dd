"""Home, the five offres, drafts, received documents and notices (P-01, P-10, P-11)."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.gateway.operations.delete_brouillon import delete_brouillon as delete_one
from services.gateway.operations.list_demandes import list_demandes
from services.gateway.web.context import WebDep
from shared.contracts.http.case import Filtres, RechercheRequest
from shared.contracts.http.intake import OffresVue, OffreVue
from shared.contracts.perimetre import Role
from shared.kernel.errors import DependencyError, ForbiddenError
from shared.webkit.door import FormDep, VisiteurDep
from shared.webkit.form_data import SMALL_FORM_BYTES, text_of

router = APIRouter(include_in_schema=False, max_body_size=SMALL_FORM_BYTES)
T = TypeVar("T")
_SEE_OTHER: Final = 303
_FIRST: Final = "transmettre_suivre_dossier"  # 79 % of what is filed (ux §0.24)
_LATEST: Final = 5
_SOON: Final = timedelta(days=5)
_BROUILLON_DAYS: Final = 30
_BROUILLON_WARNING_DAYS: Final = 7


@router.get("/")
async def show_home(request: Request, web: WebDep, visiteur: VisiteurDep) -> HTMLResponse:
    """What waits for the partner, the offres, the latest demandes; a part whose service is down says so."""
    services, perimetre = web.services, visiteur.perimetre
    if perimetre.role is Role.GESTIONNAIRE:
        return web.pages.render(request, "accueil_gestionnaire.html", identite=visiteur.identite)
    offres, historique, attente, documents, brouillons, avis = await asyncio.gather(
        _or_none(services.intake.list_offres(perimetre)),
        _or_none(list_demandes(services, perimetre, RechercheRequest())),
        _or_none(services.case.list_demandes(perimetre, Filtres(attente=True))),
        _or_none(services.case.list_documents(perimetre)),
        _or_none(services.intake.list_brouillons(perimetre)),
        _or_none(services.notification.list_avis(perimetre)),
    )
    soon = web.clock.now() + _SOON
    expiring = [
        document
        for document in documents or []
        if document.piece.etat == "disponible"
        and not document.piece.telechargee
        and document.piece.echeance_telechargement is not None
        and document.piece.echeance_telechargement <= soon
    ]
    return web.pages.render(
        request,
        "accueil.html",
        prenom=visiteur.identite.prenom,
        offres=_ordered(offres),
        attente=attente.total if attente else 0,
        documents=expiring,
        brouillons=brouillons or [],
        libelles=_labels(offres),
        demandes=historique.lignes[:_LATEST] if historique else None,
        fraiches=historique.fraiches if historique else frozenset(),
        incomplet=historique is None or historique.incomplet,
        avis=[un_avis for un_avis in avis or [] if not un_avis.lu],
    )


@router.get("/demandes/nouvelle")
async def show_offres(request: Request, web: WebDep, visiteur: VisiteurDep) -> HTMLResponse:
    """The five offres; closed ones are listed with the reason."""
    offres = await web.services.intake.list_offres(visiteur.perimetre)
    return web.pages.render(request, "offres.html", offres=_ordered(offres))


@router.get("/brouillons")
async def show_brouillons(request: Request, web: WebDep, visiteur: VisiteurDep) -> HTMLResponse:
    """Own drafts, with their age; deletion is announced seven days before (UX-D09)."""
    intake = web.services.intake
    brouillons, offres = await asyncio.gather(intake.list_brouillons(visiteur.perimetre), _or_none(intake.list_offres(visiteur.perimetre)))
    return web.pages.render(
        request,
        "brouillons.html",
        brouillons=brouillons,
        libelles=_labels(offres),
        duree=timedelta(days=_BROUILLON_DAYS),
        alerte=timedelta(days=_BROUILLON_WARNING_DAYS),
    )


@router.post("/brouillons/{brouillon_id}/supprimer")
async def delete_brouillon(request: Request, web: WebDep, visiteur: VisiteurDep, brouillon_id: UUID, form: FormDep) -> Response:
    """Forget a draft and its files; without script a page asks first."""
    if text_of(form, "confirme") != "oui":
        return web.pages.render(
            request,
            "confirmer.html",
            titre="Supprimer ce brouillon ?",
            texte="Ce qui a été saisi et les fichiers joints seront effacés.",
            action=f"/brouillons/{brouillon_id}/supprimer",
            bouton="Supprimer le brouillon",
            retour="/brouillons",
        )
    await delete_one(web.services, visiteur.perimetre, brouillon_id)
    return RedirectResponse("/brouillons?fait=brouillon-supprime", _SEE_OTHER)


@router.get("/documents")
async def show_documents(request: Request, web: WebDep, visiteur: VisiteurDep) -> HTMLResponse:
    """Received files: soonest expiry first, those expired lately folded below (P-10)."""
    documents = await web.services.case.list_documents(visiteur.perimetre)
    return web.pages.render(
        request,
        "documents.html",
        disponibles=[document for document in documents if document.piece.etat in {"disponible", "en_attente"}],
        expires=[document for document in documents if document.piece.etat not in {"disponible", "en_attente"}],
    )


@router.get("/avis")
async def show_avis(request: Request, web: WebDep, visiteur: VisiteurDep) -> HTMLResponse:
    """Notices: a number and what happened, nothing else."""
    avis = await web.services.notification.list_avis(visiteur.perimetre)
    return web.pages.render(request, "avis.html", avis=avis)


@router.post("/avis")
async def mark_avis_read(web: WebDep, visiteur: VisiteurDep, _form: FormDep) -> Response:
    """All that was displayed is read."""
    await web.services.notification.mark_read(visiteur.perimetre, [])
    return RedirectResponse("/avis?fait=avis-lus", _SEE_OTHER)


async def _or_none(answer: Awaitable[T]) -> T | None:
    """None when the service is down or this profile may not see it: the rest of the page stands."""
    try:
        return await answer
    except (DependencyError, ForbiddenError):
        return None


def _ordered(offres: OffresVue | None) -> list[OffreVue] | None:
    return None if offres is None else sorted(offres.offres, key=lambda offre: (not offre.disponible, offre.code != _FIRST))


def _labels(offres: OffresVue | None) -> dict[str, str]:
    return {offre.code: offre.libelle for offre in offres.offres} if offres else {}
