"""Accounts nobody uses are deactivated, then deleted (RG-20): after how long is a setting of the caisse."""

from datetime import UTC, datetime

from services.directory.domain.compte import Compte, StatutCompte
from services.directory.domain.errors import CaisseNotFoundError
from services.directory.store import caisses, comptes, facts
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession

_MONTHS = 12
_LAST_COMMON_DAY = 28


async def end_unused_comptes(session: AsyncSession, *, perimetre: Perimetre, clock: Clock) -> int:
    """End what was unused for too long in this caisse. Returns how many accounts changed. Raises: CaisseNotFoundError."""
    now = clock.now()
    desactivation = await _before(session, perimetre, "compte_desactivation_mois", now)
    suppression = await _before(session, perimetre, "compte_suppression_mois", now)
    found = {compte.compte_id: compte for compte, _ in await comptes.list_comptes(session, perimetre)}
    ended = 0
    for compte_id in sorted(found):
        if found[compte_id].end_of(desactivation=desactivation, suppression=suppression) is None:
            continue
        compte = await comptes.get_compte(session, compte_id)  # locked and read again: it may have been used meanwhile
        vers = compte.end_of(desactivation=desactivation, suppression=suppression)
        if vers is not None:
            await _end(session, compte, vers, perimetre, now)
            ended += 1
    return ended


async def _end(session: AsyncSession, compte: Compte, vers: StatutCompte, perimetre: Perimetre, now: datetime) -> None:
    if vers is StatutCompte.SUPPRIME:
        compte.erase(now=now)
    else:
        compte.move(vers, now=now)
    await comptes.save_compte(session, compte)
    await facts.record_compte(session, vers.value, compte.compte_id, None, now=now)
    await record_act(session, perimetre, "end_unused_compte", objet="compte", objet_id=str(compte.compte_id), now=now)


async def _before(session: AsyncSession, perimetre: Perimetre, parametre: str, now: datetime) -> datetime:
    mois = await caisses.get_parametre(session, perimetre.caisse_code, parametre)
    if mois is None:
        raise CaisseNotFoundError(perimetre.caisse_code)
    return months_before(now, int(mois))


def months_before(instant: datetime, mois: int) -> datetime:
    """The same day so many months earlier, at the latest the 28th: every month has it."""
    rank = instant.year * _MONTHS + instant.month - 1 - mois
    jour = min(instant.day, _LAST_COMMON_DAY)
    return instant.astimezone(UTC).replace(year=rank // _MONTHS, month=rank % _MONTHS + 1, day=jour)
