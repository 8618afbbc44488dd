"""The process of attachment: uploads and downloads over HTTP, facts in and out."""

from contextlib import suppress

from fastapi import FastAPI

from services.attachment.api.headers import DownloadHeaders
from services.attachment.api.links import Links
from services.attachment.api.pieces_jointes import Receipts, build_download_router, build_router
from services.attachment.consumers.facts import ATTACH_DEPOT, PUBLISH_PIECE, AttachmentFacts
from services.attachment.consumers.rounds import build_purge
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.download_piece_jointe import Telechargement
from services.attachment.operations.purge_orphans import OrphanPurge
from services.attachment.operations.receive_piece_jointe import Reception
from services.attachment.ports.object_store import ObjectMissingError
from services.attachment.ports.type_checks import LibraryContentChecks
from services.attachment.settings import Settings
from shared.kernel.clock import Clock
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.nats_bus import Bus, Consumer
from shared.plumbing.outbox import OutboxRelay
from shared.plumbing.process import Background, build_app, serve
from shared.plumbing.retention import build_retention

SERVICE = "attachment"
_PROBE_KEY = "sonde"  # never stored: its absence is told by a store that answers


def build(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The app with everything wired; nothing connects before it starts."""
    clock = clock or Clock()
    url = str(settings.database_url.get_secret_value())
    database = Database(url, pool_size=settings.database_pool_size, service=SERVICE)
    bus = Bus(settings.nats_url, settings.nats_seed.get_secret_value(), SERVICE)
    clean = settings.serve_bucket()
    facts = AttachmentFacts(database)
    orphelines = OrphanPurge(
        database=database,
        buckets=settings.purge_buckets(),
        clock=clock,
        delai=settings.orphelines_delai,
        delai_objet=settings.objets_delai,
    )

    async def start(_app: FastAPI, background: Background) -> None:
        background.start(OutboxRelay(database, bus, url), build_purge(orphelines, settings.purge_period), build_retention(database, clock))
        await bus.connect(background.stop)
        if bus.is_connected:
            background.start(
                Consumer(bus, "EVT_DEMANDE", ATTACH_DEPOT, facts.attach_depot),
                Consumer(bus, "EVT_PIECE_JOINTE", PUBLISH_PIECE, facts.publish_piece),
            )

    async def object_store_answers() -> None:
        with suppress(ObjectMissingError):
            await clean.get(_PROBE_KEY)

    app = build_app(
        SERVICE,
        checks={"postgresql": database.ping, "object_store": object_store_answers},
        start=start,
        closers=(bus.close, database.close),
        docs=settings.environment == "demo",
    )
    app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, clock)
    include_routes(app, settings, database, clock)
    return app


def include_routes(app: FastAPI, settings: Settings, database: Database, clock: Clock) -> None:
    """Every route with what it needs. The app's `state.verifier` says who acts."""
    keys, signing_key = settings.key_ring(), settings.receipt_private_key.get_secret_value()
    links = Links(signing_key, settings.public_url, settings.lien_validite, clock)
    telechargement = Telechargement(database=database, keys=keys, clean=settings.serve_bucket(), clock=clock)
    app.include_router(
        build_router(
            Reception(database, LibraryContentChecks(), keys, settings.upload_bucket(), clock),
            Destruction(database=database, buckets=settings.purge_buckets(), clock=clock),
            telechargement,
            Receipts(signing_key, settings.recu_validite, clock),
            links,
        )
    )
    app.include_router(build_download_router(telechargement, links))
    app.add_middleware(DownloadHeaders)


def main() -> None:
    """Run until told to stop."""
    settings = Settings()
    serve(build(settings), settings, SERVICE)


if __name__ == "__main__":
    main()
