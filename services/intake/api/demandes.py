"""HTTP: the filing, what was filed, its acknowledgement (shared.contracts.http.intake)."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from services.intake.api.contexte import ContexteDep, PersonneDep
from services.intake.operations import depots
from services.intake.operations.file_demande import file_demande as file_one
from services.intake.operations.print_accuse import print_accuse as print_one
from shared.contracts.http.intake import AccuseVue, DepotRequest, DepotVue, NonOuverteVue

router = APIRouter(prefix="/v1/demandes")


@router.post("", status_code=201)
async def file_demande(
    requete: DepotRequest, idempotency_key: Annotated[UUID, Header()], perimetre: PersonneDep, contexte: ContexteDep
) -> AccuseVue:
    """File a demande: 201 once committed, and again for the same key."""
    async with contexte.database.transaction(perimetre) as session:
        return await file_one(session, requete, idempotency_key, perimetre=perimetre, guichet=contexte.guichet)


@router.get("/non-ouvertes")
async def list_non_ouvertes(perimetre: PersonneDep, contexte: ContexteDep) -> list[NonOuverteVue]:
    """Filed by the structure, not shown by case yet; newest first."""
    guichet = contexte.guichet
    async with contexte.database.transaction(perimetre) as session:
        return await depots.list_non_ouvertes(session, perimetre=perimetre, reference=guichet.reference, clock=guichet.clock)


@router.get("/deposees/{cle}")
async def read_filed(cle: UUID, perimetre: PersonneDep, contexte: ContexteDep) -> AccuseVue:
    """What the account filed with this Idempotency-Key in the last day."""
    async with contexte.database.transaction(perimetre) as session:
        return await depots.read_filed(session, cle, perimetre=perimetre)


@router.get("/{numero}")
async def read_demande(numero: str, perimetre: PersonneDep, contexte: ContexteDep) -> DepotVue:
    """What the structure filed, until the case is open."""
    async with contexte.database.transaction(perimetre) as session:
        return await depots.read_demande(session, numero, perimetre=perimetre, clock=contexte.guichet.clock)


@router.get("/{numero}/accuse.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def print_accuse(numero: str, perimetre: PersonneDep, contexte: ContexteDep) -> Response:
    """The acknowledgement as a document."""
    guichet = contexte.guichet
    async with contexte.database.transaction(perimetre) as session:
        accuse = await depots.read_accuse(session, numero, perimetre=perimetre)
        referentiel = await guichet.reference.referentiel(session, perimetre.caisse_code, at=guichet.clock.now())
    pdf = await asyncio.to_thread(print_one, accuse, caisse=referentiel.libelle, fuseau=referentiel.parametres.fuseau)
    headers = {"Content-Disposition": f'attachment; filename="accuse-{accuse.numero}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)
