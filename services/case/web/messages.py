"""The composer's acts: writing to the partner, keeping a note, joining files. Whatever happens, what was typed stays."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from services.case.ports.voisins import Fichier
from services.case.web.composer import Action, Brouillon, Genre, PieceJointe, action_of, files_of
from services.case.web.context import Web, WebDep
from services.case.web.page_demande import CONFLICT, WRONG, EnCours, NumeroDep, show
from shared.contracts.http.attachment import RecuVue
from shared.kernel.errors import ConflictError, DependencyError, FieldError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit import french
from shared.webkit.door import DoorDep, Visiteur, VisiteurDep
from shared.webkit.form_data import FORM_BYTES, FORM_WITH_FILES_BYTES, UPLOAD_BYTES, check_csrf_header, read_form
from shared.webkit.pages import frame_of, see_other

router = APIRouter(prefix="/agent", include_in_schema=False, max_body_size=FORM_BYTES)
_CREATED: Final = 201
_FAITS: Final = {
    Genre.QUESTION: "question-envoyee",
    Genre.INFORMATION: "information-envoyee",
    Genre.REPONSE_FINALE: "demande-resolue",
    Genre.NOTE: "note-ajoutee",
}


@router.post("/demandes/{numero}/messages", max_body_size=FORM_WITH_FILES_BYTES)
async def send(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """Join files, remove one, or send (UX-F07, UX-A07, UX-A11)."""
    form = await read_form(request, agent.csrf)
    try:
        brouillon, (action, piece_id) = Brouillon.of(form), action_of(form)
        brouillon = await _upload(web, agent, brouillon, files_of(form))
    finally:
        await form.close()
    if action is Action.BROUILLON:
        return await _keep(request, web, agent, numero, brouillon)
    if action is Action.RETIRER:
        return await _remove(request, web, agent, numero, brouillon, piece_id)
    if action is Action.TELEVERSER or brouillon.erreurs:
        return await show(request, web, agent, numero, en_cours=EnCours(brouillon=brouillon), status=WRONG if brouillon.erreurs else 200)
    return await _send(request, web, agent, numero, brouillon)


@router.post("/demandes/{numero}/brouillon")
async def autosave(request: Request, web: WebDep, door: DoorDep, agent: VisiteurDep, numero: NumeroDep) -> JSONResponse:
    """Keep what is being written, as it stands; says when (UX-A08, UX-D03)."""
    form = await read_form(request, agent.csrf)
    await web.bureau.save_brouillon(agent.perimetre, NumeroDemande(numero), Brouillon.of(form).to_keep())
    web.localize(request, await web.bureau.choices(agent.perimetre))
    return JSONResponse({"message": f"Brouillon enregistré à {french.heure(door.clock.now(), frame_of(request).fuseau)}"})


@router.post("/demandes/{numero}/pieces-jointes", max_body_size=UPLOAD_BYTES)
async def upload(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> HTMLResponse:
    """One file sent by the page as soon as it is chosen: its row, with the receipt inside (UX-U03)."""
    check_csrf_header(request, agent.csrf)
    await web.bureau.read(agent.perimetre, NumeroDemande(numero))  # files are received only for a demande this agent may see
    async with request.form(max_files=1, max_fields=5) as form:
        part = form.get("fichier")
        if part is None or isinstance(part, str):
            raise RuleError("Choisissez un fichier.", fields=(FieldError("fichier", "Choisissez un fichier."),))
        recu = await web.voisins.relay_upload(agent.perimetre, Fichier(part.filename or "", part.file, part.content_type or ""))
    return web.render(request, "agent/piece_ligne.html", status=_CREATED, piece=PieceJointe.of(recu))


@router.post("/pieces-jointes/{piece_id}/suppression")
async def drop(request: Request, web: WebDep, agent: VisiteurDep, piece_id: UUID) -> Response:
    """A file that was joined by mistake, before anything is sent."""
    check_csrf_header(request, agent.csrf)
    await web.voisins.drop_upload(agent.perimetre, piece_id)
    return Response(status_code=200)


async def _keep(request: Request, web: Web, agent: Visiteur, numero: str, brouillon: Brouillon) -> Response:
    """« Enregistrer le brouillon », without a script; an empty text forgets it."""
    try:
        await web.bureau.save_brouillon(agent.perimetre, NumeroDemande(numero), brouillon.to_keep())
    except RuleError as refus:
        erreurs = refus.fields or (FieldError("texte", str(refus)),)
        return await show(request, web, agent, numero, en_cours=EnCours(brouillon=brouillon.with_errors(erreurs)), status=WRONG)
    fait = "brouillon-enregistre" if brouillon.texte.strip() else "brouillon-supprime"
    return see_other(request, f"/agent/demandes/{numero}?fait={fait}")


async def _remove(request: Request, web: Web, agent: Visiteur, numero: str, brouillon: Brouillon, piece_id: str) -> Response:
    if any(piece.id == piece_id for piece in brouillon.pieces):
        await web.voisins.drop_upload(agent.perimetre, UUID(piece_id))
    return await show(request, web, agent, numero, en_cours=EnCours(brouillon=brouillon.without(piece_id)))


async def _upload(web: Web, agent: Visiteur, brouillon: Brouillon, fichiers: list[Fichier]) -> Brouillon:
    """One refused file never stops the others (UX-U05)."""
    recus: list[RecuVue] = []
    erreurs: list[FieldError] = []
    for fichier in fichiers:
        try:
            recus.append(await web.voisins.relay_upload(agent.perimetre, fichier))
        except RuleError as refus:
            erreurs.append(FieldError("pieces", f"{fichier.nom} : {_reason(refus)}"))
        except DependencyError:
            erreurs.append(FieldError("pieces", f"{fichier.nom} : l'envoi n'a pas abouti, réessayez."))
    return brouillon.with_pieces(recus).with_errors(erreurs)


async def _send(request: Request, web: Web, agent: Visiteur, numero: str, brouillon: Brouillon) -> Response:
    try:
        if brouillon.genre is Genre.NOTE:
            brouillon.check_note()
            await web.bureau.note(agent.perimetre, NumeroDemande(numero), brouillon.texte)
        else:
            await web.bureau.send(agent.perimetre, NumeroDemande(numero), brouillon.request())
    except RuleError as refus:
        erreurs = refus.fields or (FieldError("texte", str(refus)),)
        return await show(request, web, agent, numero, en_cours=EnCours(brouillon=brouillon.with_errors(erreurs)), status=WRONG)
    except ConflictError as refus:
        return await show(request, web, agent, numero, en_cours=EnCours(brouillon=brouillon, refus=refus), status=CONFLICT)
    return see_other(request, f"/agent/demandes/{numero}?fait={_FAITS[brouillon.genre or Genre.INFORMATION]}")


def _reason(refus: RuleError) -> str:
    return refus.fields[0].message if refus.fields else str(refus)
