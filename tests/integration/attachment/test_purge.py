"""What no demande names is destroyed; what one names stays (trust §2.6)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import text

from services.attachment.domain.piece_jointe import EtatPieceJointe
from services.attachment.operations.purge_orphans import OrphanPurge
from shared.kernel.clock import FixedClock
from tests.integration.attachment.atelier import Atelier

UN_JOUR = timedelta(days=1)


def purge_at(atelier: Atelier, at: datetime, delai: timedelta) -> OrphanPurge:
    clock = FixedClock(at)
    return OrphanPurge(
        database=atelier.database,
        destruction=atelier.destruction(),
        buckets=atelier.settings.purge_buckets(),
        clock=clock,
        delai=delai,
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


async def test_an_object_without_a_row_is_deleted_once_an_upload_cannot_be_under_way(atelier: Atelier) -> None:
    cle = f"{atelier.caisse}/{uuid4()}"
    await atelier.settings.upload_bucket().put(cle, b"orphelin")

    await purge_at(atelier, datetime.now(UTC), UN_JOUR).purge()
    pendant = await atelier.objects()
    await purge_at(atelier, datetime.now(UTC) + UN_JOUR, UN_JOUR).purge()

    assert pendant["quarantine"] == {cle}
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
