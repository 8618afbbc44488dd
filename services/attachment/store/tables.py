"""The one table of attachment, scoped by caisse and structure, with row-level security forced."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TENANT_TABLES = ("pieces_jointes",)


class Base(DeclarativeBase):
    """The metadata of attachment."""

    metadata = MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_N_name)s", "pk": "%(table_name)s_pkey"})
    type_annotation_map = {datetime: DateTime(timezone=True)}


class PieceJointeRow(Base):
    """A file. `structure_id` NULL: a file of the caisse not published yet. `cle_scellee` NULL: its bytes are destroyed for good."""

    __tablename__ = "pieces_jointes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    caisse_code: Mapped[str] = mapped_column(String(3))
    structure_id: Mapped[UUID | None]
    deposee_par: Mapped[UUID]
    origine: Mapped[str] = mapped_column(String(10))
    nom: Mapped[str] = mapped_column(String(150))
    format: Mapped[str] = mapped_column(String(4))
    taille_octets: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    cle_objet: Mapped[UUID]
    etat: Mapped[str] = mapped_column(String(20))
    cle_maitre: Mapped[str | None] = mapped_column(String(40))
    cle_scellee: Mapped[bytes | None] = mapped_column(LargeBinary)
    numero: Mapped[str | None] = mapped_column(String(20))
    raison: Mapped[str | None] = mapped_column(String(40))
    signature: Mapped[str | None] = mapped_column(String(200))
    moteur: Mapped[str | None] = mapped_column(String(60))
    base_signatures: Mapped[str | None] = mapped_column(String(80))
    recue_le: Mapped[datetime]
    verdict_le: Mapped[datetime | None]
    mise_a_disposition_le: Mapped[datetime | None]
    echeance_telechargement: Mapped[datetime | None]
    telechargee_le: Mapped[datetime | None]
    detruite_le: Mapped[datetime | None]

    __table_args__ = (
        Index("pieces_jointes_caisse_code_cle_objet", "caisse_code", "cle_objet", unique=True),
        Index("pieces_jointes_orphelines", "caisse_code", "recue_le", postgresql_where="numero IS NULL AND cle_scellee IS NOT NULL"),
    )
