"""Tables of notification: sendings, notices and what was read, and who is concerned by each demande. All scoped but `caisse`.

An address is kept in `envoi` only while the sending is under way: it is erased when it ends.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
TENANT_TABLES = ("suivi", "envoi", "avis", "avis_lu")


class Base(DeclarativeBase):
    """The metadata of notification."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}


class CaisseRow(Base):
    """A caisse something was told for. The postman visits one at a time, never unscoped, and only those where something is due.

    `a_servir_le`: the earliest instant at which one of its sendings may be due; None when nothing waits.
    """

    __tablename__ = "caisse"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    a_servir_le: Mapped[datetime | None]


class SuiviRow(Base):
    """The two ends of a demande."""

    __tablename__ = "suivi"
    numero: Mapped[str] = mapped_column(String(10), primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID]
    demandeur_id: Mapped[UUID]
    agent_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(Integer)


class EnvoiRow(Base):
    """One row per account and fact. `prochain_essai_le` is also the lease of whoever sends it now."""

    __tablename__ = "envoi"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID | None]
    cle: Mapped[str] = mapped_column(String(80))
    compte_id: Mapped[UUID]
    numero: Mapped[str] = mapped_column(String(10))
    modele: Mapped[str] = mapped_column(String(30))
    public: Mapped[str] = mapped_column(String(12))
    courriel: Mapped[str | None] = mapped_column(String(254))
    etat: Mapped[str] = mapped_column(String(10))
    essais: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    cree_le: Mapped[datetime]
    prochain_essai_le: Mapped[datetime]
    termine_le: Mapped[datetime | None]
    __table_args__ = (
        Index("envoi_once", "cle", "compte_id", "modele", unique=True),
        Index("envoi_due", "caisse_code", "prochain_essai_le", postgresql_where=text("etat = 'a_envoyer'")),
    )


class AvisRow(Base):
    """One notice. Exactly one of: an account, a role, or neither (then the whole structure)."""

    __tablename__ = "avis"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID | None]
    compte_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(String(30))
    cle: Mapped[str] = mapped_column(String(80))
    numero: Mapped[str] = mapped_column(String(10))
    modele: Mapped[str] = mapped_column(String(30))
    survenu_le: Mapped[datetime]
    __table_args__ = (
        Index("avis_once", "cle", "modele", text("coalesce(compte_id::text, role, structure_id::text)"), unique=True),
        Index("avis_by_structure", "caisse_code", "structure_id", text("id DESC")),
        Index("avis_by_compte", "caisse_code", "compte_id", text("id DESC")),
        Index("avis_by_role", "caisse_code", "role", text("id DESC"), postgresql_where=text("role IS NOT NULL")),
    )


class AvisLuRow(Base):
    """Who displayed which notice."""

    __tablename__ = "avis_lu"
    avis_id: Mapped[UUID] = mapped_column(ForeignKey("avis.id", ondelete="CASCADE"), primary_key=True)
    compte_id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID | None]
    lu_le: Mapped[datetime]
