"""The process of case: partner API, consumers, outbox relay, the sweep that reminds processes."""

from fastapi import FastAPI

from services.case.api.partenaire import build_partenaire_router
from services.case.consumers.facts import NOTE_VERDICT, OPEN_DEMANDE, FactConsumers
from services.case.consumers.sweep import Sweep
from services.case.settings import Settings, build_tools
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.nats_bus import Bus, Consumer
from shared.plumbing.outbox import OutboxRelay
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.reference import ReferenceKeeper

SERVICE = "case"
KEEP_REFERENCE = "case__keep_reference"


def build(settings: Settings) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    url = str(settings.database_url.get_secret_value())
    database = Database(url, pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    tools = build_tools(settings)
    keeper, facts = ReferenceKeeper(database, bus), FactConsumers(database, bus, tools)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(OutboxRelay(database, bus, url), Sweep(database, tools))
        await bus.connect(background.stop)
        if not bus.is_connected:
            return
        background.start(
            keeper,
            Consumer(bus, "EVT_REFERENTIEL", KEEP_REFERENCE, keeper.handle),
            Consumer(bus, "EVT_DEMANDE", OPEN_DEMANDE, facts.open_demande),
            Consumer(bus, "EVT_PIECE_JOINTE", NOTE_VERDICT, facts.note_piece_jointe),
        )

    app = build_app(
        SERVICE,
        checks={"postgresql": database.ping},
        start=start,
        closers=(bus.close, database.close),
        docs=settings.environment == "demo",
    )
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, tools.clock)
    app.include_router(build_partenaire_router(database, tools))
    return app


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
