"""Reference data on the real database and bus: publication, structures, scopes, questions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.directory.domain.compte import Portee, StatutCompte
from services.directory.domain.errors import QuotaGestionnairesReachedError, StructureNotFoundError
from services.directory.domain.structure import Avenant, CodeHabilitation, StatutConvention, Structure
from services.directory.operations.end_unused_comptes import end_unused_comptes
from services.directory.operations.manage_comptes import add_portee, move_compte
from services.directory.operations.publish_referentiel import publish_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from services.directory.operations.save_structure import change_structure, publish_moved_avenants, register_structure
from services.directory.store import caisses, structures
from services.directory.store.comptes import get_compte
from services.directory.store.tables import TENANT_TABLES
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.contracts.questions import (
    DESTINATAIRES,
    REFERENTIEL,
    STRUCTURES,
    DestinatairesAsked,
    ReferentielAsked,
    StructuresAsked,
)
from shared.kernel.clock import Clock, FixedClock
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId, new_id
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.nats_bus import Bus
from shared.plumbing.questions import ask
from tests.integration.directory.conftest import CAISSE, PERIMETRE, MakeCompte
from tests.integration.support import RunningStack, wait_for

VAR = systeme(CaisseCode("831"))
MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


class UndoError(Exception):
    """Leaves a transaction without keeping anything."""


@pytest.fixture
async def bus(stack: RunningStack) -> AsyncIterator[Bus]:
    opened = Bus(stack.nats_url, stack.nats_seed("intake"), "intake")
    await opened.connect(asyncio.Event())
    yield opened
    await opened.close()


async def une_structure(session: AsyncSession, *, effectif: int = 12) -> Structure:
    await caisses.keep_caisse(session, CAISSE, "Caisse des essais")
    structure = Structure(
        structure_id=StructureId(uuid4()),
        caisse_code=CAISSE,
        nom="Structure d'essai",
        type_structure="ccas",
        effectif=effectif,
        convention=StatutConvention.ACTIVE,
    )
    return await register_structure(session, structure, perimetre=PERIMETRE, clock=FixedClock(MARDI))


async def publish_here(database: Database) -> None:
    """The rules of the Var, for the caisse of tests."""
    catalogue = read_catalogue()
    essai = catalogue.caisses[0].model_copy(update={"code": CAISSE, "libelle": "Caisse des essais"})
    async with database.transaction(PERIMETRE) as session:
        await publish_referentiel(session, catalogue.model_copy(update={"caisses": [essai]}), perimetre=PERIMETRE, clock=Clock())


async def test_publishing_the_same_catalogue_twice_makes_one_version(database: Database) -> None:
    catalogue = read_catalogue()
    async with database.transaction(VAR) as session:
        await publish_referentiel(session, catalogue, perimetre=VAR, clock=Clock())
    async with database.transaction(VAR) as session:
        again = await publish_referentiel(session, catalogue, perimetre=VAR, clock=Clock())

    assert again is None


async def test_a_changed_setting_makes_the_next_version_in_force_at_once(database: Database) -> None:
    catalogue = read_catalogue()
    changed = catalogue.model_copy(update={"parametres": catalogue.parametres | {"telechargement_jours": 10}})
    with suppress(UndoError):
        async with database.transaction(VAR) as session:
            await publish_referentiel(session, catalogue, perimetre=VAR, clock=Clock())
            before = (await caisses.list_versions(session, VAR.caisse_code, 0))[-1]
            version = await publish_referentiel(session, changed, perimetre=VAR, clock=FixedClock(MARDI))
            told = (await caisses.list_versions(session, VAR.caisse_code, before.version))[0]
            raise UndoError

    assert version == told.version == before.version + 1
    assert told.en_vigueur_le == MARDI
    assert told.parametres.telechargement_jours == 10


async def test_a_structure_comes_back_as_it_was_written(database: Database) -> None:
    async with database.transaction(PERIMETRE) as session:
        structure = await une_structure(session)

    def signer_avenant(cible: Structure) -> None:
        cible.avenants.append(Avenant(nature="delivrance_attestations", date_debut=date(2026, 3, 1)))
        cible.grant(CodeHabilitation.ATTESTATION_DIRECTE, now=MARDI, jour=MARDI.date())
        cible.move_convention(StatutConvention.SUSPENDUE)

    async with database.transaction(PERIMETRE) as session:
        changed = await change_structure(
            session, structure.structure_id, "sign_avenant", signer_avenant, perimetre=PERIMETRE, clock=FixedClock(MARDI)
        )
    async with database.transaction(PERIMETRE) as session:
        read = await structures.get_structure(session, structure.structure_id, PERIMETRE)

    assert read == changed
    assert read.version > structure.version - 1
    assert read.convention is StatutConvention.SUSPENDUE


async def test_an_avenant_that_begins_is_told_again_on_its_day_and_once(database: Database) -> None:
    """The copies of other services hold whether it is in force, not its dates."""
    await publish_here(database)
    async with database.transaction(PERIMETRE) as session:
        structure = await une_structure(session)

    def signer_avenant(cible: Structure) -> None:
        cible.avenants.append(Avenant(nature="delivrance_attestations", date_debut=date(2026, 3, 10)))

    async with database.transaction(PERIMETRE) as session:
        signed = await change_structure(
            session, structure.structure_id, "sign_avenant", signer_avenant, perimetre=PERIMETRE, clock=FixedClock(MARDI)
        )
    le_jour = FixedClock(datetime(2026, 3, 9, 23, 30, tzinfo=UTC))  # past midnight in Paris
    async with database.transaction(PERIMETRE) as session:
        await publish_moved_avenants(session, perimetre=PERIMETRE, clock=le_jour)
        told = await structures.get_structure(session, structure.structure_id, PERIMETRE)
    async with database.transaction(PERIMETRE) as session:
        await publish_moved_avenants(session, perimetre=PERIMETRE, clock=le_jour)
        again = await structures.get_structure(session, structure.structure_id, PERIMETRE)

    assert told.version > signed.version
    assert again.version == told.version


async def test_the_round_of_avenants_writes_back_nothing_that_changed_since_it_looked(database: Database) -> None:
    """A structure moved by its avenant is changed by somebody else while the round is under way."""
    await publish_here(database)
    async with database.transaction(PERIMETRE) as session:
        structure = await une_structure(session)

    def habiliter(cible: Structure) -> None:
        cible.avenants.append(Avenant(nature="delivrance_attestations", date_debut=date(2026, 3, 1), date_fin=date(2026, 3, 9)))
        cible.grant(CodeHabilitation.ATTESTATION_DIRECTE, now=MARDI, jour=MARDI.date())

    def change(cible: Structure) -> None:
        cible.withdraw(CodeHabilitation.ATTESTATION_DIRECTE, now=MARDI)
        cible.nom, cible.effectif = "Nouveau nom", 30

    async def go_round() -> None:
        async with database.transaction(PERIMETRE) as session:
            await publish_moved_avenants(session, perimetre=PERIMETRE, clock=FixedClock(datetime(2026, 3, 10, 9, 0, tzinfo=UTC)))

    async def change_here(session: AsyncSession, acte: str, apply: Callable[[Structure], None]) -> None:
        await change_structure(session, structure.structure_id, acte, apply, perimetre=PERIMETRE, clock=FixedClock(MARDI))

    async with database.transaction(PERIMETRE) as session:
        await change_here(session, "sign_avenant", habiliter)
    async with database.transaction(PERIMETRE) as session:
        await change_here(session, "withdraw", change)
        under_way = asyncio.create_task(go_round())
        await wait_for(lambda: is_held_up(database))
    await under_way
    async with database.transaction(PERIMETRE) as session:
        read = await structures.get_structure(session, structure.structure_id, PERIMETRE)

    assert (read.nom, read.effectif) == ("Nouveau nom", 30)
    assert not read.is_habilitee(CodeHabilitation.ATTESTATION_DIRECTE)
    assert read.modifiee_le == datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


async def is_held_up(database: Database) -> bool:
    """Whether a transaction waits for another one."""
    async with database.technical_transaction() as session:
        return bool(await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


async def test_an_account_brought_back_is_not_ended_again_by_the_next_round(database: Database, make_compte: MakeCompte) -> None:
    await publish_here(database)
    compte = await make_compte("agent")
    later = FixedClock(Clock().now() + timedelta(days=31 * 7))
    with suppress(UndoError):
        async with database.transaction(PERIMETRE) as session:
            await end_unused_comptes(session, perimetre=PERIMETRE, clock=later)
            await move_compte(session, compte.courriel, StatutCompte.ACTIF, perimetre=PERIMETRE, clock=later)
            await end_unused_comptes(session, perimetre=PERIMETRE, clock=later)
            read = await get_compte(session, compte.compte_id)
            raise UndoError

    assert (read.statut, read.reactive_le) == (StatutCompte.ACTIF, later.now())


async def test_an_account_nobody_uses_is_deactivated_then_forgotten(database: Database, make_compte: MakeCompte) -> None:
    """RG-20: six months, then twelve."""
    await publish_here(database)
    compte = await make_compte("agent")
    states = []
    for mois in (5, 7, 13):
        later = FixedClock(Clock().now() + timedelta(days=31 * mois))
        with suppress(UndoError):
            async with database.transaction(PERIMETRE) as session:
                await end_unused_comptes(session, perimetre=PERIMETRE, clock=later)
                read = await get_compte(session, compte.compte_id)
                states.append((read.statut, read.nom))
                raise UndoError

    assert states == [(StatutCompte.ACTIF, "ESSAI"), (StatutCompte.DESACTIVE, "ESSAI"), (StatutCompte.SUPPRIME, "")]


async def test_another_caisse_and_another_structure_see_nothing(database: Database) -> None:
    """Trust B1."""
    async with database.transaction(PERIMETRE) as session:
        mine, other = await une_structure(session), await une_structure(session)
    technicien = Perimetre(caisse_code=CAISSE, role=Role.TECHNICIEN, structure_id=mine.structure_id, compte_id=CompteId(new_id()))

    with pytest.raises(StructureNotFoundError):
        async with database.transaction(VAR) as session:
            await structures.get_structure(session, mine.structure_id, VAR)
    async with database.transaction(technicien) as session:
        seen = await structures.list_structures(session, technicien)
        with pytest.raises(StructureNotFoundError):
            await structures.get_structure(session, other.structure_id, technicien)

    assert [structure.structure_id for structure in seen] == [mine.structure_id]


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_row_level_security_bites_without_the_filters_of_the_code(database: Database, make_compte: MakeCompte, table: str) -> None:
    """Trust B2: an unset scope sees no row, whatever the query."""
    await make_compte("agent")
    async with database.transaction(PERIMETRE) as session:
        await une_structure(session)

    async with database.technical_transaction() as session:
        seen = await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608  a table's name cannot be a parameter
        forced = await session.scalar(text("SELECT relforcerowsecurity FROM pg_class WHERE relname = :table"), {"table": table})

    assert seen == 0
    assert forced


async def test_the_journal_cannot_be_rewritten_by_the_application(database: Database) -> None:
    """Trust B8."""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.technical_transaction() as session:
            await session.execute(text("UPDATE audit SET acte = 'rien'"))


async def test_the_quota_of_gestionnaires_holds_in_the_register(database: Database, make_compte: MakeCompte) -> None:
    """Domain §2.2: ten people, two gestionnaires."""
    comptes = [await make_compte("agent") for _ in range(3)]
    async with database.transaction(PERIMETRE) as session:
        structure = await une_structure(session, effectif=10)
    place = Portee(caisse_code=CAISSE, role="gestionnaire", structure_id=structure.structure_id)

    async with database.transaction(PERIMETRE) as session:
        for compte in comptes[:2]:
            await add_portee(session, compte, place, perimetre=PERIMETRE, clock=Clock())
    with pytest.raises(QuotaGestionnairesReachedError):
        async with database.transaction(PERIMETRE) as session:
            await add_portee(session, comptes[2], place, perimetre=PERIMETRE, clock=Clock())


async def test_intake_is_told_the_rules_of_every_caisse_in_order(bus: Bus, database: Database) -> None:
    async with database.transaction(VAR) as session:
        await publish_referentiel(session, read_catalogue(), perimetre=VAR, clock=Clock())

    told = await ask(bus, REFERENTIEL, ReferentielAsked(caisse_code="831"))
    nothing_new = await ask(bus, REFERENTIEL, ReferentielAsked(caisse_code="831", depuis_version=told.versions[-1].version))

    assert [version.version for version in told.versions] == sorted(version.version for version in told.versions)
    assert nothing_new.versions == []


async def test_structures_are_told_from_the_version_the_reader_has(bus: Bus, database: Database) -> None:
    await publish_here(database)
    async with database.transaction(PERIMETRE) as session:
        first = await une_structure(session)
        second = await une_structure(session)

    told = await ask(bus, STRUCTURES, StructuresAsked(caisse_code=CAISSE, depuis_version=first.version))

    assert [structure.structure_id for structure in told.structures][:1] == [second.structure_id]


async def test_notification_is_told_the_addresses_of_active_accounts(
    stack: RunningStack, database: Database, make_compte: MakeCompte
) -> None:
    compte = await make_compte("superviseur")
    bus = Bus(stack.nats_url, stack.nats_seed("notification"), "notification")
    await bus.connect(asyncio.Event())

    told = await ask(bus, DESTINATAIRES, DestinatairesAsked(caisse_code=CAISSE, compte_id=str(compte.compte_id)))
    elsewhere = await ask(bus, DESTINATAIRES, DestinatairesAsked(caisse_code="831", compte_id=str(compte.compte_id)))
    await bus.close()

    assert [destinataire.courriel for destinataire in told.destinataires] == [compte.courriel]
    assert elsewhere.destinataires == []
