"""What other services ask of directory, over the bus."""

from services.directory.operations.tell_reference import tell_destinataires, tell_referentiel, tell_structures
from shared.contracts.perimetre import systeme
from shared.contracts.questions import (
    DESTINATAIRES,
    REFERENTIEL,
    STRUCTURES,
    DestinatairesAsked,
    DestinatairesTold,
    ReferentielAsked,
    ReferentielVersions,
    StructuresAsked,
    StructuresTold,
)
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from shared.plumbing.questions import Answer


def build_answers(database: Database, clock: Clock) -> list[Answer]:
    """The three questions, each with its own transactions."""

    async def referentiel(asked: ReferentielAsked) -> ReferentielVersions:
        async with database.technical_transaction() as session:
            return await tell_referentiel(session, asked)

    async def structures(asked: StructuresAsked) -> StructuresTold:
        return await tell_structures(database, asked, clock=clock)

    async def destinataires(asked: DestinatairesAsked) -> DestinatairesTold:
        perimetre = systeme(CaisseCode(asked.caisse_code))
        async with database.transaction(perimetre) as session:
            return await tell_destinataires(session, asked, perimetre=perimetre)

    return [Answer(REFERENTIEL, referentiel), Answer(STRUCTURES, structures), Answer(DESTINATAIRES, destinataires)]
