"""History, detail, thread, receipt (P-07 to P-09, UX-L, UX-T)."""

import csv
import io
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from services.gateway.operations.export_demandes import EXPORT_MAX, Export, export_demandes
from services.gateway.operations.list_demandes import list_demandes
from services.gateway.operations.read_demande import read_demande, read_filing
from services.gateway.web.context import NumeroDep, Web, WebDep
from services.gateway.web.fichiers import DELETE, relay, store_all, without
from services.gateway.web.filtres import Criteres
from services.gateway.web.offre_form import OffreForm, build_form
from services.gateway.web.saisie import Piece, Saisie, pieces_errors, pieces_of_form, pieces_of_message
from shared.contracts.http.case import BrouillonMessage, DemandeVue, Filtres, MessageRequest, RechercheRequest
from shared.kernel.errors import ConflictError, DependencyError, FieldError, ForbiddenError, NotFoundError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit import french
from shared.webkit.door import DoorDep, FormDep, Visiteur, VisiteurDep
from shared.webkit.form_data import FORM_BYTES, FORM_WITH_FILES_BYTES, UPLOAD_BYTES, check_csrf_header, text_of, whole_number
from shared.webkit.forms import Champ, Formulaire, Genre
from shared.webkit.messages_fr import STATUTS
from shared.webkit.pages import frame_of, local_path, see_other
from shared.webkit.pagination import Pagination

router = APIRouter(prefix="/demandes", include_in_schema=False, max_body_size=FORM_BYTES)
_SEE_OTHER: Final = 303
_CREATED: Final = 201
_CONFLICT: Final = 409
_INVALID: Final = 422
_TEXT_MAX: Final = 5000
_SOUGHT: Final = "recherche"  # in the content of the session
_SOUGHT_MAX: Final = 200
# What opens a formula, what a spreadsheet drops before it, and the full-width forms that some read alike (ASVS 1.2.10).
_FORMULA: Final = ("=", "+", "-", "@", "\0", "\t", "\n", "\r", "＝", "＋", "－", "＠")
_COUPE: Final = french.typo(f"Export limité à {french.nombre(EXPORT_MAX)} demandes : affinez les filtres pour obtenir les autres.")


@router.get("")
async def show_history(request: Request, web: WebDep, visiteur: VisiteurDep, criteres: Annotated[Criteres, Query()]) -> Response:
    """The structure's demandes with the organisme chosen; every criterion but the words sought lives in the URL (UX-L01, L02)."""
    return await _history(web, request, visiteur, criteres.as_recherche(_sought(visiteur, criteres)))


@router.post("/recherche")
async def search(door: DoorDep, visiteur: VisiteurDep, form: FormDep) -> Response:
    """Nominative search: the words stay in the session, out of URLs, logs and traces; its results are a page to come back to (UX-L03)."""
    texte = text_of(form, "texte").replace("\x00", "").strip()[:_SOUGHT_MAX]
    await door.sessions.keep(visiteur.session, {**visiteur.session.contenu, _SOUGHT: texte})
    criteres = Criteres.model_validate({nom: text_of(form, nom) for nom in Criteres.model_fields})
    chosen = {**_criteria(criteres.as_recherche()), "recherche": "1" if texte else ""}
    return RedirectResponse(_pages_of(chosen).url(), _SEE_OTHER)


@router.get("/recherche")
async def back_to_history() -> Response:
    """Where a sign-in after an ended session leads back to: the search ended with it."""
    return RedirectResponse("/demandes", _SEE_OTHER)


