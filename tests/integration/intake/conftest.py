"""A database of its own for the tests of intake: migrated from nothing on the stack's PostgreSQL, dropped at the end.

The stack's own intake never sees it, so no fact of a test leaves for the bus.
"""

import base64
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from deploy.local.postgres import admin_connection
from services.intake.cli import migrate
from services.intake.main import build
from services.intake.operations.file_demande import Guichet
from services.intake.settings import Settings
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import ReferentielCaisse, StructureRef
from shared.kernel.clock import Clock, FixedClock
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId
from shared.plumbing.database import Database
from shared.plumbing.reference import Copie, ReferenceReader, store_copies
from tests.integration.support import Fronts, RunningStack
from tests.unit.intake.builders import MARDI, FauxRecus, un_perimetre, un_referentiel, une_structure

SECRET = b"0" * 32
_CAISSES = itertools.count(1)


@dataclass
class Essai:
    """A caisse and a structure of one test, on the tests' database."""

    database: Database
    perimetre: Perimetre
    clock: FixedClock = field(default_factory=lambda: FixedClock(MARDI))
    recus: FauxRecus = field(init=False)
    reference: ReferenceReader = field(default_factory=ReferenceReader)

    def __post_init__(self) -> None:
        self.recus = FauxRecus(self.structure_id, self.perimetre.caisse_code)

    @property
    def structure_id(self) -> StructureId:
        """The structure that files."""
        assert self.perimetre.structure_id is not None
        return self.perimetre.structure_id

    @property
    def guichet(self) -> Guichet:
        """What the filing needs."""
        return Guichet(reference=self.reference, recus=self.recus, secret=SECRET, clock=self.clock)

    def colleague(self, structure_id: StructureId | None = None) -> Perimetre:
        """Another account, of this structure unless told otherwise."""
        return replace(self.perimetre, compte_id=CompteId(uuid4()), structure_id=structure_id or self.structure_id)

    async def keep_reference(self, referentiel: ReferentielCaisse, structure: StructureRef, *, since: datetime | None = None) -> None:
        """Put read copies as the consumer would, for this test's caisse."""
        caisse = self.perimetre.caisse_code
        referentiel = referentiel.model_copy(update={"caisse_code": caisse})
        structure = structure.model_copy(update={"caisse_code": caisse})
        copies = (
            Copie("referentiel", caisse, referentiel.version, since or referentiel.en_vigueur_le, referentiel),
            Copie("structures", f"{caisse}/{structure.structure_id}", structure.version, None, structure),
        )
        async with self.database.technical_transaction() as session:
            await store_copies(session, copies)


@dataclass(frozen=True)
class Adresses:
    """The tests' database as its two roles."""

    application: str
    owner: str


@pytest.fixture(scope="session")
def adresses(stack: RunningStack) -> Iterator[Adresses]:
    """A fresh database with every migration run by its owner."""
    name = f"intake_essai_{uuid4().hex[:8]}"
    found = Adresses(
        application=stack.database_url("intake").rpartition("/")[0] + f"/{name}",
        owner=stack.owner_database_url("intake").rpartition("/")[0] + f"/{name}",
    )
    with admin_connection(stack.layout, stack.secrets) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER intake_owner").format(sql.Identifier(name)))
        _grant_rows(found.owner)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("INTAKE_OWNER_DATABASE_URL", found.owner)
            migrate()
        yield found
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _grant_rows(owner: str) -> None:
    """What deployment grants: rows to the application, tables to the owner alone."""
    with psycopg.connect(owner.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
        connection.execute("GRANT USAGE ON SCHEMA public TO intake")
        connection.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO intake")
        connection.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO intake")


@pytest.fixture
async def database(adresses: Adresses) -> AsyncIterator[Database]:
    opened = Database(adresses.application, pool_size=8)
    yield opened
    await opened.close()


@pytest.fixture
async def essai(database: Database) -> Essai:
    """A caisse nobody else uses, with one structure that may file everything."""
    caisse = CaisseCode(f"{next(_CAISSES):03d}")
    structure_id = StructureId(uuid4())
    un = Essai(database, un_perimetre(caisse=caisse, structure_id=structure_id))
    await un.keep_reference(un_referentiel(), une_structure(structure_id=structure_id))
    return un


@pytest.fixture
def app(stack: RunningStack, adresses: Adresses, essai: Essai) -> FastAPI:
    """The process of intake on the tests' database, without its bus."""
    environment = {key: value for key, value in stack.environment("intake").items() if key != "INTAKE_DATABASE_URL"}
    with pytest.MonkeyPatch.context() as patch:
        for key, value in environment.items():
            patch.setenv(key, value)
        patch.setenv("INTAKE_DATABASE_URL", adresses.application)
        patch.setenv("INTAKE_DOUBLON_KEY", base64.b64encode(SECRET).decode())
        return build(Settings(), Clock())


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://intake") as client:
        yield client
    await app.state.contexte.database.close()


@pytest.fixture
def bearer(stack: RunningStack) -> Callable[[Perimetre], dict[str, str]]:
    """The header by which a front says who acts."""
    fronts = Fronts(stack.secrets, Clock())
    return lambda perimetre: fronts.bearer(perimetre, "intake")
