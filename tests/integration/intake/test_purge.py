"""What intake lets go of by itself, on the real PostgreSQL (ux D09, domain RG-16)."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from services.intake.consumers.rounds import PurgeRound
from services.intake.operations.brouillons import list_brouillons, start_brouillon
from shared.contracts.http.intake import BrouillonRequest
from shared.kernel.clock import FixedClock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.reference import Copie, store_copies
from shared.plumbing.tables import audit
from tests.integration.intake.conftest import Essai
from tests.integration.support import DEADLINE, wait_for
from tests.unit.intake.builders import MARDI, un_referentiel

TRENTE_JOURS = timedelta(days=30)
UN_JOUR = timedelta(days=1)
JAMAIS = datetime(2099, 1, 1, tzinfo=UTC)


def purge_at(essai: Essai, at: datetime) -> PurgeRound:
    return PurgeRound(database=essai.database, reference=essai.reference, clock=FixedClock(at), conservation_brouillon=TRENTE_JOURS)


async def draft(essai: Essai) -> None:
    async with essai.database.transaction(essai.perimetre) as session:
        requete = BrouillonRequest(offre="contacter_organisme")
        await start_brouillon(session, requete, perimetre=essai.perimetre, recus=essai.recus, clock=essai.clock)


async def drafts(essai: Essai) -> int:
    async with essai.database.transaction(essai.perimetre) as session:
        return len(await list_brouillons(session, perimetre=essai.perimetre))


async def lines(essai: Essai) -> int:
    """The purges that the journal tells of this caisse."""
    async with essai.database.technical_transaction() as session:
        acts = select(func.count()).where(audit.c.acte == "purge", audit.c.objet_id == essai.perimetre.caisse_code)
        return await session.scalar(acts) or 0


async def test_a_draft_goes_after_its_thirty_days_and_the_journal_tells_it_once(essai: Essai) -> None:
    await draft(essai)

    await purge_at(essai, MARDI + TRENTE_JOURS).go_round()
    kept = await drafts(essai), await lines(essai)
    await purge_at(essai, MARDI + TRENTE_JOURS + UN_JOUR).go_round()
    await purge_at(essai, MARDI + TRENTE_JOURS + 2 * UN_JOUR).go_round()

    assert kept == (1, 0)
    assert (await drafts(essai), await lines(essai)) == (0, 1)


async def test_two_processes_that_purge_at_once_do_it_once(essai: Essai) -> None:
    for _ in range(3):
        await draft(essai)

    await asyncio.gather(*(purge_at(essai, MARDI + TRENTE_JOURS + UN_JOUR).go_round() for _ in range(4)))

    assert (await drafts(essai), await lines(essai)) == (0, 1)


async def test_a_caisse_that_only_announced_its_rules_holds_no_other_back(essai: Essai) -> None:
    premiere = CaisseCode("000")  # purged before any other
    async with essai.database.technical_transaction() as session:
        await store_copies(session, [Copie("referentiel", premiere, 1, JAMAIS, un_referentiel())])
    await draft(essai)

    await purge_at(essai, MARDI + TRENTE_JOURS + UN_JOUR).go_round()

    assert await drafts(essai) == 0


async def test_as_a_component_it_purges_at_the_start_then_again_each_period(essai: Essai) -> None:
    clock, stop = FixedClock(MARDI + TRENTE_JOURS + UN_JOUR), asyncio.Event()
    purge = PurgeRound(database=essai.database, reference=essai.reference, clock=clock, conservation_brouillon=TRENTE_JOURS)
    await draft(essai)
    component = asyncio.create_task(purge.every(timedelta(milliseconds=20)).run(stop))
    await wait_for(lambda: _none_left(essai))

    await draft(essai)

    await wait_for(lambda: _none_left(essai))
    stop.set()
    await asyncio.wait_for(component, DEADLINE.total_seconds())
    assert await lines(essai) == 2


async def _none_left(essai: Essai) -> bool:
    return await drafts(essai) == 0