@router.get("/export.csv")
async def export(request: Request, web: WebDep, visiteur: VisiteurDep, criteres: Annotated[Criteres, Query()]) -> Response:
    """The rows of the current filter, at most 5 000, for a spreadsheet (UX-L09)."""
    recherche = criteres.as_recherche(_sought(visiteur, criteres))
    demandes = await export_demandes(web.services, visiteur.perimetre, recherche)
    headers = {"content-disposition": 'attachment; filename="demandes.csv"'}
    return Response(_csv(demandes, frame_of(request).fuseau), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{numero}")
async def show_demande(request: Request, web: WebDep, visiteur: VisiteurDep, numero: NumeroDep) -> HTMLResponse:
    """The detail page; a fresh filing shows as « Nouveau » before case has opened it. Its notices are read once it is on screen."""
    demande = await read_demande(web.services, visiteur.perimetre, numero)
    page = await _detail(web, request, visiteur, demande)
    page.background = BackgroundTask(_note_avis_read, web, visiteur, demande.numero)
    return page


async def _note_avis_read(web: Web, visiteur: Visiteur, numero: str) -> None:
    notification = web.services.notification
    try:
        avis = await notification.list_avis(visiteur.perimetre)
        shown = [un_avis.id for un_avis in avis if un_avis.numero == numero and not un_avis.lu]
        if shown:
            await notification.mark_read(visiteur.perimetre, shown)
    except DependencyError:
        return  # they stay unread: nothing is lost


@router.get("/{numero}/depot")
async def show_confirmation(request: Request, web: WebDep, visiteur: VisiteurDep, numero: NumeroDep) -> HTMLResponse:
    """The acknowledgement: number, instant, what happens next, the receipt (P-07, UX-F24)."""
    demande = await read_filing(web.services, visiteur.perimetre, numero)
    return web.pages.render(request, "depot.html", demande=demande)


@router.get("/{numero}/accuse.pdf")
async def show_accuse(web: WebDep, visiteur: VisiteurDep, numero: NumeroDep) -> Response:
    """The receipt, as intake prints it."""
    content = await web.services.intake.read_accuse(visiteur.perimetre, numero)
    headers = {"content-disposition": f'attachment; filename="accuse-{numero}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/{numero}/suivi")
async def follow(web: WebDep, visiteur: VisiteurDep, numero: NumeroDep, form: FormDep) -> Response:
    """The star, personal to the account (UX-L05); the focus comes back to it (UX-X03)."""
    suivie = text_of(form, "suivie") == "oui"
    await web.services.case.follow(visiteur.perimetre, numero, suivie=suivie)
    return RedirectResponse(f"{local_path(text_of(form, 'suite'), f'/demandes/{numero}')}#suivi-{numero}", _SEE_OTHER)


@router.get("/{numero}/messages")
async def back_to_demande(numero: NumeroDep) -> Response:
    """Where a sign-in after an ended session leads back to."""
    return RedirectResponse(f"/demandes/{numero}", _SEE_OTHER)


@router.post("/{numero}/messages", max_body_size=FORM_WITH_FILES_BYTES)
async def post_message(request: Request, web: WebDep, visiteur: VisiteurDep, numero: NumeroDep, form: FormDep) -> Response:
    """A text, files, or both (UX-U13). If the thread moved, the new message is shown above what was typed (H5)."""
    action, attachment, perimetre = text_of(form, "action"), web.services.attachment, visiteur.perimetre
    pieces, erreurs = await store_all(form, pieces_of_form(form), attachment, perimetre)
    if action == "brouillon":
        kept = await _keep(web, request, visiteur, numero, form)
        if not pieces and not erreurs:  # files are not kept with a message: they stay on the page
            return kept
    elif action.startswith(DELETE):
        pieces = await without(action, pieces, attachment, perimetre)
    elif action != "televerser" and not erreurs:
        return await _send(web, request, visiteur, numero, form, pieces)
    demande = await read_demande(web.services, visiteur.perimetre, numero)
    status = _INVALID if erreurs else 200
    return await _detail(web, request, visiteur, demande, form=form, pieces=pieces, erreurs=erreurs, status=status)


@router.post("/{numero}/brouillon")
async def autosave(request: Request, web: WebDep, visiteur: VisiteurDep, numero: NumeroDep, form: FormDep) -> JSONResponse:
    """Keep the answer being written, as it stands; says when (UX-D03)."""
    brouillon = BrouillonMessage(texte=text_of(form, "texte"))
    await web.services.case.save_brouillon(visiteur.perimetre, numero, brouillon)
    return JSONResponse({"message": f"Brouillon enregistré à {french.heure(web.clock.now(), frame_of(request).fuseau)}"})


@router.post("/{numero}/pieces-jointes", max_body_size=UPLOAD_BYTES)
async def upload(request: Request, web: WebDep, visiteur: VisiteurDep, numero: NumeroDep) -> HTMLResponse:
    """One file of an answer, relayed as it comes; answers its row of the list."""
    check_csrf_header(request, visiteur.csrf)
    demande = await read_demande(web.services, visiteur.perimetre, numero)
    piece = await relay(request, web.services.attachment, visiteur.perimetre)
    offre = await _offre_form(web, visiteur, demande)
    return web.pages.render(request, "lignes_pieces.html", status=_CREATED, offre=offre, pieces=(piece,), erreurs_pieces={})


async def _history(web: Web, request: Request, visiteur: Visiteur, recherche: RechercheRequest) -> Response:
    historique = await list_demandes(web.services, visiteur.perimetre, recherche)
    criteres = _criteria(recherche)
    pages = _pages_of(criteres, page=recherche.page, taille=recherche.taille, total=historique.total)
    if pages.au_dela and not historique.incomplet:
        return RedirectResponse(pages.derniere, _SEE_OTHER)
    try:
        offres = (await web.services.intake.list_offres(visiteur.perimetre)).offres
    except DependencyError:
        offres = []
    return web.pages.render(
        request,
        "demandes.html",
        demandes=historique.lignes,
        fraiches=historique.fraiches,
        incomplet=historique.incomplet,
        recherche=recherche,
        offres=offres,
        filtree=any(nom not in {"taille", "tri", "ordre", "recherche"} for nom in criteres),
        criteres=criteres,
        pages=pages,
    )


def _sought(visiteur: Visiteur, criteres: Criteres) -> str:
    """The words of the last search of this session, when the address asks for its results."""
    texte = visiteur.session.contenu.get(_SOUGHT)
    return texte if criteres.cherche and isinstance(texte, str) else ""


def _criteria(recherche: RechercheRequest) -> dict[str, str]:
    """What the address of these results says: never the words sought, never the page."""
    chosen = Filtres(**recherche.model_dump(exclude={"texte"})).model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    told = {nom: "true" if valeur is True else str(valeur) for nom, valeur in chosen.items() if nom != "page"}
    return {**told, "recherche": "1"} if recherche.texte else told


def _pages_of(criteres: dict[str, str], *, page: int = 1, taille: int = 1, total: int = 0) -> Pagination:
    return Pagination(page=page, taille=taille, total=total, chemin="/demandes", criteres=criteres)


async def _send(
    web: Web, request: Request, visiteur: Visiteur, numero: NumeroDemande, form: FormData, pieces: tuple[Piece, ...]
) -> Response:
    message = MessageRequest(
        texte=text_of(form, "texte").strip(),
        pieces=pieces_of_message(pieces),
        version=whole_number(text_of(form, "version")),
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
            await web.services.case.send_message(visiteur.perimetre, numero, message, _key(text_of(form, "cle")))
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
        ici=f"/demandes/{demande.numero}",
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


def _csv(demandes: Export, fuseau: str) -> str:
    """Semicolons and a byte order mark for French spreadsheets; no cell can be a formula (trust A12). Cut, its last line says so."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Numéro", "Offre", "Motif", "Déposée le", "Demandeur", "Personne concernée", "Statut", "Statut du"])
    for row in demandes.lignes:
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
    if demandes.coupe:
        writer.writerow([_COUPE])
    return "\ufeff" + out.getvalue()


def neutral_cell(texte: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{texte}" if texte.startswith(_FORMULA) else texte
