"""The form of an offre: drafts, files, conditional fields, filing (P-02 to P-07, UX-F, UX-U, UX-D)."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import FormData

from services.gateway.operations.read_demande import read_demande
from services.gateway.web.context import OffreDep, Web, WebDep, parse_numero
from services.gateway.web.fichiers import DELETE, relay, store_all, without
from services.gateway.web.offre_form import build_form
from services.gateway.web.saisie import (
    Saisie,
    pieces_errors,
    saisie_for_person,
    saisie_of_brouillon,
    saisie_of_form,
)
from shared.contracts.http.intake import FormulaireVue
from shared.kernel.errors import ConflictError, FieldError, NotFoundError, RuleError
from shared.webkit import french
from shared.webkit.door import FormDep, Visiteur, VisiteurDep
from shared.webkit.form_data import FORM_BYTES, FORM_WITH_FILES_BYTES, UPLOAD_BYTES, check_csrf_header, text_of
from shared.webkit.pages import frame_of, see_other

router = APIRouter(prefix="/demandes/nouvelle", include_in_schema=False, max_body_size=FORM_BYTES)
_CREATED: Final = 201
_CONFLICT: Final = 409
_INVALID: Final = 422
_MOTIF_HEADER: Final = "x-motif"
_DOUBLON: Final = "doublon"
_CONFIRMED: Final = "doublon_confirme"
_CONFIRMABLE: Final = "confirmer_autre_demarche"
_CONFIRM: Final = "Cochez la case s'il s'agit d'une autre démarche ; sinon, écrivez dans la demande ouverte"
_KEY_REUSED: Final = "idempotency-key-reused"
_HEALTH: Final = "donnees-sante"
_CIBLES: Final = {"pieces_jointes": "pieces", "pieces": "pieces", "fichiers": "champ-fichiers"}


class BrouillonMovedError(ConflictError):
    """Another tab saved this draft in between (UX-D07)."""

    code = "brouillon-moved"

    def __init__(self, url: str, version: int) -> None:
        super().__init__("Ce brouillon a été modifié dans un autre onglet. Vos dernières modifications ne sont pas enregistrées.")
        self.url, self.version = url, version


class BrouillonFiledError(ConflictError):
    """The draft ended with its filing: from another tab, or before a return to this page (UX-F25)."""

    code = "brouillon-filed"

    def __init__(self, numero: str) -> None:
        super().__init__(f"Cette demande est déjà déposée : n° {numero}.")
        self.numero = numero


@router.get("/{offre}")
async def show_form(
    request: Request,
    web: WebDep,
    visiteur: VisiteurDep,
    offre: OffreDep,
    brouillon: UUID | None = None,
    nouveau: bool = False,
    personne_de: str = "",
    meme_motif: bool = False,
) -> HTMLResponse:
    """A blank form, a draft, or the choice between both (UX-D02); the same person again after a filing (UX-F23).

    No motif in a URL (domain §7): the same motif is read from the demande.
    """
    intake, perimetre = web.services.intake, visiteur.perimetre
    vue = await intake.read_formulaire(perimetre, offre)
    if brouillon is not None:
        return await _resume(web, request, visiteur, vue, brouillon)
    if personne_de:
        demande = await read_demande(web.services, perimetre, parse_numero(personne_de))
        return _form_page(web, request, vue, saisie_for_person(offre, demande.personne, demande.motif if meme_motif else ""))
    if not nouveau:
        drafts = [draft for draft in await intake.list_brouillons(perimetre) if draft.offre == offre]
        if drafts:
            return web.pages.render(request, "reprise.html", vue=vue, brouillons=drafts)
    return _form_page(web, request, vue, Saisie(offre=offre))


@router.post("/{offre}", max_body_size=FORM_WITH_FILES_BYTES)
async def post_form(request: Request, web: WebDep, visiteur: VisiteurDep, offre: OffreDep, form: FormDep) -> Response:
    """Whatever button was pressed: everything typed is saved first, files chosen too, then the act (UX-F09, D04, D08, U12)."""
    vue = await web.services.intake.read_formulaire(visiteur.perimetre, offre)
    action = text_of(form, "action")
    saisie, erreurs = await _with_files(web, visiteur, saisie_of_form(form, vue), form)
    try:
        saisie = await _save(web, visiteur, saisie)
    except BrouillonMovedError as error:
        return _form_page(web, request, vue, saisie, status=_CONFLICT, conflit=error)
    except BrouillonFiledError as error:
        if action != "deposer":
            return _filed_page(web, request, error.numero)
    if action == "deposer" and not erreurs:
        return await _file(web, request, visiteur, vue, saisie)
    if (action == "brouillon" or not action) and not erreurs:
        return see_other(request, f"{_page_of(saisie)}&fait=brouillon-enregistre")
    return _form_page(web, request, vue, saisie, status=_INVALID if erreurs else 200, erreurs=erreurs)


@router.post("/{offre}/formulaire")
async def refresh_form(request: Request, web: WebDep, visiteur: VisiteurDep, offre: OffreDep, form: FormDep) -> HTMLResponse:
    """The form again after a change that other fields depend on; nothing is saved (UX-F15)."""
    vue = await web.services.intake.read_formulaire(visiteur.perimetre, offre)
    saisie = saisie_of_form(form, vue)
    return web.pages.render(request, "formulaire_corps.html", offre=build_form(vue, saisie), saisie=saisie, erreurs_pieces={})


@router.post("/{offre}/brouillon")
async def autosave(request: Request, web: WebDep, visiteur: VisiteurDep, offre: OffreDep, form: FormDep) -> JSONResponse:
    """Save what was typed, as it stands; says when and where it is found again (UX-D03, D06).

    A draft changed elsewhere answers 409 with its address and the version to save over; a filed one, with its demande.
    """
    vue = await web.services.intake.read_formulaire(visiteur.perimetre, offre)
    saisie = saisie_of_form(form, vue)
    try:
        saved = await _save(web, visiteur, saisie)
    except BrouillonMovedError as error:
        told = {"code": error.code, "detail": str(error), "recharger": error.url, "lien": "Voir l'autre version", "version": error.version}
        return JSONResponse(told, _CONFLICT)
    except BrouillonFiledError as error:
        told = {"code": error.code, "detail": str(error), "recharger": f"/demandes/{error.numero}", "lien": "Voir la demande"}
        return JSONResponse(told, _CONFLICT)
    message = f"Brouillon enregistré à {_clock_time(request, web.clock.now())}"
    return JSONResponse({"message": message, "version": saved.version, "brouillon": str(saved.brouillon_id), "page": _page_of(saved)})


@router.post("/{offre}/pieces-jointes", max_body_size=UPLOAD_BYTES)
async def upload(request: Request, web: WebDep, visiteur: VisiteurDep, offre: OffreDep) -> HTMLResponse:
    """One file, relayed as it comes; answers its row, with the types of the motif chosen so far (UX-U03, F16).

    The motif comes in a header: the body is passed on unread, and a motif is in no URL (domain §7).
    """
    check_csrf_header(request, visiteur.csrf)
    vue = await web.services.intake.read_formulaire(visiteur.perimetre, offre)
    piece = await relay(request, web.services.attachment, visiteur.perimetre)
    shown = build_form(vue, Saisie(offre=offre, contenu={"motif": request.headers.get(_MOTIF_HEADER, "")}))
    return web.pages.render(request, "lignes_pieces.html", status=_CREATED, offre=shown, pieces=(piece,), erreurs_pieces={})


async def _save(web: Web, visiteur: Visiteur, saisie: Saisie) -> Saisie:
    """Raises: BrouillonMovedError, BrouillonFiledError, NotFoundError when the draft is gone otherwise."""
    intake, perimetre = web.services.intake, visiteur.perimetre
    if saisie.brouillon_id is None:
        return saisie.saved_as(await intake.create_brouillon(perimetre, saisie.as_brouillon()))
    try:
        return saisie.saved_as(await intake.save_brouillon(perimetre, saisie.brouillon_id, saisie.as_brouillon()))
    except ConflictError as error:
        meanwhile = await intake.read_brouillon(perimetre, saisie.brouillon_id)
        raise BrouillonMovedError(_page_of(saisie), meanwhile.version) from error
    except NotFoundError:
        if numero := await _filed_numero(web, visiteur, saisie.brouillon_id):
            raise BrouillonFiledError(numero) from None
        raise


async def _filed_numero(web: Web, visiteur: Visiteur, brouillon_id: UUID | None) -> str:
    """The demande this draft became in the last day; empty otherwise."""
    try:
        return (await web.services.intake.read_filed(visiteur.perimetre, deposit_key(brouillon_id))).numero
    except NotFoundError:
        return ""


async def _resume(web: Web, request: Request, visiteur: Visiteur, vue: FormulaireVue, brouillon_id: UUID) -> HTMLResponse:
    """The draft, or the demande it became: somebody may come back to this page after filing."""
    try:
        brouillon = await web.services.intake.read_brouillon(visiteur.perimetre, brouillon_id)
    except NotFoundError:
        if numero := await _filed_numero(web, visiteur, brouillon_id):
            return _filed_page(web, request, numero)
        raise
    return _form_page(web, request, vue, saisie_of_brouillon(brouillon))


def _filed_page(web: Web, request: Request, numero: str) -> HTMLResponse:
    return web.pages.render(request, "deja_deposee.html", numero=numero, fait="")


def _page_of(saisie: Saisie) -> str:
    """Where the form is found again with what was saved."""
    return f"/demandes/nouvelle/{saisie.offre}?brouillon={saisie.brouillon_id}"


async def _with_files(web: Web, visiteur: Visiteur, saisie: Saisie, form: FormData) -> tuple[Saisie, list[FieldError]]:
    """Files chosen without script are stored whatever button is pressed: none is lost unsaid; « Supprimer » takes one away."""
    action, attachment, perimetre = text_of(form, "action"), web.services.attachment, visiteur.perimetre
    pieces, erreurs = await store_all(form, saisie.pieces, attachment, perimetre)
    if action.startswith(DELETE):
        pieces = await without(action, pieces, attachment, perimetre)
    return replace(saisie, pieces=pieces), erreurs


async def _file(web: Web, request: Request, visiteur: Visiteur, vue: FormulaireVue, saisie: Saisie) -> Response:
    """File it: once per draft whatever is clicked; refused, everything typed stays (UX-F03, F07, F22, F25)."""
    shown = build_form(vue, saisie)
    depot = saisie.as_depot(frozenset(shown.formulaire.champs))
    try:
        accuse = await web.services.intake.file_demande(visiteur.perimetre, depot, deposit_key(saisie.brouillon_id))
    except RuleError as error:
        if error.code == _KEY_REUSED and (numero := await _filed_numero(web, visiteur, saisie.brouillon_id)):
            return _filed_page(web, request, numero)  # filed already, then changed on a page left open
        erreurs = list(error.fields) or [FieldError("", str(error))]
        sante = saisie.sante or any(erreur.code == _HEALTH for erreur in erreurs)
        return _form_page(web, request, vue, replace(saisie, sante=sante), status=_INVALID, erreurs=erreurs)
    except ConflictError as error:
        if error.code != _DOUBLON:
            raise
        doublon = getattr(error, "donnees", None) or {}
        warned = [FieldError(_CONFIRMED, _CONFIRM)] if saisie.doublon and _CONFIRMABLE in doublon.get("sorties", ()) else []
        status = _INVALID if warned else _CONFLICT
        return _form_page(web, request, vue, replace(saisie, doublon=True), status=status, erreurs=warned, doublon=doublon)
    return see_other(request, f"/demandes/{accuse.numero}/depot")


def deposit_key(brouillon_id: UUID | None) -> UUID:
    """One idempotency key per draft: two clicks, two tabs or a replay file one demande (UX-F25)."""
    return uuid5(NAMESPACE_OID, f"depot:{brouillon_id}")


def _clock_time(request: Request, now: datetime) -> str:
    return french.heure(now, frame_of(request).fuseau)


def _form_page(
    web: Web,
    request: Request,
    vue: FormulaireVue,
    saisie: Saisie,
    *,
    status: int = 200,
    erreurs: list[FieldError] | None = None,
    **context: object,
) -> HTMLResponse:
    shown = build_form(vue, saisie)
    cibles = {f"pieces_jointes.{rang}": f"type-{piece.id}" for rang, piece in enumerate(saisie.pieces)}
    faulty = shown.formulaire.with_errors(erreurs or [], cibles={**_CIBLES, **cibles})
    offre = replace(shown, formulaire=faulty)
    shared: dict[str, object] = {"conflit": None, "doublon": None}
    if saisie.brouillon_id is not None:
        shared["ici"] = _page_of(saisie)
    return web.pages.render(
        request,
        "formulaire.html",
        status=status,
        offre=offre,
        saisie=saisie,
        erreurs_pieces=pieces_errors(erreurs or [], saisie.pieces),
        titre_erreur=not faulty.is_valid,
        **{**shared, **context},
    )
