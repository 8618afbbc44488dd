"""Caisses, their counters, and what they published. The same for everybody: no scope to apply."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.directory.store.tables import CaisseRow, ReferentielVersionRow
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import AsyncSession


async def keep_caisse(session: AsyncSession, code: CaisseCode, libelle: str) -> None:
    """The caisse exists under this name from now on."""
    statement = insert(CaisseRow).values(code=code, libelle=libelle, version_referentiel=0, version_structures=0)
    await session.execute(statement.on_conflict_do_update(index_elements=[CaisseRow.code], set_={"libelle": statement.excluded.libelle}))


async def list_caisses(session: AsyncSession) -> list[tuple[CaisseCode, str]]:
    """Code and name of every caisse, in order of code. No tenant: the list is the same for everybody."""
    rows = await session.execute(select(CaisseRow.code, CaisseRow.libelle).order_by(CaisseRow.code))
    return [(CaisseCode(code), libelle) for code, libelle in rows]


async def lock_last_empreinte(session: AsyncSession, code: CaisseCode) -> str | None:
    """Fingerprint of the last version published; the caisse is locked until the transaction ends.

    No tenant: rules are public.
    """
    await session.execute(select(CaisseRow.code).where(CaisseRow.code == code).with_for_update())
    return await session.scalar(
        select(ReferentielVersionRow.empreinte)
        .where(ReferentielVersionRow.caisse_code == code)
        .order_by(ReferentielVersionRow.version.desc())
        .limit(1)
    )


async def next_version_referentiel(session: AsyncSession, code: CaisseCode) -> int:
    """The next number; the row stays locked, so numbers are committed in order."""
    statement = (
        update(CaisseRow)
        .where(CaisseRow.code == code)
        .values(version_referentiel=CaisseRow.version_referentiel + 1)
        .returning(CaisseRow.version_referentiel)
    )
    return (await session.execute(statement)).scalar_one()


async def next_version_structures(session: AsyncSession, code: CaisseCode) -> int:
    """The next number of a structure of this caisse; the row stays locked, so numbers are committed in order."""
    statement = (
        update(CaisseRow)
        .where(CaisseRow.code == code)
        .values(version_structures=CaisseRow.version_structures + 1)
        .returning(CaisseRow.version_structures)
    )
    return (await session.execute(statement)).scalar_one()


async def add_version(session: AsyncSession, referentiel: ReferentielCaisse, *, publie_le: datetime) -> None:
    """Keep a published version, for ever."""
    session.add(
        ReferentielVersionRow(
            caisse_code=referentiel.caisse_code,
            version=referentiel.version,
            en_vigueur_le=referentiel.en_vigueur_le,
            publie_le=publie_le,
            empreinte=empreinte_of(referentiel),
            contenu=referentiel.model_dump(mode="json"),
        )
    )
    await session.flush()


async def list_versions(session: AsyncSession, code: CaisseCode | None, depuis: int) -> list[ReferentielCaisse]:
    """Versions after `depuis`, ordered by caisse then version. No tenant: rules are public."""
    statement = select(ReferentielVersionRow.contenu).where(ReferentielVersionRow.version > depuis)
    if code is not None:
        statement = statement.where(ReferentielVersionRow.caisse_code == code)
    rows = await session.scalars(statement.order_by(ReferentielVersionRow.caisse_code, ReferentielVersionRow.version))
    return [ReferentielCaisse.model_validate(contenu) for contenu in rows]


async def get_parametre(session: AsyncSession, code: CaisseCode, nom: str) -> str | None:
    """One setting of the caisse's last version, as text; None before the first one. No tenant: rules are public."""
    return await session.scalar(
        select(ReferentielVersionRow.contenu["parametres"][nom].astext)
        .where(ReferentielVersionRow.caisse_code == code)
        .order_by(ReferentielVersionRow.version.desc())
        .limit(1)
    )


def empreinte_of(referentiel: ReferentielCaisse) -> str:
    """Fingerprint of what the caisse decides, whatever its version and date."""
    contenu = referentiel.model_dump(mode="json", exclude={"version", "en_vigueur_le"})
    return hashlib.sha256(json.dumps(contenu, sort_keys=True).encode()).hexdigest()
