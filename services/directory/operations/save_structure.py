"""Every change of a structure: written, numbered, told to whoever keeps a copy, and journalled."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.directory.domain.errors import CaisseNotFoundError
from services.directory.domain.structure import Structure
from services.directory.store import caisses, facts, structures
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import StructureId
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession


async def register_structure(session: AsyncSession, structure: Structure, *, perimetre: Perimetre, clock: Clock) -> Structure:
    """A structure enters the caisse's register, or is written anew."""
    return await _publish(session, structure, "register_structure", perimetre=perimetre, clock=clock)


async def change_structure(
    session: AsyncSession,
    structure_id: StructureId,
    acte: str,
    change: Callable[[Structure], None],
    *,
    perimetre: Perimetre,
    clock: Clock,
) -> Structure:
    """Apply one change of the domain (convention, habilitation, effectif); `acte` names it in the journal.

    Raises: StructureNotFoundError, and what the domain refuses.
    """
    structure = await structures.get_structure(session, structure_id, perimetre)
    change(structure)
    return await _publish(session, structure, acte, perimetre=perimetre, clock=clock)


async def local_day(session: AsyncSession, perimetre: Perimetre, now: datetime) -> date:
    """The day it is in the caisse: avenants hold from day to day. Raises: CaisseNotFoundError before its first version."""
    versions = await caisses.list_versions(session, perimetre.caisse_code, 0)
    if not versions:
        raise CaisseNotFoundError(perimetre.caisse_code)
    return now.astimezone(ZoneInfo(versions[-1].parametres.fuseau)).date()


async def _publish(session: AsyncSession, structure: Structure, acte: str, *, perimetre: Perimetre, clock: Clock) -> Structure:
    """Number the change, write it, tell it."""
    now = clock.now()
    structure.version = await caisses.next_version_structures(session, structure.caisse_code)
    await structures.save_structure(session, structure, perimetre, now=now)
    await facts.record_structure_publiee(session, structure.caisse_code, structure.version)
    await record_act(session, perimetre, acte, objet="structure", objet_id=str(structure.structure_id), now=now)
    return structure
