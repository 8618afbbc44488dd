"""Sessions of agents and of their programs: read by the print of a token only, never by a tenant."""

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB

METADATA = MetaData()

session_agent = Table(
    "session_agent",
    METADATA,
    Column("empreinte", LargeBinary(32), primary_key=True),
    Column("compte_id", Uuid, nullable=False),
    Column("contenu", JSONB, nullable=False),
    Column("ouverte_le", DateTime(timezone=True), nullable=False),
    Column("vue_le", DateTime(timezone=True), nullable=False),
    Index("session_agent_compte", "compte_id"),
    Index("session_agent_vue_le", "vue_le"),
)
