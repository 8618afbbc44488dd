"""History, detail, thread, receipt (P-07 to P-09, UX-L, UX-T)."""

import csv
import io
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.datastructures import FormData

from services.gateway.operations.list_demandes import Historique, list_demandes
from services.gateway.operations.read_demande import read_demande, read_filing
from services.gateway.web.context import Web, WebDep
from services.gateway.web.fichiers import DELETE, relay, store_all, without
from services.gateway.web.filtres import Criteres
from services.gateway.web.offre_form import OffreForm, build_form
from services.gateway.web.saisie import Piece, Saisie, pieces_errors, pieces_of_form, pieces_of_message
from shared.contracts.http.case import BrouillonMessage, DemandeResume, DemandeVue, Filtres, MessageRequest, RechercheRequest
from shared.kernel.errors import ConflictError, DependencyError, FieldError, ForbiddenError, NotFoundError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit import french
from shared.webkit.door import FormDep, Visiteur, VisiteurDep
from shared.webkit.form_data import FORM_BYTES, FORM_WITH_FILES_BYTES, UPLOAD_BYTES, check_csrf_header, text_of
from shared.webkit.forms import Champ, Formulaire, Genre
from shared.webkit.messages_fr import STATUTS
from shared.webkit.pages import frame_of, local_path, see_other
from shared.webkit.pagination import Pagination

router = APIRouter(prefix="/demandes", include_in_schema=False, max_body_size=FORM_BYTES)
_SEE_OTHER: Final = 303
_CREATED: Final = 201
_CONFLICT: Final = 409
_INVALID: Final = 422
_EXPORT_ROWS: Final = 5000
_EXPORT_PAGE: Final = 50
_TEXT_MAX: Final = 5000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@router.get("")
async def show_history(request: Request, web: WebDep, visiteur: VisiteurDep, criteres: Annotated[Criteres, Query()]) -> HTMLResponse:
    """The structure's demandes with the organisme chosen; every criterion lives in the URL (UX-L01, L02)."""
    return await _history(web, request, visiteur, criteres.as_recherche())


@router.post("/recherche")
async def search(request: Request, web: WebDep, visiteur: VisiteurDep, form: FormDep) -> HTMLResponse:
    """Nominative search: the text stays in the body, out of URLs, logs and traces (UX-L03)."""
    criteres = Criteres(page=text_of(form, "page"), taille="25")
    recherche = criteres.as_recherche(text_of(form, "texte").strip())
    return await _history(web, request, visiteur, recherche)


@router.get("/recherche")
async def back_to_history() -> Response:
    """A search is never in a URL: coming back to it shows the whole history."""
    return RedirectResponse("/demandes", _SEE_OTHER)


