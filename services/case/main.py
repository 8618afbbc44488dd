"""The process of case: partner API, agents' pages and API, consumers, outbox relay, the sweep that reminds processes."""

from fastapi import FastAPI

from services.case.api.agent import build_agent_router
from services.case.api.agent_session import build_session_router
from services.case.api.partenaire import build_partenaire_router
from services.case.consumers.facts import NOTE_VERDICT, OPEN_DEMANDE, FactConsumers
from services.case.consumers.sweep import build_forgetting, build_sweep
from services.case.ports.voisins import Voisins
from services.case.settings import Settings, build_tools
from services.case.store.sessions import session_agent
from services.case.web.context import ROLES, Web
from services.case.web.mount import build_agents, build_pages
from services.case.web.operations_bureau import OperationsBureau
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.http_client import build_client
from shared.plumbing.identity import TokenSigner, TokenVerifier
from shared.plumbing.nats_bus import Bus, Consumer
from shared.plumbing.outbox import OutboxRelay
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.reference import ReferenceKeeper
from shared.plumbing.retention import build_retention
from shared.webkit.door import Door
from shared.webkit.revocation import build_revocation
from shared.webkit.sessions import AGENT, PROGRAMME, Sessions, build_purge
from shared.webkit.sign_in import SignIn

SERVICE = "case"
KEEP_REFERENCE = "case__keep_reference"
END_SESSIONS = "case__end_sessions"


def build(settings: Settings) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    url = str(settings.database_url.get_secret_value())
    database = Database(url, pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    tools = build_tools(settings)
    voisins = build_voisins(settings, tools.clock)
    sessions = Sessions(database, session_agent, nom="agent", limits=AGENT, clock=tools.clock, same_site="strict")
    programmes = Sessions(database, session_agent, nom="agent_api", limits=PROGRAMME, clock=tools.clock)
    keeper, facts = ReferenceKeeper(database, bus), FactConsumers(database, bus, tools)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(
            OutboxRelay(database, bus, url),
            build_sweep(database, tools),
            build_forgetting(database, tools),
            build_purge(sessions),
            build_retention(database, tools.clock, tools.reference),
        )
        await bus.connect(background.stop)
        if not bus.is_connected:
            return
        background.start(
            keeper,
            build_revocation(bus, END_SESSIONS, sessions),
            Consumer(bus, "EVT_REFERENTIEL", KEEP_REFERENCE, keeper.handle),
            Consumer(bus, "EVT_DEMANDE", OPEN_DEMANDE, facts.open_demande),
            Consumer(bus, "EVT_PIECE_JOINTE", NOTE_VERDICT, facts.note_piece_jointe),
        )

    app = build_app(
        SERVICE,
        checks={"postgresql": database.ping},
        start=start,
        closers=(bus.close, voisins.close, database.close),
        docs=settings.environment == "demo",
    )
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, tools.clock)
    app.include_router(build_partenaire_router(database, tools))
    app.state.programmes = programmes
    sign_in = SignIn(voisins.sign_in, roles=ROLES, rate=settings.rate_sign_in)
    app.include_router(build_session_router(sign_in, programmes, tools.clock))
    app.include_router(build_agent_router(database, tools, voisins))
    pages = build_pages(demo=settings.environment == "demo", clock=tools.clock)
    web = Web(bureau=OperationsBureau(database, tools), voisins=voisins, pages=pages)
    door = Door(pages=pages, sessions=sessions, sign_in=sign_in, clock=tools.clock)
    app.mount("/", build_agents(web, door, origins=frozenset({settings.public_url.rstrip("/")})))
    return app


def build_voisins(settings: Settings, clock: Clock) -> Voisins:
    """The services the agents' front calls with their identity."""
    urls = {"directory": settings.directory_url, "attachment": settings.attachment_url, "notification": settings.notification_url}
    signer = TokenSigner(settings.token_private_key.get_secret_value(), clock)
    return Voisins({name: build_client(url) for name, url in urls.items()}, signer)


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
