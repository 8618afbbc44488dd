"""The gateway's only table: its session cache. No business row ever lives here (house §2)."""

from sqlalchemy import MetaData

from shared.plumbing.tables import session_table

METADATA = MetaData()

session_ouverte = session_table("session_ouverte", METADATA)
