"""The Var's invented year in the real records of intake and case: as printed, once, and readable by the service's own rules."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from deploy.demo.load_demandes import load_case, load_intake
from deploy.demo.var2025 import CAISSE, generate_annee, read_volumes
from deploy.demo.var_structures import generate_structures
from deploy.demo.vie_var import Vecue, Vies
from services.case.domain.demande import SousEtat
from services.case.store.demandes import get_demande
from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from shared.contracts.perimetre import systeme
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from tests.integration.support import RunningStack

ANNEE = 2024
PERIMETRE = systeme(CaisseCode(CAISSE))


@pytest.fixture(scope="module")
def vecues() -> list[Vecue]:
    referentiel = compile_referentiel(read_catalogue(), CaisseCode(CAISSE), version=1, en_vigueur_le=datetime(2026, 1, 1, tzinfo=UTC))
    vies = Vies(referentiel)
    return [vies.play(demande) for demande in generate_annee(ANNEE, referentiel)]


@pytest.fixture
def noms() -> dict[UUID, str]:
    return {structure.structure_id: structure.nom for structure in generate_structures()}


@pytest.fixture
async def case(stack: RunningStack) -> AsyncIterator[Database]:
    database = Database(stack.database_url("case"), pool_size=2)
    yield database
    await database.close()


async def test_the_records_of_case_count_what_the_table_says(
    stack: RunningStack, case: Database, vecues: list[Vecue], noms: dict[UUID, str]
) -> None:
    expected: dict[str, int] = {}
    for (offre, _), nombre in read_volumes(ANNEE).items():
        expected[offre] = expected.get(offre, 0) + nombre

    load_case(stack.owner_database_url("case"), vecues, noms)
    again = load_case(stack.owner_database_url("case"), vecues, noms)

    async with case.transaction(PERIMETRE) as session:
        rows = await session.execute(text("SELECT offre, count(*) AS nombre FROM demande WHERE numero LIKE '24831%' GROUP BY offre"))
    assert again == 0
    assert {row.offre: row.nombre for row in rows} == expected


async def test_a_loaded_demande_reads_back_as_it_was_lived(
    stack: RunningStack, case: Database, vecues: list[Vecue], noms: dict[UUID, str]
) -> None:
    load_case(stack.owner_database_url("case"), vecues, noms)
    lived = vecues[0].demande

    async with case.transaction(PERIMETRE) as session:
        read = await get_demande(session, lived.numero, PERIMETRE, lock=False)

    assert read.sous_etat is SousEtat.RESOLU
    assert (read.motif, read.personne, read.horloges) == (lived.motif, lived.personne, lived.horloges)
    assert (read.pris_en_charge_le, read.resolu_le, read.echeances) == (lived.pris_en_charge_le, lived.resolu_le, {})


def test_the_receipts_are_added_once(stack: RunningStack, vecues: list[Vecue]) -> None:
    load_intake(stack.owner_database_url("intake"), vecues, annee=ANNEE)

    assert load_intake(stack.owner_database_url("intake"), vecues, annee=ANNEE) == 0
