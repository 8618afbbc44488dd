"""The sessions of agents and of their programs."""

from sqlalchemy import MetaData

from shared.plumbing.tables import session_table

METADATA = MetaData()

session_agent = session_table("session_agent", METADATA)
