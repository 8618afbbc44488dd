"""NATS in: what others ask of intake."""

from services.intake.operations.depots import tell_depot
from shared.contracts.depots import Depot
from shared.contracts.perimetre import systeme
from shared.contracts.questions import DEPOT, DepotAsked
from shared.kernel.identifiers import NumeroDemande, caisse_of
from shared.plumbing.database import Database
from shared.plumbing.questions import Answer


def answers(database: Database) -> tuple[Answer, ...]:
    """`ask.intake.depot.v1`: the whole content of a filing, once, for the service that opens the case."""

    async def tell(asked: DepotAsked) -> Depot:
        perimetre = systeme(caisse_of(NumeroDemande(asked.numero)))
        async with database.transaction(perimetre) as session:
            return await tell_depot(session, asked.numero, perimetre=perimetre)

    return (Answer(DEPOT, tell),)
