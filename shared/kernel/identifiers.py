"""Typed identifiers that cross every boundary: a bare `str` never passes for one of them.

The numero and the caisse's code are strings whatever they look like: both may begin with a zero (caisse 061).
"""

from typing import NewType
from uuid import UUID

import uuid_utils.compat

NumeroDemande = NewType("NumeroDemande", str)
CaisseCode = NewType("CaisseCode", str)
StructureId = NewType("StructureId", UUID)
CompteId = NewType("CompteId", UUID)
PieceJointeId = NewType("PieceJointeId", UUID)


def caisse_of(numero: NumeroDemande) -> CaisseCode:
    """The caisse a demande was filed with: the three digits after the year (domain §3.2)."""
    return CaisseCode(numero[2:5])


def new_id() -> UUID:
    """A fresh identifier, sortable by time (UUID version 7)."""
    return uuid_utils.compat.uuid7()
