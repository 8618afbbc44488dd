"""Tables of directory.

Scoped by caisse and structure, with row-level security forced: `structure`, `convention`, `avenant`, `habilitation`,
`perimetre_compte`. Not scoped, because read before any place is chosen or the same for everybody: `caisse`,
`referentiel_version` (public rules), `compte` (looked up by e-mail at sign-in), `tentative`, `seau` (keyed by a hash).
An account carries its caisses, so that its places are read one caisse at a time, never unscoped.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Float, Index, Integer, MetaData, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "ck": "%(table_name)s_%(constraint_name)s",
    "pk": "%(table_name)s_pkey",
}
# Of a read that follows a lock: the session would hand back what it read before it.
FRESH: Final = {"populate_existing": True}
TENANT_TABLES = ("structure", "convention", "avenant", "habilitation", "perimetre_compte")


class Base(DeclarativeBase):
    """The metadata of directory."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, object]: JSONB, list[str]: ARRAY(String(3))}


class CaisseRow(Base):
    """A caisse, with the counters that number what it publishes."""

    __tablename__ = "caisse"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    libelle: Mapped[str] = mapped_column(String(120))
    version_referentiel: Mapped[int] = mapped_column(BigInteger, default=0)
    version_structures: Mapped[int] = mapped_column(BigInteger, default=0)


class ReferentielVersionRow(Base):
    """What a caisse published, for ever. `empreinte`: of the content without version nor date."""

    __tablename__ = "referentiel_version"
    caisse_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    en_vigueur_le: Mapped[datetime]
    publie_le: Mapped[datetime]
    empreinte: Mapped[str] = mapped_column(String(64))
    contenu: Mapped[dict[str, object]]


class StructureRow(Base):
    """A structure as one caisse knows it: the same organisation has one row per caisse, under one id."""

    __tablename__ = "structure"
    caisse_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    structure_id: Mapped[UUID] = mapped_column(primary_key=True)
    nom: Mapped[str] = mapped_column(String(200))
    type_structure: Mapped[str] = mapped_column(String(40))
    effectif: Mapped[int] = mapped_column(Integer)
    formee_mas: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    modifiee_le: Mapped[datetime]
    __table_args__ = (Index("structure_version", "caisse_code", "version", unique=True),)


class ConventionRow(Base):
    """A convention of a structure with a caisse; at most one that has not ended."""

    __tablename__ = "convention"
    convention_id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID]
    statut: Mapped[str] = mapped_column(String(20))
    cree_le: Mapped[datetime]
    modifiee_le: Mapped[datetime]
    __table_args__ = (
        Index(
            "convention_en_cours",
            "caisse_code",
            "structure_id",
            unique=True,
            postgresql_where=text("statut NOT IN ('resiliee', 'expiree')"),
        ),
        Index("convention_structure", "caisse_code", "structure_id"),
    )


class AvenantRow(Base):
    """A signed addition to the convention."""

    __tablename__ = "avenant"
    caisse_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    structure_id: Mapped[UUID] = mapped_column(primary_key=True)
    nature: Mapped[str] = mapped_column(String(40), primary_key=True)
    date_debut: Mapped[date] = mapped_column(primary_key=True)
    date_fin: Mapped[date | None]


class HabilitationRow(Base):
    """An authorisation granted, with the instant of its withdrawal."""

    __tablename__ = "habilitation"
    caisse_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    structure_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    accordee_le: Mapped[datetime] = mapped_column(primary_key=True)
    retiree_le: Mapped[datetime | None]


class CompteRow(Base):
    """A person who signs in. `courriel` in its one spelling; `mot_de_passe` is an argon2id hash."""

    __tablename__ = "compte"
    compte_id: Mapped[UUID] = mapped_column(primary_key=True)
    courriel: Mapped[str] = mapped_column(String(254), unique=True)
    nom: Mapped[str] = mapped_column(String(80))
    prenom: Mapped[str] = mapped_column(String(80))
    mot_de_passe: Mapped[str] = mapped_column(String(200))
    statut: Mapped[str] = mapped_column(String(20))
    caisses: Mapped[list[str]]
    cree_le: Mapped[datetime]
    derniere_connexion_le: Mapped[datetime | None]
    reactive_le: Mapped[datetime | None]


class PerimetreRow(Base):
    """A place where an account works; a structure with a partner's role, and only with it."""

    __tablename__ = "perimetre_compte"
    perimetre_id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID | None]
    compte_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(30))
    cree_le: Mapped[datetime]
    __table_args__ = (
        Index(
            "perimetre_compte_unique",
            "caisse_code",
            "structure_id",
            "compte_id",
            "role",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("perimetre_compte_compte", "caisse_code", "compte_id"),
    )


class TentativeRow(Base):
    """Failures of one e-mail typed, whether an account has it or not. `empreinte`: SHA-256 of the e-mail."""

    __tablename__ = "tentative"
    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    echecs: Mapped[int] = mapped_column(default=0)
    dernier_echec_le: Mapped[datetime | None]
    echecs_fenetre: Mapped[int] = mapped_column(default=0)
    fenetre_debut: Mapped[datetime | None]


class SeauRow(Base):
    """Failures of one network address. `empreinte`: SHA-256 of the address."""

    __tablename__ = "seau"
    empreinte: Mapped[str] = mapped_column(String(64), primary_key=True)
    niveau: Mapped[float] = mapped_column(Float, default=0.0)
    mesure_le: Mapped[datetime | None]
