"""HTTP of notices (contract: shared.contracts.http.notification)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.notification.domain.avis import Avis
from services.notification.domain.textes import write_avis
from services.notification.operations import read_avis
from shared.contracts.http.notification import AvisLusRequest, AvisVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import current_person

PersonDep = Annotated[Perimetre, Depends(current_person)]


def build_router(database: Database, clock: Clock) -> APIRouter:
    """The two routes."""
    router = APIRouter(prefix="/v1", tags=["avis"])

    @router.get("/avis", operation_id="list_avis")
    async def list_avis(perimetre: PersonDep) -> list[AvisVue]:
        """Notices of the account, of its structure or of its role, newest first."""
        async with database.transaction(perimetre) as session:
            avis = await read_avis.list_avis(session, perimetre=perimetre)
        return [_view(un_avis) for un_avis in avis]

    @router.post("/avis/lus", operation_id="mark_avis_read", status_code=204)
    async def mark_avis_read(lus: AvisLusRequest, perimetre: PersonDep) -> None:
        """Notices that were displayed."""
        async with database.transaction(perimetre) as session:
            await read_avis.mark_read(session, lus.ids, perimetre=perimetre, clock=clock)

    return router


def _view(avis: Avis) -> AvisVue:
    return AvisVue(id=avis.id, numero=avis.numero, texte=write_avis(avis.modele, avis.numero), survenu_le=avis.survenu_le, lu=avis.lu)
