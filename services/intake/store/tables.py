"""The tables of intake. Every one has forced row-level security; no column holds a NIR (domain RG-10)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, Integer, String, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Document = dict[str, object]


class Base(DeclarativeBase):
    """Metadata of the service."""


class BrouillonRow(Base):
    """A draft of one account; invalid ones are kept as they are (ux D04)."""

    __tablename__ = "brouillon"
    __table_args__ = (Index("brouillon_compte", "caisse_code", "structure_id", "compte_id", "modifie_le"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID] = mapped_column(Uuid)
    compte_id: Mapped[UUID] = mapped_column(Uuid)
    offre: Mapped[str] = mapped_column(String(60))
    contenu: Mapped[Document] = mapped_column(JSONB)
    pieces: Mapped[list[Document]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer)
    cree_le: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    modifie_le: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class DepotRow(Base):
    """A filing. `contenu` goes when the case is open: the receipt and the guard's hash stay (house §9.10).

    `doublon_cle`: None without a person. `version_dossier`: of the last fact of case that moved the guard.
    """

    __tablename__ = "depot"
    __table_args__ = (
        Index("depot_non_ouvertes", "caisse_code", "structure_id", "deposee_le", postgresql_where=text("ouverte_le IS NULL")),
        Index("depot_doublon", "caisse_code", "structure_id", "doublon_cle", postgresql_where=text("resolue_le IS NULL")),
        Index("depot_resolues", "caisse_code", "resolue_le"),
    )

    numero: Mapped[str] = mapped_column(String(10), primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID] = mapped_column(Uuid)
    demandeur_id: Mapped[UUID] = mapped_column(Uuid)
    deposee_le: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    accuse: Mapped[Document] = mapped_column(JSONB)
    contenu: Mapped[Document | None] = mapped_column(JSONB(none_as_null=True))
    doublon_cle: Mapped[str | None] = mapped_column(String(64))
    ouverte_le: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    resolue_le: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version_dossier: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class PieceDeposeeRow(Base):
    """A file that was filed: it serves once."""

    __tablename__ = "piece_deposee"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID] = mapped_column(Uuid)
    deposee_le: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CompteurRow(Base):
    """The last rank given by a caisse in a local year."""

    __tablename__ = "compteur"

    caisse_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    annee: Mapped[int] = mapped_column(Integer, primary_key=True)
    dernier: Mapped[int] = mapped_column(Integer)
