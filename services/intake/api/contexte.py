"""What the composition hands to the routes."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from services.intake.operations.file_demande import Guichet
from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import Database
from shared.plumbing.identity import current_person


@dataclass(frozen=True, slots=True)
class Contexte:
    """Built once in `main`, kept in `app.state.contexte`."""

    database: Database
    guichet: Guichet


async def contexte_of(request: Request) -> Contexte:
    """FastAPI dependency."""
    contexte: Contexte = request.app.state.contexte
    return contexte


ContexteDep = Annotated[Contexte, Depends(contexte_of)]
PersonneDep = Annotated[Perimetre, Depends(current_person)]
