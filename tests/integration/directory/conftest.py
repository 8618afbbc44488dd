"""What tests of directory share: its database as the application sees it, and an account made for the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import httpx2
import pytest

from services.directory.domain.compte import Compte, Portee
from services.directory.operations.manage_comptes import NouveauCompte, add_portee, create_compte
from services.directory.ports.hashing import Argon2Hasher
from shared.contracts.perimetre import systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenSigner
from tests.integration.support import RunningStack

# A caisse that no seed uses: what tests leave behind belongs to nobody (domain §12.1 Q11).
CAISSE = CaisseCode("331")
PERIMETRE = systeme(CAISSE)
MOT_DE_PASSE = "Essai-du-mardi-2026"

MakeCompte = Callable[[str], Awaitable[Compte]]


@pytest.fixture
async def database(stack: RunningStack) -> AsyncIterator[Database]:
    opened = Database(stack.database_url("directory"), pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
def hasher() -> Argon2Hasher:
    return Argon2Hasher()


@pytest.fixture
def signer(stack: RunningStack) -> TokenSigner:
    return TokenSigner(stack.secrets.private_jwk("token_gateway", "gateway"), Clock())


@pytest.fixture
async def http(stack: RunningStack) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=stack.url("directory")) as client:
        yield client


@pytest.fixture
def make_compte(database: Database, hasher: Argon2Hasher) -> MakeCompte:
    """An account of an invented person with one role in the caisse of tests."""

    async def make(role: str) -> Compte:
        nouveau = NouveauCompte(courriel=f"essai.{uuid4().hex}@exemple.fr", nom="ESSAI", prenom="Dominique", mot_de_passe=MOT_DE_PASSE)
        async with database.transaction(PERIMETRE) as session:
            compte = await create_compte(session, nouveau, perimetre=PERIMETRE, hasher=hasher, clock=Clock())
            place = Portee(caisse_code=CAISSE, role=role)
            await add_portee(session, compte, place, perimetre=PERIMETRE, clock=Clock())
        return compte

    return make
