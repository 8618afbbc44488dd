"""Who did what to which object, written in the transaction of the act; never a value (domain LG-01, trust B8)."""

from datetime import datetime
from typing import Final

from sqlalchemy import insert

from shared.contracts.perimetre import Perimetre
from shared.plumbing.database import AsyncSession
from shared.plumbing.tables import audit

_INSERT: Final = insert(audit)


async def record_act(
    session: AsyncSession, perimetre: Perimetre, acte: str, *, objet: str, objet_id: str, now: datetime, resultat: str = "fait"
) -> None:
    """One line of the journal. `acte`: "take_in_charge"; `objet`: "demande"; `resultat`: fait, refuse."""
    line = {
        "survenu_le": now,
        "caisse_code": perimetre.caisse_code,
        "structure_id": perimetre.structure_id,
        "compte_id": perimetre.compte_id,
        "role": perimetre.role.value,
        "acte": acte,
        "objet": objet,
        "objet_id": objet_id,
        "resultat": resultat,
    }
    await session.execute(_INSERT, line)
