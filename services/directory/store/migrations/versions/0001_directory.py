"""Caisses, reference data, structures, accounts, failed sign-ins. Written out: what the tables became later does not change this step."""

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
_TENANT_TABLES = ("structure", "convention", "avenant", "habilitation", "perimetre_compte")


def upgrade() -> None:
    """Create every table, and close those that hold tenants."""
    create_technical_tables(Operations(op.get_context()))
    _create_caisses()
    _create_structures()
    _create_comptes()
    _create_tentatives()
    for table in _TENANT_TABLES:
        for statement in row_level_security(table):
            op.execute(statement)


def _create_caisses() -> None:
    op.create_table(
        "caisse",
        sa.Column("code", sa.String(3), primary_key=True),
        sa.Column("libelle", sa.String(120), nullable=False),
        sa.Column("version_referentiel", sa.BigInteger, nullable=False),
        sa.Column("version_structures", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "referentiel_version",
        sa.Column("caisse_code", sa.String(3), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("en_vigueur_le", _MOMENT, nullable=False),
        sa.Column("publie_le", _MOMENT, nullable=False),
        sa.Column("empreinte", sa.String(64), nullable=False),
        sa.Column("contenu", JSONB, nullable=False),
    )


def _create_structures() -> None:
    op.create_table(
        "structure",
        sa.Column("caisse_code", sa.String(3), primary_key=True),
        sa.Column("structure_id", sa.Uuid, primary_key=True),
        sa.Column("nom", sa.String(200), nullable=False),
        sa.Column("type_structure", sa.String(40), nullable=False),
        sa.Column("effectif", sa.Integer, nullable=False),
        sa.Column("formee_mas", sa.Boolean, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("modifiee_le", _MOMENT, nullable=False),
    )
    op.create_index("structure_version", "structure", ["caisse_code", "version"], unique=True)
    op.create_table(
        "convention",
        sa.Column("convention_id", sa.Uuid, primary_key=True),
        sa.Column("caisse_code", sa.String(3), nullable=False),
        sa.Column("structure_id", sa.Uuid, nullable=False),
        sa.Column("statut", sa.String(20), nullable=False),
        sa.Column("cree_le", _MOMENT, nullable=False),
        sa.Column("modifiee_le", _MOMENT, nullable=False),
    )
    en_cours = sa.text("statut NOT IN ('resiliee', 'expiree')")
    op.create_index("convention_en_cours", "convention", ["caisse_code", "structure_id"], unique=True, postgresql_where=en_cours)
    op.create_index("convention_structure", "convention", ["caisse_code", "structure_id"])
    op.create_table(
        "avenant",
        sa.Column("caisse_code", sa.String(3), primary_key=True),
        sa.Column("structure_id", sa.Uuid, primary_key=True),
        sa.Column("nature", sa.String(40), primary_key=True),
        sa.Column("date_debut", sa.Date, primary_key=True),
        sa.Column("date_fin", sa.Date),
    )
    op.create_table(
        "habilitation",
        sa.Column("caisse_code", sa.String(3), primary_key=True),
        sa.Column("structure_id", sa.Uuid, primary_key=True),
        sa.Column("code", sa.String(40), primary_key=True),
        sa.Column("accordee_le", _MOMENT, primary_key=True),
        sa.Column("retiree_le", _MOMENT),
    )


def _create_comptes() -> None:
    op.create_table(
        "compte",
        sa.Column("compte_id", sa.Uuid, primary_key=True),
        sa.Column("courriel", sa.String(254), nullable=False),
        sa.Column("nom", sa.String(80), nullable=False),
        sa.Column("prenom", sa.String(80), nullable=False),
        sa.Column("mot_de_passe", sa.String(200), nullable=False),
        sa.Column("statut", sa.String(20), nullable=False),
        sa.Column("caisses", sa.ARRAY(sa.String(3)), nullable=False),
        sa.Column("cree_le", _MOMENT, nullable=False),
        sa.Column("derniere_connexion_le", _MOMENT),
        sa.UniqueConstraint("courriel", name="compte_courriel_unique"),
    )
    op.create_table(
        "perimetre_compte",
        sa.Column("perimetre_id", sa.Uuid, primary_key=True),
        sa.Column("caisse_code", sa.String(3), nullable=False),
        sa.Column("structure_id", sa.Uuid),
        sa.Column("compte_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("cree_le", _MOMENT, nullable=False),
    )
    op.create_index(
        "perimetre_compte_unique",
        "perimetre_compte",
        ["caisse_code", "structure_id", "compte_id", "role"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("perimetre_compte_compte", "perimetre_compte", ["caisse_code", "compte_id"])


def _create_tentatives() -> None:
    op.create_table(
        "tentative",
        sa.Column("empreinte", sa.String(64), primary_key=True),
        sa.Column("echecs", sa.Integer, nullable=False),
        sa.Column("dernier_echec_le", _MOMENT),
        sa.Column("echecs_fenetre", sa.Integer, nullable=False),
        sa.Column("fenetre_debut", _MOMENT),
    )
    op.create_table(
        "seau",
        sa.Column("empreinte", sa.String(64), primary_key=True),
        sa.Column("niveau", sa.Float, nullable=False),
        sa.Column("mesure_le", _MOMENT),
    )
