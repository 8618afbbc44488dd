"""What intake lets go of in time: old drafts, receipts past the caisse's retention (domain RG-16)."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.store import brouillons, depots
from shared.contracts.perimetre import Perimetre
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession
from shared.plumbing.reference import ReferenceReader


@dataclass(frozen=True, slots=True)
class Purge:
    """How many rows went."""

    brouillons: int
    accuses: int

    @property
    def total(self) -> int:
        """Of every kind."""
        return self.brouillons + self.accuses


async def purge_caisse(
    session: AsyncSession, *, perimetre: Perimetre, reference: ReferenceReader, conservation_brouillon: timedelta, now: datetime
) -> Purge:
    """Purge one caisse: drafts not saved for that long, receipts past `conservation_demande_mois`.

    The journal tells it when something went: a line a day for nothing would hide the others. Twice at once: what one takes, the
    other does not find. Raises: DependencyUnavailableError while the caisse has no rules in force.
    """
    referentiel = await reference.referentiel(session, perimetre.caisse_code, at=now)
    limite = months_before(now, referentiel.parametres.conservation_demande_mois)
    purge = Purge(
        brouillons=await brouillons.purge_brouillons(session, perimetre, avant=now - conservation_brouillon),
        accuses=await depots.purge_accuses(session, perimetre, resolues_avant=limite),
    )
    if purge.total:
        await record_act(session, perimetre, "purge", objet="caisse", objet_id=perimetre.caisse_code, now=now)
    return purge


def months_before(moment: datetime, mois: int) -> datetime:
    """The same moment so many months earlier, on the month's last day where the day is missing."""
    annee, rang = divmod(moment.year * 12 + moment.month - 1 - mois, 12)
    return moment.replace(year=annee, month=rang + 1, day=min(moment.day, calendar.monthrange(annee, rang + 1)[1]))