@router.get("/export.csv")
async def export(request: Request, web: WebDep, visiteur: VisiteurDep, criteres: Annotated[Criteres, Query()]) -> Response:
    """The rows of the current filter, at most 5 000, for a spreadsheet (UX-L09)."""
    rows: list[DemandeResume] = []
    recherche, page = criteres.as_recherche(), 1
    while len(rows) < _EXPORT_ROWS:
        wanted = recherche.model_copy(update={"page": page, "taille": _EXPORT_PAGE})
        historique = await list_demandes(web.services, visiteur.perimetre, wanted)
        rows += historique.lignes
        if not historique.lignes or len(rows) >= historique.total:
            break
        page += 1
    headers = {"content-disposition": 'attachment; filename="demandes.csv"'}
    return Response(_csv(rows[:_EXPORT_ROWS], frame_of(request).fuseau), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{numero}")
async def show_demande(request: Request, web: WebDep, visiteur: VisiteurDep, numero: str) -> HTMLResponse:
    """The detail page; a fresh filing shows as « Nouveau » before case has opened it."""
    demande = await read_demande(web.services, visiteur.perimetre, NumeroDemande(numero))
    return await _detail(web, request, visiteur, demande)


@router.get("/{numero}/depot")
async def show_confirmation(request: Request, web: WebDep, visiteur: VisiteurDep, numero: str) -> HTMLResponse:
    """The acknowledgement: number, instant, what happens next, the receipt (P-07, UX-F24)."""
    demande = await read_filing(web.services, visiteur.perimetre, NumeroDemande(numero))
    return web.pages.render(request, "depot.html", demande=demande)


@router.get("/{numero}/accuse.pdf")
async def show_accuse(web: WebDep, visiteur: VisiteurDep, numero: str) -> Response:
    """The receipt, as intake prints it."""
    content = await web.services.intake.read_accuse(visiteur.perimetre, NumeroDemande(numero))
    headers = {"content-disposition": f'attachment; filename="accuse-{numero}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/{numero}/suivi")
async def follow(web: WebDep, visiteur: VisiteurDep, numero: str, form: FormDep) -> Response:
    """The star, personal to the account (UX-L05)."""
    suivie = text_of(form, "suivie") == "oui"
    await web.services.case.follow(visiteur.perimetre, NumeroDemande(numero), suivie=suivie)
    return RedirectResponse(local_path(text_of(form, "suite"), f"/demandes/{numero}"), _SEE_OTHER)


@router.get("/{numero}/messages")
async def back_to_demande(numero: str) -> Response:
    """Where a sign-in after an ended session leads back to."""
    return RedirectResponse(f"/demandes/{numero}", _SEE_OTHER)


@router.post("/{numero}/messages", max_body_size=FORM_WITH_FILES_BYTES)
async def post_message(request: Request, web: WebDep, visiteur: VisiteurDep, numero: str, form: FormDep) -> Response:
    """A text, files, or both (UX-U13). If the thread moved, the new message is shown above what was typed (H5)."""
    pieces, action = pieces_of_form(form), text_of(form, "action")
    attachment, perimetre = web.services.attachment, visiteur.perimetre
    erreurs: list[FieldError] = []
    if action == "brouillon":
        return await _keep(web, request, visiteur, NumeroDemande(numero), form)
    if action == "televerser":
        pieces, erreurs = await store_all(form, pieces, attachment, perimetre)
    elif action.startswith(DELETE):
        pieces = await without(action, pieces, attachment, perimetre)
    else:
        return await _send(web, request, visiteur, NumeroDemande(numero), form, pieces)
    demande = await read_demande(web.services, visiteur.perimetre, NumeroDemande(numero))
    status = _INVALID if erreurs else 200
    return await _detail(web, request, visiteur, demande, form=form, pieces=pieces, erreurs=erreurs, status=status)


@router.post("/{numero}/brouillon")
async def autosave(request: Request, web: WebDep, visiteur: VisiteurDep, numero: str, form: FormDep) -> JSONResponse:
    """Keep the answer being written, as it stands; says when (UX-D03)."""
    brouillon = BrouillonMessage(texte=text_of(form, "texte"))
    await web.services.case.save_brouillon(visiteur.perimetre, NumeroDemande(numero), brouillon)
    return JSONResponse({"message": f"Brouillon enregistré à {french.heure(web.clock.now(), frame_of(request).fuseau)}"})


@router.post("/{numero}/pieces-jointes", max_body_size=UPLOAD_BYTES)
async def upload(request: Request, web: WebDep, visiteur: VisiteurDep, numero: str) -> HTMLResponse:
    """One file of an answer, relayed as it comes; answers its row of the list."""
    check_csrf_header(request, visiteur.csrf)
    demande = await read_demande(web.services, visiteur.perimetre, NumeroDemande(numero))
    piece = await relay(request, web.services.attachment, visiteur.perimetre)
    offre = await _offre_form(web, visiteur, demande)
    return web.pages.render(request, "lignes_pieces.html", status=_CREATED, offre=offre, pieces=(piece,), erreurs_pieces={})


async def _history(web: Web, request: Request, visiteur: Visiteur, recherche: RechercheRequest) -> HTMLResponse:
    historique = await list_demandes(web.services, visiteur.perimetre, recherche)
    try:
        offres = (await web.services.intake.list_offres(visiteur.perimetre)).offres
    except DependencyError:
        offres = []
    chosen = Filtres(**recherche.model_dump(exclude={"texte"})).model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    criteres = {nom: "true" if valeur is True else str(valeur) for nom, valeur in chosen.items() if nom != "page"}
    return web.pages.render(
        request,
        "demandes.html",
        demandes=historique.lignes,
        fraiches=historique.fraiches,
        incomplet=historique.incomplet,
        recherche=recherche,
        offres=offres,
        filtree=any(nom not in {"taille", "tri", "ordre"} for nom in criteres),
        pages=_pages(historique, recherche, criteres),
    )


def _pages(historique: Historique, recherche: RechercheRequest, criteres: dict[str, str]) -> Pagination:
    return Pagination(page=recherche.page, taille=recherche.taille, total=historique.total, chemin="/demandes", criteres=criteres)


async def _send(
    web: Web, request: Request, visiteur: Visiteur, numero: NumeroDemande, form: FormData, pieces: tuple[Piece, ...]
) -> Response:
    version, cle = text_of(form, "version"), text_of(form, "cle")
    message = MessageRequest(
        texte=text_of(form, "texte").strip(),
        pieces=pieces_of_message(pieces),
        version=int(version) if version.isdecimal() else None,
    )
    erreurs = [
        FieldError(f"pieces_jointes.{rang}", f"« {piece.nom} » : sélectionnez le type de la pièce")
        for rang, piece in enumerate(pieces)
        if not piece.type
    ]
    if not message.texte and not message.pieces:
        erreurs = [FieldError("texte", "Écrivez votre réponse ou joignez un fichier")]
    try:
        if not erreurs:
            await web.services.case.send_message(visiteur.perimetre, numero, message, _key(cle))
            return see_other(request, f"/demandes/{numero}?fait=message-envoye#dernier-message")
    except RuleError as error:
        erreurs = list(error.fields) or [FieldError("texte", str(error))]
    except ConflictError:
        demande = await read_demande(web.services, visiteur.perimetre, numero)
        return await _detail(web, request, visiteur, demande, form=form, pieces=pieces, status=_CONFLICT)
    demande = await read_demande(web.services, visiteur.perimetre, numero)
    return await _detail(web, request, visiteur, demande, form=form, pieces=pieces, erreurs=erreurs, status=_INVALID)


async def _keep(web: Web, request: Request, visiteur: Visiteur, numero: NumeroDemande, form: FormData) -> Response:
    """« Enregistrer le brouillon », without a script; an empty text forgets it."""
    texte = text_of(form, "texte")
    await web.services.case.save_brouillon(visiteur.perimetre, numero, BrouillonMessage(texte=texte))
    fait = "brouillon-enregistre" if texte.strip() else "brouillon-supprime"
    return see_other(request, f"/demandes/{numero}?fait={fait}")


async def _written(web: Web, visiteur: Visiteur, demande: DemandeVue, form: FormData | None) -> str:
    """What was just posted, else what the server keeps of it; nothing before case has opened the demande, or while it does not answer."""
    if form is not None:
        return text_of(form, "texte")
    if not demande.version:
        return ""
    try:
        return (await web.services.case.read_brouillon(visiteur.perimetre, NumeroDemande(demande.numero))).texte
    except DependencyError:
        return ""


async def _detail(
    web: Web,
    request: Request,
    visiteur: Visiteur,
    demande: DemandeVue,
    *,
    form: FormData | None = None,
    pieces: tuple[Piece, ...] = (),
    erreurs: list[FieldError] | None = None,
    status: int = 200,
) -> HTMLResponse:
    offre = await _offre_form(web, visiteur, demande) if demande.peut_repondre else None
    cibles = {f"pieces_jointes.{rang}": f"type-{piece.id}" for rang, piece in enumerate(pieces)}
    texte = await _written(web, visiteur, demande, form)
    formulaire = _reply_form(texte).with_errors(erreurs or [], cibles={**cibles, "fichiers": "champ-fichiers", "pieces": "pieces"})
    return web.pages.render(
        request,
        "demande.html",
        status=status,
        demande=demande,
        offre=offre,
        formulaire=formulaire,
        non_envoye="" if demande.peut_repondre else texte,
        pieces=pieces,
        erreurs_pieces=pieces_errors(erreurs or [], pieces),
        cle=text_of(form, "cle") if form and status != _CONFLICT else str(uuid4()),
        conflit=status == _CONFLICT,
        titre_erreur=not formulaire.is_valid,
    )


async def _offre_form(web: Web, visiteur: Visiteur, demande: DemandeVue) -> OffreForm | None:
    """The types a file may be given; the answer works without them."""
    try:
        vue = await web.services.intake.read_formulaire(visiteur.perimetre, demande.offre)
    except (DependencyError, NotFoundError, ForbiddenError):
        return None
    return build_form(vue, Saisie(offre=demande.offre, contenu={"motif": demande.motif}))


def _reply_form(texte: str) -> Formulaire:
    aide = "5 000 caractères maximum. N'indiquez pas de donnée de santé ni d'information inutile."
    champ = Champ(nom="texte", libelle="Votre réponse", genre=Genre.TEXTE_LONG, valeur=texte, aide=aide, max=_TEXT_MAX)
    return Formulaire.of([champ])


def _key(cle: str) -> UUID:
    """The key made with the page: two clicks send one message."""
    try:
        return UUID(cle)
    except ValueError as error:
        raise RuleError("Rechargez la page, puis réessayez.") from error


def _csv(rows: list[DemandeResume], fuseau: str) -> str:
    """Semicolons and a byte order mark for French spreadsheets; no cell can be a formula (trust A12)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Numéro", "Offre", "Motif", "Déposée le", "Demandeur", "Personne concernée", "Statut", "Statut du"])
    for row in rows:
        cells = [
            row.numero,
            row.offre_libelle,
            row.motif_libelle,
            french.moment_court(row.deposee_le, fuseau),
            row.demandeur_nom,
            row.personne,
            STATUTS[row.statut][0],
            french.moment_court(row.statut_modifie_le, fuseau),
        ]
        writer.writerow([neutral_cell(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def neutral_cell(texte: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{texte}" if texte.startswith(_FORMULA) else texte
