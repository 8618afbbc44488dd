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


async def publish_moved_avenants(session: AsyncSession, *, perimetre: Perimetre, clock: Clock) -> int:
    """Tell again the structures whose avenant came into force or ended since they were last told. Returns how many.

    Raises: CaisseNotFoundError.
    """
    aujourdhui = await local_day(session, perimetre, clock.now())
    listed = await structures.list_structures(session, perimetre)
    due = sorted([structure.structure_id for structure in listed if await _is_moved(session, structure, perimetre, aujourdhui)])
    # Read again under a lock: what changed since the list must not be written back. All are locked before the first is numbered,
    # as every change of a structure does; the other order could wait for a change that waits for the counter.
    locked = [await structures.get_structure(session, structure_id, perimetre) for structure_id in due]
    moved = [structure for structure in locked if await _is_moved(session, structure, perimetre, aujourdhui)]
    for structure in moved:
        await _publish(session, structure, "publish_avenant", perimetre=perimetre, clock=clock)
    return len(moved)


async def _is_moved(session: AsyncSession, structure: Structure, perimetre: Perimetre, aujourdhui: date) -> bool:
    """Whether an avenant began or ended since the day the structure was last told."""
    if structure.modifiee_le is None or not structure.avenants:
        return False
    told_le = await local_day(session, perimetre, structure.modifiee_le)
    return structure.has_avenant_en_vigueur(told_le) != structure.has_avenant_en_vigueur(aujourdhui)


async def local_day(session: AsyncSession, perimetre: Perimetre, now: datetime) -> date:
    """The day it is in the caisse: avenants hold from day to day. Raises: CaisseNotFoundError before its first version."""
    fuseau = await caisses.get_parametre(session, perimetre.caisse_code, "fuseau")
    if fuseau is None:
        raise CaisseNotFoundError(perimetre.caisse_code)
    return now.astimezone(ZoneInfo(fuseau)).date()


async def _publish(session: AsyncSession, structure: Structure, acte: str, *, perimetre: Perimetre, clock: Clock) -> Structure:
    """Number the change, write it, tell it."""
    now = clock.now()
    structure.modifiee_le = now
    structure.version = await caisses.next_version_structures(session, structure.caisse_code)
    await structures.save_structure(session, structure, perimetre, now=now)
    await facts.record_structure_publiee(session, structure.caisse_code, structure.version)
    await record_act(session, perimetre, acte, objet="structure", objet_id=str(structure.structure_id), now=now)
    return structure
