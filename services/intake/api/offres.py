"""HTTP: what may be filed, and drafts (shared.contracts.http.intake)."""

from uuid import UUID

from fastapi import APIRouter

from services.intake.api.contexte import ContexteDep, PersonneDep
from services.intake.operations import brouillons, offres
from shared.contracts.http.intake import BrouillonRequest, BrouillonVue, FormulaireVue, OffresVue

router = APIRouter(prefix="/v1")


@router.get("/offres")
async def list_offres(perimetre: PersonneDep, contexte: ContexteDep) -> OffresVue:
    """The offres of the caisse, with why those that are closed are."""
    async with contexte.database.transaction(perimetre) as session:
        return await offres.list_offres(session, perimetre=perimetre, reference=contexte.guichet.reference, clock=contexte.guichet.clock)


@router.get("/offres/{offre}")
async def show_formulaire(offre: str, perimetre: PersonneDep, contexte: ContexteDep) -> FormulaireVue:
    """The form of one offre for this structure today."""
    async with contexte.database.transaction(perimetre) as session:
        return await offres.show_formulaire(
            session, offre, perimetre=perimetre, reference=contexte.guichet.reference, clock=contexte.guichet.clock
        )


@router.get("/brouillons")
async def list_brouillons(perimetre: PersonneDep, contexte: ContexteDep) -> list[BrouillonVue]:
    """The account's own drafts, newest first."""
    async with contexte.database.transaction(perimetre) as session:
        return await brouillons.list_brouillons(session, perimetre=perimetre)


@router.post("/brouillons", status_code=201)
async def start_brouillon(requete: BrouillonRequest, perimetre: PersonneDep, contexte: ContexteDep) -> BrouillonVue:
    """A new draft."""
    guichet = contexte.guichet
    async with contexte.database.transaction(perimetre) as session:
        return await brouillons.start_brouillon(session, requete, perimetre=perimetre, recus=guichet.recus, clock=guichet.clock)


@router.get("/brouillons/{brouillon_id}")
async def read_brouillon(brouillon_id: UUID, perimetre: PersonneDep, contexte: ContexteDep) -> BrouillonVue:
    """One draft of the account."""
    async with contexte.database.transaction(perimetre) as session:
        return await brouillons.read_brouillon(session, brouillon_id, perimetre=perimetre)


@router.put("/brouillons/{brouillon_id}")
async def save_brouillon(brouillon_id: UUID, requete: BrouillonRequest, perimetre: PersonneDep, contexte: ContexteDep) -> BrouillonVue:
    """The draft as it stands now; 409 with the other version when another tab saved it meanwhile."""
    guichet = contexte.guichet
    async with contexte.database.transaction(perimetre) as session:
        return await brouillons.save_brouillon(
            session, brouillon_id, requete, perimetre=perimetre, recus=guichet.recus, clock=guichet.clock
        )


@router.delete("/brouillons/{brouillon_id}", status_code=204)
async def delete_brouillon(brouillon_id: UUID, perimetre: PersonneDep, contexte: ContexteDep) -> None:
    """The draft goes for good."""
    async with contexte.database.transaction(perimetre) as session:
        await brouillons.delete_brouillon(session, brouillon_id, perimetre=perimetre, clock=contexte.guichet.clock)
