"""The process of the gateway: partner pages and `/api/v1`, composed from the other services."""

from pathlib import Path
from typing import Final

from fastapi import Depends, FastAPI
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from services.gateway.api.context import Api
from services.gateway.api.routes import router as api_router
from services.gateway.ports.http_services import build_services
from services.gateway.ports.services import Services
from services.gateway.settings import Settings
from services.gateway.store.tables import session_ouverte
from services.gateway.web import accueil, demandes, depot, fichiers, profil
from services.gateway.web.context import NAV, PRESENTATION, ROLES, Web
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenSigner
from shared.plumbing.nats_bus import Bus
from shared.plumbing.process import Background, build_app, serve
from shared.webkit import connexion
from shared.webkit.common_pages import build_common_router, protect
from shared.webkit.door import Door, current_session
from shared.webkit.errors import ErrorPages
from shared.webkit.frame import Front
from shared.webkit.gallery import build_gallery_router
from shared.webkit.pages import Pages
from shared.webkit.revocation import build_revocation
from shared.webkit.sessions import PROGRAMME, Limits, Sessions, build_purge
from shared.webkit.sign_in import SignIn
from shared.webkit.static_files import HouseStatic

SERVICE: Final = "gateway"
END_SESSIONS: Final = "gateway__end_sessions"
TEMPLATES: Final = Path(__file__).parent / "web" / "templates"


def build(settings: Settings) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    clock = Clock()
    database = Database(str(settings.database_url.get_secret_value()), pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    signer = TokenSigner(settings.token_private_key.get_secret_value(), clock)
    services, clients = build_services(signer, service_urls(settings))
    sessions = browser_sessions(database, settings, clock)

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(build_purge(sessions))
        await bus.connect(background.stop)
        if bus.is_connected:
            background.start(build_revocation(bus, END_SESSIONS, sessions))

    app = build_app(
        "Espace Partenaires",
        checks={"postgresql": database.ping},
        start=start,
        closers=(bus.close, *(client.close for client in clients), database.close),
        docs=settings.environment == "demo",
        problems=False,
    )
    compose(app, settings, services=services, sessions=sessions, programs=program_sessions(database, clock), clock=clock)
    return app


def compose(app: FastAPI, settings: Settings, *, services: Services, sessions: Sessions, programs: Sessions, clock: Clock) -> None:
    """Pages, API and the layers around them, on whatever services and sessions are given."""
    limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
    static = HouseStatic()
    front = Front(
        nom="partenaire",
        demo=settings.environment == "demo",
        contact=settings.contact,
        profil="/profil",
        presentation=PRESENTATION,
        roles=ROLES,
        nav=NAV,
    )
    pages = Pages(front, static=static, clock=clock, folders=[TEMPLATES])
    sign_in = SignIn(services.directory.sign_in, roles=ROLES, rate=settings.rate_sign_in)
    app.state.door = Door(pages=pages, sessions=sessions, sign_in=sign_in, clock=clock)
    app.state.web = Web(services=services, pages=pages, clock=clock)
    app.state.api = Api(
        services=services,
        sessions=programs,
        sign_in=sign_in,
        clock=clock,
        limiter=limiter,
        reads=parse(settings.rate_reads),
        writes=parse(settings.rate_writes),
    )
    app.mount("/static", static)
    app.include_router(build_common_router(pages, dependencies=[Depends(current_session)]))
    for pages_router in (connexion.router, accueil.router, fichiers.router, depot.router, demandes.router, profil.router, api_router):
        app.include_router(pages_router)
    if front.demo:
        app.include_router(build_gallery_router(pages, clock))
    protect(app, errors=ErrorPages(pages), origins=frozenset({str(settings.public_url).rstrip("/")}))


def service_urls(settings: Settings) -> dict[str, str]:
    """Where each service answers."""
    return {
        "directory": str(settings.directory_url),
        "intake": str(settings.intake_url),
        "attachment": str(settings.attachment_url),
        "case": str(settings.case_url),
        "notification": str(settings.notification_url),
    }


def browser_sessions(database: Database, settings: Settings, clock: Clock) -> Sessions:
    """Sessions of people, by cookie."""
    limits = Limits(inactivite=settings.session_idle, absolue=settings.session_life)
    return Sessions(database, session_ouverte, nom="partenaire", limits=limits, clock=clock)


def program_sessions(database: Database, clock: Clock) -> Sessions:
    """Sessions of programs, by bearer, for eight hours (house §9.8)."""
    return Sessions(database, session_ouverte, nom="api", limits=PROGRAMME, clock=clock)


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
