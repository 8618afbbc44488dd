"""Drafts, filings, files already filed, counters. Written out: what the tables became later does not change this step."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

from shared.plumbing.database import row_level_security
from shared.plumbing.migrations import create_technical_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CAISSE = "caisse_code = nullif(current_setting('app.caisse', true), '')"


def upgrade() -> None:
    """Create every table and close it."""
    create_technical_tables(Operations(op.get_context()))
    _create_brouillon()
    _create_depot()
    op.create_table(
        "piece_deposee",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("caisse_code", sa.String(3), nullable=False),
        sa.Column("structure_id", sa.Uuid, nullable=False),
        sa.Column("deposee_le", _MOMENT, nullable=False),
    )
    for table in ("brouillon", "depot", "piece_deposee"):
        for statement in row_level_security(table):
            op.execute(statement)
    _create_compteur()


def _create_brouillon() -> None:
    op.create_table(
        "brouillon",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("caisse_code", sa.String(3), nullable=False),
        sa.Column("structure_id", sa.Uuid, nullable=False),
        sa.Column("compte_id", sa.Uuid, nullable=False),
        sa.Column("offre", sa.String(60), nullable=False),
        sa.Column("contenu", JSONB, nullable=False),
        sa.Column("pieces", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("cree_le", _MOMENT, nullable=False),
        sa.Column("modifie_le", _MOMENT, nullable=False),
    )
    op.create_index("brouillon_compte", "brouillon", ["caisse_code", "structure_id", "compte_id", "modifie_le"])


def _create_depot() -> None:
    op.create_table(
        "depot",
        sa.Column("numero", sa.String(10), primary_key=True),
        sa.Column("caisse_code", sa.String(3), nullable=False),
        sa.Column("structure_id", sa.Uuid, nullable=False),
        sa.Column("demandeur_id", sa.Uuid, nullable=False),
        sa.Column("deposee_le", _MOMENT, nullable=False),
        sa.Column("accuse", JSONB, nullable=False),
        sa.Column("contenu", JSONB),
        sa.Column("doublon_cle", sa.String(64)),
        sa.Column("ouverte_le", _MOMENT),
        sa.Column("resolue_le", _MOMENT),
        sa.Column("version_dossier", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    )
    ouvertes, resolues = sa.text("ouverte_le IS NULL"), sa.text("resolue_le IS NULL")
    op.create_index("depot_non_ouvertes", "depot", ["caisse_code", "structure_id", "deposee_le"], postgresql_where=ouvertes)
    op.create_index("depot_doublon", "depot", ["caisse_code", "structure_id", "doublon_cle"], postgresql_where=resolues)
    op.create_index("depot_resolues", "depot", ["caisse_code", "resolue_le"])


def _create_compteur() -> None:
    """A counter belongs to a caisse, whatever the structure that files."""
    op.create_table(
        "compteur",
        sa.Column("caisse_code", sa.String(3), primary_key=True),
        sa.Column("annee", sa.Integer, primary_key=True),
        sa.Column("dernier", sa.Integer, nullable=False),
    )
    op.execute("ALTER TABLE compteur ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE compteur FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY caisse ON compteur USING ({_CAISSE}) WITH CHECK ({_CAISSE})")
