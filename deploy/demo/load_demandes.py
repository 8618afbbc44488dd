"""Demandes that ended long ago, copied in bulk into the records of intake and case, as the owner of their tables.

COPY refuses a table under row-level security: rows go through a temporary one, and the insertion stays within the caisse's
perimetre. What is already there is left as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from deploy.demo.var2025 import CAISSE
from deploy.demo.vie_var import Vecue
from services.case.domain.recherche import cles_recherche, personne_cle
from services.case.store.mapping import to_row
from services.case.store.tables import DemandeRow, JournalRow, MessageRow
from services.intake.store.tables import DepotRow

Row = Mapping[str, object]
_JSON_TYPES = (dict,)


def load_intake(owner_url: str, vecues: Sequence[Vecue], *, annee: int) -> int:
    """The receipts, and the year's counter. Returns how many filings were added."""
    with _scoped(owner_url) as connection:
        added = _copy(connection, DepotRow.__tablename__, (_depot(vecue) for vecue in vecues))
        connection.execute(
            "INSERT INTO compteur (caisse_code, annee, dernier) VALUES (%s, %s, %s)"
            " ON CONFLICT (caisse_code, annee) DO UPDATE SET dernier = greatest(compteur.dernier, excluded.dernier)",
            [CAISSE, annee, len(vecues)],
        )
    return added


def load_case(owner_url: str, vecues: Sequence[Vecue], noms: Mapping[UUID, str]) -> int:
    """The records with their thread and history. `noms`: of structures, by id. Returns how many demandes were added."""
    with _scoped(owner_url) as connection:
        known = {numero for (numero,) in connection.execute("SELECT numero FROM demande WHERE caisse_code = %s", [CAISSE])}
        new = [vecue for vecue in vecues if vecue.demande.numero not in known]
        _copy(connection, DemandeRow.__tablename__, (_demande(vecue, noms) for vecue in new))
        _copy(connection, MessageRow.__tablename__, (row for vecue in new for row in _messages(vecue)))
        _copy(connection, JournalRow.__tablename__, (row for vecue in new for row in _journal(vecue)))
    with psycopg.connect(_plain(owner_url), autocommit=True) as connection:
        connection.execute("ANALYZE demande, message, journal")
    return len(new)


def _scoped(owner_url: str) -> psycopg.Connection:
    """One transaction in the caisse's perimetre."""
    connection = psycopg.connect(_plain(owner_url), options="-c statement_timeout=300000")
    connection.execute("SELECT set_config('app.caisse', %s, true), set_config('app.role', 'systeme', true)", [CAISSE])
    return connection


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[Row]) -> int:
    """Insert rows, all with the same keys. Returns how many were new."""
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return 0
    columns = sql.SQL(", ").join(map(sql.Identifier, first))
    names = {"table": sql.Identifier(table), "temporary": sql.Identifier(f"lot_{table}"), "columns": columns}
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {temporary} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0").format(**names)
    )
    with connection.cursor().copy(sql.SQL("COPY {temporary} ({columns}) FROM STDIN").format(**names)) as copy:
        for row in _with_first(first, iterator):
            copy.write_row([Jsonb(value) if isinstance(value, _JSON_TYPES) else value for value in row.values()])
    return connection.execute(
        sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {temporary} ON CONFLICT DO NOTHING").format(**names)
    ).rowcount


def _with_first(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _depot(vecue: Vecue) -> Row:
    demande = vecue.demande
    return {
        "numero": demande.numero,
        "caisse_code": demande.caisse_code,
        "structure_id": demande.structure_id,
        "demandeur_id": demande.demandeur_id,
        "deposee_le": demande.deposee_le,
        "accuse": vecue.accuse.model_dump(mode="json"),
        "contenu": None,
        "ouverte_le": demande.journal[0].survenu_le,
        "resolue_le": demande.resolu_le,
        "version_dossier": demande.version,
    }


def _demande(vecue: Vecue, noms: Mapping[UUID, str]) -> Row:
    demande = vecue.demande
    return {
        **to_row(demande),
        "numero": demande.numero,
        "caisse_code": demande.caisse_code,
        "structure_id": demande.structure_id,
        "structure_nom": noms[demande.structure_id],
        "demandeur_id": demande.demandeur_id,
        "demandeur_nom": demande.demandeur_nom,
        "deposee_le": demande.deposee_le,
        "ouverte_le": demande.journal[0].survenu_le,
        "message_caisse_le": demande.resolu_le,
        "personne_cle": personne_cle(demande.personne),
        "version_servie": demande.version,
        "bougee_le": demande.resolu_le,
        "rappel_processus_le": None,
        "recherche": " ".join(cles_recherche(demande)),
    }


def _messages(vecue: Vecue) -> Iterator[Row]:
    demande = vecue.demande
    for message in demande.messages:
        yield {
            "id": message.id,
            "caisse_code": demande.caisse_code,
            "structure_id": demande.structure_id,
            "numero": demande.numero,
            "cote": message.cote.value,
            "genre": message.genre.value,
            "auteur_id": message.auteur.compte_id,
            "auteur_nom": message.auteur.nom,
            "texte": message.texte,
            "envoye_le": message.envoye_le,
        }


def _journal(vecue: Vecue) -> Iterator[Row]:
    demande = vecue.demande
    for acte in demande.journal:
        yield {
            "caisse_code": demande.caisse_code,
            "structure_id": demande.structure_id,
            "numero": demande.numero,
            "survenu_le": acte.survenu_le,
            "acteur": acte.acteur,
            "acte": acte.acte,
            "detail": acte.detail,
        }
