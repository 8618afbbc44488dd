"""Read copies of reference data: facts say what changed, questions bring it, every version is kept (house §2)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.base import Contract
from shared.contracts.evenements import Enveloppe, ReferentielPublie
from shared.contracts.questions import REFERENTIEL, STRUCTURES, ReferentielAsked, StructuresAsked
from shared.contracts.reference import ReferentielCaisse, StructureRef
from shared.kernel.errors import DependencyError, DependencyUnavailableError
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.nats_bus import Bus
from shared.plumbing.questions import ask
from shared.plumbing.rounds import pause
from shared.plumbing.tables import copie_reference

log = structlog.get_logger(__name__)
_REFERENTIEL: Final = "referentiel"
_STRUCTURES: Final = "structures"
_FIRST_RETRY_S: Final = 2.0
# Built once: every act reads them.
_IN_FORCE: Final = (
    select(copie_reference.c.version)
    .where(
        copie_reference.c.donnee == _REFERENTIEL,
        copie_reference.c.cle == bindparam("cle"),
        copie_reference.c.en_vigueur_le <= bindparam("at"),
    )
    .order_by(copie_reference.c.en_vigueur_le.desc(), copie_reference.c.version.desc())
    .limit(1)
)
_LATEST_STRUCTURE: Final = (
    select(copie_reference.c.contenu)
    .where(copie_reference.c.donnee == _STRUCTURES, copie_reference.c.cle == bindparam("cle"))
    .order_by(copie_reference.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Copie:
    """One version of one piece of reference data, ready to store. `cle`: caisse, or caisse and structure."""

    donnee: str
    cle: str
    version: int
    en_vigueur_le: datetime | None
    contenu: Contract


class ReferenceKeeper:
    """Keeps this service's copies: asks for everything at its first start, then for what facts announce."""

    name = "reference-first-copy"

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database, self._bus = database, bus

    async def run(self, stop: asyncio.Event) -> None:
        """Ask for what is missing once; directory may not be there yet."""
        while not stop.is_set():
            try:
                await self.refresh(None)
            except DependencyError as error:
                log.warning("reference_delayed", dependency=error.dependency)
                await pause(stop, _FIRST_RETRY_S)
            else:
                return

    async def handle(self, enveloppe: Enveloppe) -> None:
        """A fact `referentiel.publie`: ask for what this caisse has that we have not."""
        publie = ReferentielPublie.model_validate(enveloppe.data)
        await self.refresh(publie.cle)

    async def refresh(self, caisse_code: str | None) -> None:
        """Ask directory for every version after ours. Raises: DependencyError."""
        async with self._database.technical_transaction() as session:
            depuis_referentiel = await _last_version(session, _REFERENTIEL, caisse_code)
            depuis_structures = await _last_version(session, _STRUCTURES, caisse_code)
        referentiels = await ask(self._bus, REFERENTIEL, ReferentielAsked(caisse_code=caisse_code, depuis_version=depuis_referentiel))
        structures = await ask(self._bus, STRUCTURES, StructuresAsked(caisse_code=caisse_code, depuis_version=depuis_structures))
        copies = [
            Copie(_REFERENTIEL, version.caisse_code, version.version, version.en_vigueur_le, version) for version in referentiels.versions
        ] + [
            Copie(_STRUCTURES, _structure_key(structure.caisse_code, structure.structure_id), structure.version, None, structure)
            for structure in structures.structures
        ]
        async with self._database.technical_transaction() as session:
            await store_copies(session, copies)
        if copies:
            log.info("reference_copied", count=len(copies), caisse_code=caisse_code or "")


async def store_copies(session: AsyncSession, copies: Sequence[Copie]) -> None:
    """Write versions; one already there is left as it is."""
    if not copies:
        return
    await session.execute(
        insert(copie_reference).on_conflict_do_nothing(),
        [
            {
                "donnee": copie.donnee,
                "cle": copie.cle,
                "version": copie.version,
                "en_vigueur_le": copie.en_vigueur_le,
                "contenu": copie.contenu.model_dump(mode="json"),
            }
            for copie in copies
        ],
    )


class ReferenceReader:
    """The version in force, from the service's own copy; parsed once per version."""

    def __init__(self) -> None:
        self._parsed: dict[tuple[str, int], ReferentielCaisse] = {}

    async def referentiel(self, session: AsyncSession, caisse_code: CaisseCode, *, at: datetime) -> ReferentielCaisse:
        """What the caisse decided, as in force at this instant.

        Raises: DependencyUnavailableError while no copy has arrived.
        """
        version = await session.scalar(_IN_FORCE, {"cle": caisse_code, "at": at})
        if version is None:
            raise DependencyUnavailableError("reference data", f"tell the rules of caisse {caisse_code}")
        return await self.version(session, caisse_code, version)

    async def version(self, session: AsyncSession, caisse_code: CaisseCode, version: int) -> ReferentielCaisse:
        """One given version. Raises: DependencyUnavailableError when the copy does not hold it yet."""
        if (caisse_code, version) not in self._parsed:
            contenu = await session.scalar(
                select(copie_reference.c.contenu).where(
                    copie_reference.c.donnee == _REFERENTIEL,
                    copie_reference.c.cle == caisse_code,
                    copie_reference.c.version == version,
                )
            )
            if contenu is None:
                raise DependencyUnavailableError("reference data", f"tell version {version} of caisse {caisse_code}")
            self._parsed[caisse_code, version] = ReferentielCaisse.model_validate(contenu)
        return self._parsed[caisse_code, version]

    async def structure(self, session: AsyncSession, caisse_code: CaisseCode, structure_id: StructureId) -> StructureRef:
        """The structure as this caisse knows it now. Raises: DependencyUnavailableError while no copy has arrived."""
        contenu = await session.scalar(_LATEST_STRUCTURE, {"cle": _structure_key(caisse_code, structure_id)})
        if contenu is None:
            raise DependencyUnavailableError("reference data", "tell the structure")
        return StructureRef.model_validate(contenu)

    async def structure_names(self, session: AsyncSession, caisse_code: CaisseCode) -> dict[StructureId, str]:
        """Every structure this caisse was told of, with its present name."""
        nom, cle = copie_reference.c.contenu["nom"].astext, copie_reference.c.cle
        rows = await session.execute(
            select(cle, nom)
            .where(copie_reference.c.donnee == _STRUCTURES, cle.startswith(f"{caisse_code}/"))
            .order_by(copie_reference.c.version)  # the last one counts
        )
        return {StructureId(UUID(key.partition("/")[2])): name for key, name in rows}

    async def caisses(self, session: AsyncSession, *, at: datetime) -> list[CaisseCode]:
        """Every caisse with rules in force at this instant, in order: rounds go through them one by one.

        One that only announced its first rules has nothing yet, and `referentiel` would not answer for it.
        """
        rows = await session.scalars(
            select(copie_reference.c.cle)
            .where(copie_reference.c.donnee == _REFERENTIEL, copie_reference.c.en_vigueur_le <= at)
            .distinct()
            .order_by(copie_reference.c.cle)
        )
        return [CaisseCode(code) for code in rows]


async def _last_version(session: AsyncSession, donnee: str, caisse_code: str | None) -> int:
    # Versions are numbered per caisse: without one we ask from the start, and what is already here is left as it is.
    if caisse_code is None:
        return 0
    statement = select(func.max(copie_reference.c.version)).where(
        copie_reference.c.donnee == donnee, copie_reference.c.cle.startswith(caisse_code)
    )
    return await session.scalar(statement) or 0


def _structure_key(caisse_code: str, structure_id: object) -> str:
    return f"{caisse_code}/{structure_id}"
