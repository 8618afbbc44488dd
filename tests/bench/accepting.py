"""D1: demandes accepted a second, end to end, over the same statements through a raw driver."""

import json
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import psycopg
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import create_engine

from deploy.local import postgres
from deploy.story.contenus import contenu
from deploy.story.programs import PartnerProgram
from services.intake.store.tables import Base
from shared.plumbing import tables
from tests.bench.frame import Cadence, Ratio, pace
from tests.e2e.recits import TECHNICIEN, unique_person
from tests.integration.support import RunningStack

_DATABASE = "bench"
_AT_ONCE = 8
_OFFRE = "transmettre_suivre_dossier"
# The statements of one filing, as intake sends them: scope, idempotency, reference copies, guard, counter, receipt, audit, fact, answer.
_SCOPE = "SELECT set_config('app.caisse', '831', true), set_config('app.structure', %s, true), set_config('app.role', 'technicien', true)"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_REPLAY = "SELECT empreinte, statut, corps FROM idempotence WHERE compte_id = %s AND cle = %s"
_VERSION = "SELECT max(version) FROM copie_reference WHERE donnee = 'referentiel' AND cle = '831'"
_STRUCTURE = "SELECT contenu FROM copie_reference WHERE donnee = 'structures' AND cle = %s ORDER BY version DESC LIMIT 1"
_GUARD = "SELECT numero FROM depot WHERE doublon_cle = %s AND resolue_le IS NULL AND caisse_code = '831' AND structure_id = %s"
_COUNTER = (
    "INSERT INTO compteur (caisse_code, annee, dernier) VALUES ('831', 2026, 1) "
    "ON CONFLICT (caisse_code, annee) DO UPDATE SET dernier = compteur.dernier + 1 RETURNING dernier"
)
_DEPOT = (
    "INSERT INTO depot (numero, caisse_code, structure_id, demandeur_id, deposee_le, accuse, contenu, doublon_cle) "
    "VALUES (%s, '831', %s, %s, now(), %s, %s, %s)"
)
_AUDIT = (
    "INSERT INTO audit (survenu_le, caisse_code, structure_id, compte_id, role, acte, objet, objet_id, resultat) "
    "VALUES (now(), '831', %s, %s, 'technicien', 'file_demande', 'demande', %s, 'fait')"
)
_FACT = "INSERT INTO outbox (id, subject, enveloppe) VALUES (%s, 'evt.demande.deposee.v1', %s)"
_STORE = (
    "INSERT INTO idempotence (compte_id, cle, caisse_code, structure_id, empreinte, statut, corps) "
    "VALUES (%s, %s, '831', %s, 'empreinte', 201, %s)"
)


async def measure_accepting(stack: RunningStack, *, seconds: float) -> tuple[Ratio, Cadence]:
    """Accepted ÷ raw, with the latencies of the door."""
    async with PartnerProgram.signed_in(stack.url("gateway"), TECHNICIEN) as partenaire:
        ours = await pace(lambda _: partenaire.file_demande(_OFFRE, contenu(_OFFRE, unique_person())), seconds=seconds, at_once=_AT_ONCE)
    _fresh_database(stack)
    async with AsyncConnectionPool(_url(stack, _DATABASE), min_size=_AT_ONCE, max_size=_AT_ONCE, open=False) as pool:
        raw = await pace(_raw_filing(pool), seconds=seconds, at_once=_AT_ONCE)
    return Ratio("D1", "demandes acceptées, de bout en bout ÷ psycopg seul", ours.par_seconde, raw.par_seconde, "/s", 0.30), ours


def _raw_filing(pool: AsyncConnectionPool) -> Callable[[int], Awaitable[object]]:
    structure, compte = uuid4(), uuid4()
    corps = json.dumps({"contenu": contenu(_OFFRE), "texte": "x" * 600})

    async def file(rang: int) -> None:
        cle = uuid4()
        async with pool.connection() as connection, connection.transaction():
            await _statements(connection, rang, structure, compte, cle, corps)

    return file


async def _statements(connection: psycopg.AsyncConnection, rang: int, structure: UUID, compte: UUID, cle: UUID, corps: str) -> None:
    numero, guard = f"Z{rang:09}", f"{rang:064}"
    await connection.execute(_SCOPE, (str(structure),))
    await connection.execute(_LOCK, (f"{compte}/{cle}",))
    await connection.execute(_REPLAY, (compte, cle))
    await connection.execute(_VERSION)
    await connection.execute(_STRUCTURE, (f"831/{structure}",))
    await connection.execute(_LOCK, (guard,))
    await connection.execute(_GUARD, (guard, structure))
    await connection.execute(_COUNTER)
    await connection.execute(_DEPOT, (numero, structure, compte, corps, corps, guard))
    await connection.execute(_AUDIT, (structure, compte, numero))
    await connection.execute(_FACT, (uuid4(), corps))
    await connection.execute(_STORE, (compte, cle, structure, corps))


def _fresh_database(stack: RunningStack) -> None:
    with postgres.admin_connection(stack.layout, stack.secrets) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {_DATABASE}")
    engine = create_engine(_url(stack, _DATABASE).replace("postgresql://", "postgresql+psycopg://"))
    Base.metadata.create_all(engine)
    tables.METADATA.create_all(engine)
    engine.dispose()


def _url(stack: RunningStack, database: str) -> str:
    password = stack.secrets.password("postgres_admin")
    return postgres.url(stack.layout, "ep_admin", password, database).replace("postgresql+psycopg://", "postgresql://")
