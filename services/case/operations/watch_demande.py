"""What an agent who keeps a demande open must know: whether it moved, and who else looks at it (ux A06, A07)."""

import hashlib
from datetime import timedelta
from typing import Final

from services.case.domain.demande import Demande
from services.case.operations.dossier import load_dossier
from services.case.operations.droits import Acte
from services.case.operations.read_demande import VISITES
from services.case.operations.tools import Tools
from services.case.store import messages, presences
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession

# Somebody who left disappears within this; an open page asks every 20 s.
_PRESENT: Final = timedelta(seconds=60)
_LENGTH: Final = 12


def landmark(demande: Demande, last_act: int) -> str:
    """Moves with messages, notes and acts (the history), and with the verdicts of files: a clean one leaves no line there."""
    verdicts = "|".join(f"{piece.id}:{piece.etat}" for piece in demande.pieces)
    return hashlib.sha256(f"{demande.version_fil}|{last_act}|{verdicts}".encode()).hexdigest()[:_LENGTH]


async def watch_demande(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> tuple[str, list[str]]:
    """A landmark of what the page shows, and the names of the others who look at it now. Looking again is no new reading: it is not traced.

    Raises: DemandeNotFoundError, ActeForbiddenError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.READ_DOSSIER, lock=False)
    since = dossier.now - _PRESENT
    await presences.note_presence(session, numero, perimetre, now=dossier.now)
    last = await messages.last_act(session, numero, perimetre, without=VISITES)
    return landmark(dossier.demande, last), await presences.list_others(session, numero, perimetre, since=since)


async def forget_presences(session: AsyncSession, *, perimetre: Perimetre, clock: Clock) -> int:
    """Who looked at the demandes of this caisse and left: it says who worked when, and serves nobody. Returns: how many."""
    return await presences.forget_presences(session, perimetre, before=clock.now() - _PRESENT)
