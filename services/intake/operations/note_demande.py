"""What becomes of a filing once the case lives: its content goes, the duplicate guard follows its end (house §9.10)."""

from typing import Final

import structlog

from services.intake.store import depots
from shared.contracts.evenements import DemandeEvolution
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession

log = structlog.get_logger(__name__)
_RESOLUE: Final = "resolue"
_GUARD_FACTS: Final = frozenset({_RESOLUE, "rouverte"})


async def note_demande(session: AsyncSession, fait: str, evolution: DemandeEvolution, *, perimetre: Perimetre) -> None:
    """Any fact of case says that the case is open; a resolution closes the guard, a reopening opens it again."""
    numero = NumeroDemande(evolution.numero)
    if not await depots.forget_contenu(session, numero, perimetre, now=evolution.survenue_le):
        log.warning("demande_unknown", numero=numero, fact=fait)
        return
    if fait in _GUARD_FACTS:
        resolue_le = evolution.survenue_le if fait == _RESOLUE else None
        await depots.move_guard(session, numero, perimetre, version=evolution.version, resolue_le=resolue_le)
