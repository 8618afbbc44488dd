"""What happened here, as facts of the house (contracts, evenements): outbox rows of the same transaction."""

from datetime import datetime

from services.directory.domain.compte import Portee
from shared.contracts.evenements import FaitCompte, ReferentielPublie, event_subject
from shared.kernel.identifiers import CaisseCode, CompteId
from shared.plumbing.database import AsyncSession
from shared.plumbing.outbox import record_fact

SOURCE = "directory"


async def record_referentiel_publie(session: AsyncSession, caisse_code: CaisseCode, version: int) -> None:
    """A caisse published new rules."""
    fact = ReferentielPublie(donnee="referentiel", cle=caisse_code, version=version)
    await record_fact(session, event_subject("referentiel", "publie"), fact, source=SOURCE, about=caisse_code)


async def record_structure_publiee(session: AsyncSession, caisse_code: CaisseCode, version: int) -> None:
    """A structure of a caisse changed."""
    fact = ReferentielPublie(donnee="structures", cle=caisse_code, version=version)
    await record_fact(session, event_subject("referentiel", "publie"), fact, source=SOURCE, about=caisse_code)


async def record_compte(session: AsyncSession, fait: str, compte_id: CompteId, portee: Portee | None, *, now: datetime) -> None:
    """`fait`: one of `COMPTE_FACTS`. Fronts end the sessions of an account that closed or changed its password."""
    fact = FaitCompte(
        compte_id=str(compte_id),
        caisse_code=portee.caisse_code if portee else "",
        structure_id=str(portee.structure_id) if portee and portee.structure_id else "",
        survenue_le=now,
    )
    await record_fact(session, event_subject("compte", fait), fact, source=SOURCE, about=str(compte_id))
