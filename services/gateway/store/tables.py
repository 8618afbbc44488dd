"""The gateway's only table: its session cache. No business row ever lives here (house §2)."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

session_ouverte = Table(
    "session_ouverte",
    METADATA,
    Column("empreinte", LargeBinary(32), primary_key=True),
    Column("compte_id", Uuid, nullable=False),
    Column("contenu", JSONB, nullable=False),
    Column("ouverte_le", DateTime(timezone=True), nullable=False),
    Column("vue_le", DateTime(timezone=True), nullable=False),
    Index("session_ouverte_compte", "compte_id"),
    Index("session_ouverte_vue_le", "vue_le"),
)
