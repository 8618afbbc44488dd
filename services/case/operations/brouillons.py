"""Messages being written, kept for their author alone: no act, no reading of others, elsewhere or later, loses them (UX-A08)."""

from datetime import timedelta
from typing import Final

from services.case.domain.errors import TexteTooLongError
from services.case.operations.dossier import load_dossier
from services.case.operations.droits import Acte, check_may
from services.case.operations.tools import Tools
from services.case.store import brouillons
from shared.contracts.http.case import BrouillonMessage
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession

KEPT: Final = timedelta(days=30)
_TEXTE_MAX: Final = 20_000  # a text too long to be sent is kept, to be shortened (UX-D04)


async def read_brouillon(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre) -> BrouillonMessage:
    """What this account is writing there; empty when nothing."""
    check_may(perimetre, Acte.KEEP_BROUILLON)
    return await brouillons.find_brouillon(session, numero, perimetre) or BrouillonMessage()


async def save_brouillon(
    session: AsyncSession, numero: NumeroDemande, brouillon: BrouillonMessage, *, perimetre: Perimetre, tools: Tools
) -> None:
    """As it stands, resolved demande or not; an empty text forgets it. Raises: DemandeNotFoundError, TexteTooLongError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.KEEP_BROUILLON, lock=False)
    texte = brouillon.texte.replace("\x00", "")  # the one character PostgreSQL does not store
    if len(texte) > _TEXTE_MAX:
        raise TexteTooLongError(_TEXTE_MAX)
    if not texte.strip():
        await brouillons.delete_brouillon(session, numero, perimetre)
        return
    kept = brouillon.model_copy(update={"texte": texte})
    await brouillons.save_brouillon(session, numero, kept, perimetre, now=dossier.now)


async def forget_brouillons(session: AsyncSession, *, perimetre: Perimetre, clock: Clock) -> int:
    """Those of this caisse that nobody touched for a month. Returns: how many."""
    return await brouillons.forget_brouillons(session, perimetre, before=clock.now() - KEPT)
