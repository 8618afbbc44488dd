"""The process of directory: sign-in over HTTP, questions over the bus, the relay of its facts."""

from fastapi import FastAPI

from services.directory.api.connexion import build_router
from services.directory.consumers.questions import build_answers
from services.directory.consumers.rounds import build_rounds
from services.directory.ports.hashing import Argon2Hasher
from services.directory.settings import Settings
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.nats_bus import Bus
from shared.plumbing.outbox import OutboxRelay
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.questions import QuestionServer
from shared.plumbing.retention import build_retention

SERVICE = "directory"


def build(settings: Settings) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    clock, hasher = Clock(), Argon2Hasher()
    url = str(settings.database_url.get_secret_value())
    database = Database(url, pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(OutboxRelay(database, bus, url), build_rounds(database, clock), build_retention(database, clock))
        await bus.connect(background.stop)
        if bus.is_connected:
            background.start(QuestionServer(bus, build_answers(database, clock)))

    async def close_hasher() -> None:
        hasher.close()

    app = build_app(
        "directory",
        checks={"postgresql": database.ping},
        start=start,
        closers=(bus.close, database.close, close_hasher),
        docs=settings.environment == "demo",
    )
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, clock)
    app.include_router(build_router(database, hasher, clock))
    return app


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
