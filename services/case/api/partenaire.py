"""HTTP for the gateway, with the partner's token (contracts, http/case)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import field_validator

from services.case.operations.acting import acting
from services.case.operations.brouillons import read_brouillon, save_brouillon
from services.case.operations.droits import Acte
from services.case.operations.list_demandes import follow_demande
from services.case.operations.list_demandes import list_demandes as list_page
from services.case.operations.list_demandes import list_documents as list_received
from services.case.operations.post_message import post_message_partenaire
from services.case.operations.read_demande import read_demande as read_one
from services.case.operations.tools import Tools
from shared.contracts.http.case import (
    BrouillonMessage,
    DemandeVue,
    DocumentRecu,
    Filtres,
    MessageRequest,
    PageDemandes,
    RechercheRequest,
    SuiviRequest,
)
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import Database
from shared.plumbing.idempotence import fingerprint, replay, store
from shared.plumbing.identity import current_person
from shared.webkit.form_data import FORM_BYTES, whole_number

PersonDep = Annotated[Perimetre, Depends(current_person)]
_CREATED = 201


class FiltresQuery(Filtres):
    """The same filters as an address writes them: everything is text there."""

    @field_validator("taille", mode="before")
    @classmethod
    def _number(cls, valeur: object) -> object:
        return whole_number(valeur) if isinstance(valeur, str) else valeur


def build_partenaire_router(database: Database, tools: Tools) -> APIRouter:
    """What the gateway asks for a partner."""
    router = APIRouter(prefix="/v1", tags=["partenaire"], max_body_size=FORM_BYTES)

    @router.get("/demandes", operation_id="list_demandes")
    async def list_demandes(perimetre: PersonDep, filtres: Annotated[FiltresQuery, Query()]) -> PageDemandes:
        async with acting(database, perimetre, Acte.LIST_DEMANDES, "", tools=tools) as session:
            return await list_page(session, filtres, perimetre=perimetre, tools=tools)

    @router.post("/demandes/recherche", operation_id="search_demandes")
    async def search_demandes(perimetre: PersonDep, recherche: RechercheRequest) -> PageDemandes:
        async with acting(database, perimetre, Acte.LIST_DEMANDES, "", tools=tools) as session:
            return await list_page(session, recherche, perimetre=perimetre, tools=tools)

    @router.get("/demandes/{numero}", operation_id="read_demande")
    async def read_demande(perimetre: PersonDep, numero: str) -> DemandeVue:
        async with acting(database, perimetre, Acte.READ_DEMANDE, numero, tools=tools) as session:
            return await read_one(session, NumeroDemande(numero), perimetre=perimetre, tools=tools)

    @router.post("/demandes/{numero}/messages", operation_id="post_message_partenaire", status_code=_CREATED)
    async def post_message(
        perimetre: PersonDep, numero: str, corps: MessageRequest, idempotency_key: Annotated[UUID, Header()]
    ) -> DemandeVue:
        empreinte = fingerprint(corps, numero)
        async with acting(database, perimetre, Acte.POST_MESSAGE_PARTENAIRE, numero, tools=tools) as session:
            stored = await replay(session, perimetre, idempotency_key, empreinte)
            if stored is not None:
                return DemandeVue.model_validate(stored.corps)
            await post_message_partenaire(session, NumeroDemande(numero), corps, perimetre=perimetre, tools=tools)
            vue = await read_one(session, NumeroDemande(numero), perimetre=perimetre, tools=tools)
            await store(session, perimetre, idempotency_key, empreinte, statut=_CREATED, corps=vue)
        return vue

    @router.put("/demandes/{numero}/suivi", operation_id="follow_demande", status_code=204)
    async def follow(perimetre: PersonDep, numero: str, corps: SuiviRequest) -> Response:
        async with acting(database, perimetre, Acte.FOLLOW, numero, tools=tools) as session:
            await follow_demande(session, NumeroDemande(numero), suivie=corps.suivie, perimetre=perimetre)
        return Response(status_code=204)

    @router.get("/documents", operation_id="list_documents")
    async def list_documents(perimetre: PersonDep) -> list[DocumentRecu]:
        async with acting(database, perimetre, Acte.LIST_DOCUMENTS, "", tools=tools) as session:
            return await list_received(session, perimetre=perimetre, tools=tools)

    _add_drafts(router, database, tools)
    return router


def _add_drafts(router: APIRouter, database: Database, tools: Tools) -> None:
    """What the account is writing and has not sent."""

    @router.get("/demandes/{numero}/brouillon", operation_id="read_brouillon_message")
    async def read_draft(perimetre: PersonDep, numero: str) -> BrouillonMessage:
        async with acting(database, perimetre, Acte.KEEP_BROUILLON, numero, tools=tools) as session:
            return await read_brouillon(session, NumeroDemande(numero), perimetre=perimetre)

    @router.put("/demandes/{numero}/brouillon", operation_id="save_brouillon_message", status_code=204)
    async def save_draft(perimetre: PersonDep, numero: str, corps: BrouillonMessage) -> Response:
        async with acting(database, perimetre, Acte.KEEP_BROUILLON, numero, tools=tools) as session:
            await save_brouillon(session, NumeroDemande(numero), corps, perimetre=perimetre, tools=tools)
        return Response(status_code=204)
