"""Send what is due: rows are claimed, the messages leave, the rows are ended. No network inside a transaction."""

from datetime import datetime

import structlog
from prometheus_client import Counter

from services.notification.domain.envoi import Envoi, EtatEnvoi, next_try
from services.notification.domain.textes import Adresses, write_courriel
from services.notification.ports.courrier import Courriel, CourrielPostponedError, CourrielRefusedError, Courrier
from services.notification.store import envois
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import AsyncSession, Database

log = structlog.get_logger(__name__)
BATCH = 10  # each may last SEND_DEADLINE, all within LEASE
_sent = Counter("notification_envois_total", "E-mails, by ending.", ["modele", "outcome"])


async def list_caisses(session: AsyncSession, *, clock: Clock) -> list[CaisseCode]:
    """The caisses where something may be due now, longest waiting first."""
    return await envois.caisses_to_visit(session, now=clock.now())


async def send_due(database: Database, courrier: Courrier, adresses: Adresses, *, perimetre: Perimetre, clock: Clock) -> int:
    """Try what is due in this caisse. Returns: how many sendings were claimed.

    A process that dies between the relay's answer and the end of the row sends once more, under the same Message-ID.
    Raises: DependencyError when the relay serves nobody: the sending it failed waits its back-off, the others are as before.
    """
    async with database.transaction(perimetre) as session:
        due = await envois.claim_due(session, perimetre, now=clock.now(), limit=BATCH)
    for index, envoi in enumerate(due):
        try:
            etat = await _send(courrier, adresses, envoi)
        except DependencyError:
            await _put_back(database, envoi, due[index + 1 :], perimetre=perimetre, clock=clock)
            raise
        async with database.transaction(perimetre) as session:
            await _conclude(session, envoi, etat, now=clock.now())
    return len(due)


async def _send(courrier: Courrier, adresses: Adresses, envoi: Envoi) -> EtatEnvoi:
    """Where the sending stands after this try: `a_envoyer` when its recipient is to be tried later."""
    message = write_courriel(envoi.modele, envoi.numero, adresses.demande(envoi.numero, envoi.public))
    try:
        await courrier.send(Courriel(message_id=str(envoi.id), a=envoi.courriel, objet=message.objet, corps=message.corps))
    except CourrielRefusedError:
        log.warning("courriel_refused", numero=envoi.numero, compte_id=str(envoi.compte_id), attempt=envoi.essais)
        return EtatEnvoi.REFUSE
    except CourrielPostponedError:
        log.info("courriel_postponed", numero=envoi.numero, compte_id=str(envoi.compte_id), attempt=envoi.essais)
        return EtatEnvoi.A_ENVOYER
    return EtatEnvoi.ENVOYE


async def _conclude(session: AsyncSession, envoi: Envoi, etat: EtatEnvoi, *, now: datetime) -> None:
    """End the row, or have it wait for its next try."""
    if etat is EtatEnvoi.A_ENVOYER:
        again = next_try(envoi, now)
        if again is not None:
            await envois.postpone_envoi(session, envoi, again)
            return
        etat = EtatEnvoi.ABANDONNE
    await envois.end_envoi(session, envoi.id, etat, now=now)
    _sent.labels(envoi.modele.value, etat.value).inc()


async def _put_back(database: Database, tried: Envoi, untried: list[Envoi], *, perimetre: Perimetre, clock: Clock) -> None:
    now = clock.now()
    async with database.transaction(perimetre) as session:
        await _conclude(session, tried, EtatEnvoi.A_ENVOYER, now=now)
        for envoi in untried:
            if next_try(envoi, now) is None:
                await _conclude(session, envoi, EtatEnvoi.A_ENVOYER, now=now)
            else:
                await envois.release_envoi(session, envoi, now=now)
