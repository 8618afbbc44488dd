"""HTTP for programs of the caisse (contracts, http/case second half): the same acts as the agents' pages, with a bearer of 8 hours."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, File, Header, Path, Query, UploadFile

from services.case.api.agent_session import NOT_FOUND, PROBLEMS, REFUSED, ProgramDep
from services.case.operations.acting import acting
from services.case.operations.droits import Acte
from services.case.operations.list_file import FiltresFile
from services.case.operations.list_file import list_file as list_view
from services.case.operations.post_message import post_message_agent
from services.case.operations.read_demande import read_dossier
from services.case.operations.reopen_demande import reopen_demande
from services.case.operations.take_in_charge import take_in_charge
from services.case.operations.tools import Tools
from services.case.ports.voisins import Fichier, Voisins
from shared.contracts.http.attachment import RecuVue
from shared.contracts.http.case import DossierVue, MessageAgentRequest, PageFile
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.idempotence import fingerprint, replay, store
from shared.webkit.form_data import FORM_BYTES, UPLOAD_BYTES

_CREATED: Final = 201
_MAX_PAGE: Final = 100
NumeroDep = Annotated[str, Path(pattern=r"^\d{10}$", description="Numéro de demande, dix chiffres.", examples=["2683100012"])]
KeyDep = Annotated[
    UUID | None,
    Header(alias="Idempotency-Key", description="UUID choisi par l'appelant : la même clé rejoue la même réponse pendant 24 heures."),
]


def build_agent_router(database: Database, tools: Tools, voisins: Voisins) -> APIRouter:
    """Demandes for programs. A message without Idempotency-Key is said as often as it is asked."""
    router = APIRouter(prefix="/api/v1", tags=["Agents"], responses=PROBLEMS, max_body_size=FORM_BYTES)

    @router.get("/demandes", operation_id="list_file")
    async def list_file(
        agent: ProgramDep,
        vue: str = "a_prendre_en_charge",
        page: Annotated[int, Query(ge=1)] = 1,
        taille: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 25,
    ) -> PageFile:
        """Une page d'une vue de la file, la plus urgente d'abord, avec les compteurs de toutes les vues."""
        async with acting(database, agent, Acte.LIST_FILE, "", tools=tools) as session:
            return await list_view(session, FiltresFile(vue=vue, page=page, taille=taille), perimetre=agent, tools=tools)

    @router.get("/demandes/{numero}", operation_id="read_dossier", responses=NOT_FOUND)
    async def read(agent: ProgramDep, numero: NumeroDep) -> DossierVue:
        """La demande entière ; la lecture est tracée."""
        async with acting(database, agent, Acte.READ_DOSSIER, numero, tools=tools) as session:
            return await read_dossier(session, NumeroDemande(numero), perimetre=agent, tools=tools)

    @router.post("/demandes/{numero}/prise-en-charge", operation_id="take_in_charge", responses=NOT_FOUND | REFUSED)
    async def take(agent: ProgramDep, numero: NumeroDep) -> DossierVue:
        """Prendre en charge, une seule fois : le second appelant reçoit 409 avec le nom du premier."""
        async with acting(database, agent, Acte.TAKE_IN_CHARGE, numero, tools=tools) as session:
            await take_in_charge(session, NumeroDemande(numero), perimetre=agent, tools=tools)
            return await read_dossier(session, NumeroDemande(numero), perimetre=agent, tools=tools)

    @router.post("/demandes/{numero}/messages", operation_id="post_message_agent", status_code=_CREATED, responses=NOT_FOUND | REFUSED)
    async def post_message(agent: ProgramDep, numero: NumeroDep, corps: MessageAgentRequest, key: KeyDep = None) -> DossierVue:
        """Poser une question, informer ou répondre. `version` : le fil lu ; 409 s'il a bougé depuis."""
        async with acting(database, agent, Acte.POST_MESSAGE_AGENT, numero, tools=tools) as session:
            return await _say_once(session, NumeroDemande(numero), corps, key, perimetre=agent, tools=tools)

    @router.post(
        "/demandes/{numero}/pieces-jointes",
        operation_id="relay_piece_jointe",
        status_code=_CREATED,
        responses=NOT_FOUND | REFUSED,
        max_body_size=UPLOAD_BYTES,
    )
    async def relay(agent: ProgramDep, numero: NumeroDep, fichier: Annotated[UploadFile, File()]) -> RecuVue:
        """Transmettre un fichier : le reçu rendu se joint ensuite à un message."""
        async with acting(database, agent, Acte.READ_DOSSIER, numero, tools=tools) as session:
            await read_dossier(session, NumeroDemande(numero), perimetre=agent, tools=tools)
        return await voisins.relay_upload(agent, Fichier(fichier.filename or "", fichier.file, fichier.content_type or ""))

    @router.post("/demandes/{numero}/reouverture", operation_id="reopen_demande", responses=NOT_FOUND | REFUSED)
    async def reopen(agent: ProgramDep, numero: NumeroDep) -> DossierVue:
        """Rouvrir une demande résolue."""
        async with acting(database, agent, Acte.REOPEN, numero, tools=tools) as session:
            await reopen_demande(session, NumeroDemande(numero), perimetre=agent, tools=tools)
            return await read_dossier(session, NumeroDemande(numero), perimetre=agent, tools=tools)

    return router


async def _say_once(
    session: AsyncSession, numero: NumeroDemande, corps: MessageAgentRequest, key: UUID | None, *, perimetre: Perimetre, tools: Tools
) -> DossierVue:
    """The same key replays the first answer (trust C6)."""
    empreinte = fingerprint(corps, numero)
    stored = await replay(session, perimetre, key, empreinte) if key else None
    if stored is not None:
        return DossierVue.model_validate(stored.corps)
    await post_message_agent(session, numero, corps, perimetre=perimetre, tools=tools)
    dossier = await read_dossier(session, numero, perimetre=perimetre, tools=tools)
    if key:
        await store(session, perimetre, key, empreinte, statut=_CREATED, corps=dossier)
    return dossier
