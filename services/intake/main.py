"""The process of intake: HTTP, consumers, questions and the outbox relay in one event loop."""

from fastapi import FastAPI

from services.intake.api import demandes, offres
from services.intake.api.contexte import Contexte
from services.intake.consumers.facts import KEEP_REFERENCE, NOTE_DEMANDE, NoteDemande
from services.intake.consumers.questions import answers
from services.intake.consumers.rounds import PurgeRound
from services.intake.operations.file_demande import Guichet
from services.intake.settings import Settings
from services.intake.store.depots import check_tables
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.nats_bus import Bus, Consumer
from shared.plumbing.outbox import OutboxRelay
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.questions import QuestionServer
from shared.plumbing.reference import ReferenceKeeper, ReferenceReader
from shared.plumbing.retention import build_retention
from shared.plumbing.signatures import StatementVerifier

SERVICE = "intake"


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The whole process. Nothing connects before the app starts."""
    clock = clock or Clock()
    url = str(settings.database_url.get_secret_value())
    database = Database(url, pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    keeper, reference = ReferenceKeeper(database, bus), ReferenceReader()
    purge = PurgeRound(database=database, reference=reference, clock=clock, conservation_brouillon=settings.brouillon_conservation)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(OutboxRelay(database, bus, url), purge.every(settings.purge_period), build_retention(database, clock, reference))
        await bus.connect(background.stop)
        background.start(
            keeper,
            Consumer(bus, "EVT_REFERENTIEL", KEEP_REFERENCE, keeper.handle),
            Consumer(bus, "EVT_DEMANDE", NOTE_DEMANDE, NoteDemande(database).handle),
            QuestionServer(bus, answers(database)),
        )

    async def check_migrations() -> None:
        async with database.technical_transaction() as session:
            await check_tables(session)

    app = build_app(
        "Espace Partenaires – intake",
        checks={"database": database.ping, "migrations": check_migrations},
        start=start,
        closers=(bus.close, database.close),
        docs=settings.environment == "demo",
    )
    guichet = Guichet(
        reference=reference,
        recus=StatementVerifier(settings.receipt_public_key.get_secret_value()),
        secret=settings.doublon_secret,
        clock=clock,
    )
    app.state.contexte = Contexte(database, guichet)
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, clock)
    app.include_router(offres.router)
    app.include_router(demandes.router)
    return app


if __name__ == "__main__":
    loaded = Settings()
    serve(build(loaded), loaded, SERVICE)
