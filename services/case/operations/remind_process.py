"""The sweep: a process that has not looked since its demande moved is told again (house §2).

This is also the sweep of files in analysis that no process waits for (trust §2.6). A file is joined by an act that moves the demande:
until the process has looked, it is told again, the first time within a minute. Once it has looked it holds the analysis: the engine
keeps it and tries it again for a day, then asks for an operator (`EpIntervention`). So nothing counts the age of files here: with the
antivirus down for hours that would cost every waiting demande engine steps, to start nothing.
"""

from typing import Final

from services.case.domain.evenements import DemandeChangee, DemandeFait
from services.case.operations.tools import Tools
from services.case.store import demandes, facts
from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import AsyncSession

_BATCH: Final = 50


async def remind_process(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> int:
    """Say « evoluee » again for what lags by thirty seconds or more, ever more rarely. How many were told."""
    now = tools.clock.now()
    numeros = await demandes.list_unserved(session, perimetre, now=now, limit=_BATCH)
    for numero in numeros:
        demande = await demandes.get_demande(session, numero, perimetre)
        demande.events.append(DemandeChangee(DemandeFait.EVOLUEE, now, version=demande.version))
        await facts.record_facts(session, demande)
        await demandes.postpone_reminder(session, perimetre.caisse_code, numero, now=now)
    return len(numeros)
