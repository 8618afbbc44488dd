"""The process of notification: facts in, e-mails out, notices over HTTP."""

from collections.abc import Sequence

from fastapi import FastAPI

from services.notification.api.avis import build_router
from services.notification.consumers.facts import TELL_DEMANDES, TELL_FILES, Teller
from services.notification.consumers.postman import Postman
from services.notification.domain.textes import Adresses
from services.notification.ports.smtp_courrier import SmtpCourrier
from services.notification.settings import Settings
from shared.contracts.questions import DESTINATAIRES, Destinataire, DestinatairesAsked
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.nats_bus import Bus, Consumer
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.questions import ask
from shared.plumbing.retention import build_retention

SERVICE = "notification"


def build(settings: Settings) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    clock = Clock()
    database = Database(str(settings.database_url.get_secret_value()), pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    courrier = SmtpCourrier(settings.smtp_host, settings.smtp_port, settings.sender, clock)
    postman = Postman(database, courrier, Adresses(settings.partner_url, settings.agent_url), clock)

    async def ask_destinataires(question: DestinatairesAsked) -> Sequence[Destinataire]:
        return (await ask(bus, DESTINATAIRES, question)).destinataires

    teller = Teller(database, ask_destinataires, clock, postman.wake)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(postman, build_retention(database, clock))
        await bus.connect(background.stop)
        if bus.is_connected:
            background.start(
                Consumer(bus, "EVT_DEMANDE", TELL_DEMANDES, teller.tell_demande),
                Consumer(bus, "EVT_PIECE_JOINTE", TELL_FILES, teller.tell_piece_jointe),
            )

    app = build_app(
        SERVICE,
        checks={"postgresql": database.ping},
        start=start,
        closers=(bus.close, database.close),
        docs=settings.environment == "demo",
    )
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, clock)
    app.include_router(build_router(database, clock))
    return app


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
