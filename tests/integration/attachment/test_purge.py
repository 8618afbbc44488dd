"""What no demande names is destroyed; what one names stays (trust §2.6)."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import text

from services.attachment.consumers.rounds import build_purge
from services.attachment.domain.piece_jointe import EtatPieceJointe
from services.attachment.operations.purge_orphans import OrphanPurge
from shared.kernel.clock import FixedClock
from tests.integration.attachment.atelier import Atelier
from tests.integration.support import DEADLINE, wait_for

UN_JOUR, UNE_HEURE = timedelta(days=1), timedelta(hours=1)


def purge_at(atelier: Atelier, at: datetime, delai: timedelta, *, even_most: bool = False) -> OrphanPurge:
    clock = FixedClock(at)
    return OrphanPurge(
        database=atelier.database,
        buckets=atelier.settings.purge_buckets(),
        clock=clock,
        delai=delai,
        delai_objet=UNE_HEURE,
        even_most=even_most,
        caisses=frozenset({atelier.caisse}),
    )


async def test_an_upload_attached_to_nothing_is_destroyed_after_its_delay(atelier: Atelier) -> None:
    demain = datetime.now(UTC) + UN_JOUR
    oubliee, jointe = await atelier.sent(atelier.partenaire()), await atelier.sent(atelier.partenaire())
    await atelier.facts.attach_depot(atelier.deposee(jointe.id))

    await purge_at(atelier, demain, timedelta(days=1)).purge()

    gardee = await atelier.piece(jointe.id)
    assert (await atelier.piece(oubliee.id)).etat is EtatPieceJointe.DETRUITE
    assert gardee.etat is EtatPieceJointe.EN_QUARANTAINE
    assert await atelier.objects() == {"quarantine": {gardee.objet}, "clean": set()}


async def test_two_purges_at_once_destroy_an_orphan_once(atelier: Atelier) -> None:
    demain = datetime.now(UTC) + UN_JOUR
    oubliees = [await atelier.sent(atelier.partenaire()) for _ in range(3)]

    reports = await asyncio.gather(*(purge_at(atelier, demain, UN_JOUR).purge() for _ in range(3)))

    assert sum(report.pieces_jointes for report in reports) == len(oubliees)
    for oubliee in oubliees:
        assert await atelier.told(oubliee.id) == ["recue", "detruite"]
        assert await atelier.journal(oubliee.id) == [("receive_piece_jointe", "fait"), ("destroy_piece_jointe", "purge")]
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}


async def test_a_fichier_that_a_demande_names_meanwhile_is_left_to_it(atelier: Atelier) -> None:
    """Found an orphan in one transaction, filed before the next."""
    recu = await atelier.sent(atelier.partenaire())
    await atelier.facts.attach_depot(atelier.deposee(recu.id))

    destroyed = await atelier.destruction().destroy_orphan(recu.id, perimetre=atelier.systeme)

    gardee = await atelier.piece(recu.id)
    assert (destroyed, gardee.etat) == (False, EtatPieceJointe.EN_QUARANTAINE)
    assert await atelier.objects() == {"quarantine": {gardee.objet}, "clean": set()}


async def test_as_a_component_it_purges_at_the_start_and_tells_what_it_did(atelier: Atelier) -> None:
    oubliee, stop = await atelier.sent(atelier.partenaire()), asyncio.Event()
    component = build_purge(purge_at(atelier, datetime.now(UTC) + UN_JOUR, UN_JOUR), UN_JOUR)

    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(component.run(stop))
        await wait_for(lambda: [log for log in logs if log["event"] == "orphans_destroyed"])
        stop.set()
        await asyncio.wait_for(running, DEADLINE.total_seconds())

    assert (await atelier.piece(oubliee.id)).etat is EtatPieceJointe.DETRUITE
    assert [log["count"] for log in logs] == [1]


async def test_an_object_without_a_row_is_deleted_once_an_upload_cannot_be_under_way(atelier: Atelier) -> None:
    cle = f"{atelier.caisse}/{uuid4()}"
    await atelier.settings.upload_bucket().put(cle, b"orphelin")

    await purge_at(atelier, datetime.now(UTC), UN_JOUR).purge()
    pendant = await atelier.objects()
    await purge_at(atelier, datetime.now(UTC) + UN_JOUR, UN_JOUR).purge()

    assert pendant["quarantine"] == {cle}
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}


async def test_objects_without_a_row_that_are_most_of_the_store_wait_for_an_operator(atelier: Atelier) -> None:
    """A wrong database makes good objects look like these."""
    demain, cles = datetime.now(UTC) + UN_JOUR, {f"{atelier.caisse}/{uuid4()}" for _ in range(30)}
    for cle in cles:
        await atelier.settings.upload_bucket().put(cle, b"orphelin")

    held = await purge_at(atelier, demain, UN_JOUR).purge()
    left = await atelier.objects()
    told = await purge_at(atelier, demain, UN_JOUR, even_most=True).purge()

    assert (held.objets, held.retenus) == (0, len(cles))
    assert left["quarantine"] == cles
    assert (told.objets, told.retenus) == (len(cles), 0)
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}


async def test_a_clean_fichier_stays_where_it_is_served_from(atelier: Atelier) -> None:
    recu = await atelier.published()

    await purge_at(atelier, datetime.now(UTC) + UN_JOUR, timedelta(days=4000)).purge()

    assert (await atelier.download(atelier.partenaire(), recu.id)).status_code == 200


async def test_without_a_perimetre_no_row_is_seen(atelier: Atelier) -> None:
    """B2: row-level security holds with every filter of ours forgotten."""
    recu = await atelier.sent(atelier.partenaire())
    lecture = text("SELECT count(*) FROM pieces_jointes WHERE id = :id")

    async with atelier.database.technical_transaction() as session:
        sans = (await session.execute(lecture, {"id": recu.id})).scalar_one()
    async with atelier.database.transaction(atelier.partenaire(atelier.autre_structure)) as session:
        etranger = (await session.execute(lecture, {"id": recu.id})).scalar_one()
    async with atelier.database.transaction(atelier.partenaire()) as session:
        sienne = (await session.execute(lecture, {"id": recu.id})).scalar_one()

    assert (sans, etranger, sienne) == (0, 0, 1)
