"""Uploads, withdrawals and links, for the fronts; the bytes, on the download host (contracts, http/attachment)."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.attachment.api.headers import content_disposition
from services.attachment.api.links import Links
from services.attachment.api.multipart import CHAMP, read_upload
from services.attachment.api.places import UploadPlaces
from services.attachment.api.refusals import answer_refusal
from services.attachment.domain.piece_jointe import OriginePieceJointe, PieceJointe
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.download_piece_jointe import Telechargement
from services.attachment.operations.receive_piece_jointe import Reception
from shared.contracts.http.attachment import ContenuRecu, LienVue, RecuVue, TelechargementRequest
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import PieceJointeId
from shared.plumbing.identity import current_person
from shared.plumbing.problems import Problem
from shared.plumbing.signatures import StatementSigner

_FORMULAIRE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "required": [CHAMP], "properties": {CHAMP: {"type": "string", "format": "binary"}}}
            }
        },
    }
}
_REFUSAL: dict[str, Any] = {"model": Problem, "content": {"text/html": {"schema": {"type": "string"}}}}
PersonDep = Annotated[Perimetre, Depends(current_person)]


class Receipts:
    """Signs what intake and case will believe without asking (house §9.6)."""

    def __init__(self, private_key_jwk: str, life: timedelta, clock: Clock) -> None:
        self._signer, self._life, self._clock = StatementSigner(private_key_jwk), life, clock

    def sign(self, piece: PieceJointe) -> RecuVue:
        """The receipt of a stored file."""
        contenu = ContenuRecu(
            id=piece.id,
            nom=piece.nom,
            taille_octets=piece.taille_octets,
            sha256=piece.sha256,
            format=piece.format.value,
            structure=piece.structure_id if piece.origine is OriginePieceJointe.PARTENAIRE else None,
            caisse=piece.caisse_code,
            compte=piece.deposee_par,
        )
        recu = self._signer.sign(contenu, now=self._clock.now(), life=self._life)
        return RecuVue(id=piece.id, nom=piece.nom, taille_octets=piece.taille_octets, format=piece.format.value, recu=recu)


def build_router(
    reception: Reception,
    destruction: Destruction,
    telechargement: Telechargement,
    receipts: Receipts,
    links: Links,
    places: UploadPlaces | None = None,
) -> APIRouter:
    """The routes of a person who holds a session."""
    router = APIRouter(prefix="/v1", responses={status: {"model": Problem} for status in (401, 403, 404, 409, 410, 422, 503)})
    places = places or UploadPlaces()

    @router.post(
        "/pieces-jointes",
        operation_id="receive_piece_jointe",
        status_code=201,
        openapi_extra=_FORMULAIRE,
        responses={400: {"model": Problem}, 408: {"model": Problem}},
    )
    async def post_piece_jointe(request: Request, person: PersonDep) -> RecuVue:
        async with places.take(person.acteur_id):
            fichier = await read_upload(request)
            piece = await reception.receive(fichier, perimetre=person)
        return receipts.sign(piece)

    @router.delete("/pieces-jointes/{piece_jointe_id}", operation_id="withdraw_piece_jointe", status_code=204)
    async def delete_piece_jointe(piece_jointe_id: UUID, person: PersonDep) -> None:
        await destruction.withdraw(PieceJointeId(piece_jointe_id), perimetre=person)

    @router.post("/telechargements", operation_id="open_telechargement", status_code=201)
    async def post_telechargement(corps: TelechargementRequest, person: PersonDep) -> LienVue:
        piece_jointe_id = PieceJointeId(corps.piece_jointe_id)
        await telechargement.check(piece_jointe_id, perimetre=person)
        url, expire_le = links.make(piece_jointe_id, person)
        return LienVue(url=url, expire_le=expire_le)

    return router


def build_download_router(telechargement: Telechargement, links: Links) -> APIRouter:
    """The download host: the link alone says who reads what. Its headers are those of DownloadHeaders, whatever the answer."""
    router = APIRouter(responses=dict.fromkeys((403, 404, 409, 410, 503), _REFUSAL))

    @router.get("/telechargements/{jeton}", operation_id="download_piece_jointe", response_class=Response)
    async def get_telechargement(request: Request, jeton: str) -> Response:
        try:
            piece_jointe_id, perimetre = links.read(jeton)
            servi = await telechargement.serve(piece_jointe_id, perimetre=perimetre)
        except Exception as error:  # noqa: BLE001 — the edge: logged there, and answered to whoever followed the link
            return answer_refusal(request, error)
        headers = {"Content-Disposition": content_disposition(servi.piece.nom)}
        return Response(servi.contenu, headers=headers, media_type=servi.piece.format.type_mime)

    return router
