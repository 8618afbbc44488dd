"""Files on their way through the gateway: relayed to attachment, never kept (UX-U03 to U12, UX-W04)."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile

from services.gateway.operations.discard_piece import discard_piece
from services.gateway.ports.services import Attachment
from services.gateway.web.context import WebDep
from services.gateway.web.saisie import Piece
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import FieldError, RuleError
from shared.webkit import french
from shared.webkit.door import VisiteurDep
from shared.webkit.form_data import FORM_BYTES, check_csrf_header

router = APIRouter(include_in_schema=False, max_body_size=FORM_BYTES)
DELETE: Final = "supprimer:"
MAX_FILES: Final = 8
MAX_BYTES: Final = 5 * 1024 * 1024
_SEE_OTHER: Final = 303


@router.get("/documents/{piece_id}/telecharger")
async def download(web: WebDep, visiteur: VisiteurDep, piece_id: UUID) -> Response:
    """Leads to the download host by a link of at most 60 seconds (UX-W04); expired: the page of 410."""
    link = await web.services.attachment.link(visiteur.perimetre, piece_id)
    return RedirectResponse(link.url, _SEE_OTHER)


@router.post("/pieces-jointes/{piece_id}/supprimer")
async def delete_piece(request: Request, web: WebDep, visiteur: VisiteurDep, piece_id: UUID) -> Response:
    """Forget a file that is not sent yet; its row leaves the list."""
    check_csrf_header(request, visiteur.csrf)
    await discard_piece(web.services.attachment, visiteur.perimetre, piece_id)
    return Response(status_code=200)


async def relay(request: Request, attachment: Attachment, perimetre: Perimetre) -> Piece:
    """One file, its bytes passed on as they arrive. Raises: RuleError with the reason."""
    kept = ("content-type", "content-length")
    headers = {name: request.headers[name] for name in kept if name in request.headers}
    recu = await attachment.relay(perimetre, _body(request), headers)
    return Piece.of(recu)


async def store_all(
    form: FormData, pieces: tuple[Piece, ...], attachment: Attachment, perimetre: Perimetre
) -> tuple[tuple[Piece, ...], list[FieldError]]:
    """The files of a form without script, each on its own: a refused one never stops the others (UX-U05, U07, U12)."""
    erreurs: list[FieldError] = []
    for fichier in form.getlist("fichiers"):
        if not isinstance(fichier, UploadFile) or not fichier.filename:
            continue
        try:
            pieces = (*pieces, await _store(fichier, len(pieces), attachment, perimetre))
        except RuleError as error:
            reason = error.fields[0].message if error.fields else str(error)
            erreurs.append(FieldError("fichiers", f"{fichier.filename} : {reason}"))
    return pieces, erreurs


async def without(action: str, pieces: tuple[Piece, ...], attachment: Attachment, perimetre: Perimetre) -> tuple[Piece, ...]:
    """The files left after the button « Supprimer » of one of them (`action`: "supprimer:<id>")."""
    wanted = action.removeprefix(DELETE)
    for piece in pieces:
        if str(piece.id) == wanted:
            await discard_piece(attachment, perimetre, piece.id)
    return tuple(piece for piece in pieces if str(piece.id) != wanted)


async def _store(fichier: UploadFile, rang: int, attachment: Attachment, perimetre: Perimetre) -> Piece:
    if rang >= MAX_FILES:
        raise RuleError(f"{MAX_FILES} fichiers maximum")
    if (fichier.size or 0) > MAX_BYTES:
        raise RuleError(f"Le fichier dépasse {french.octets(MAX_BYTES)}")
    return Piece.of(await attachment.store(perimetre, fichier.filename or "", await fichier.read()))


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk
