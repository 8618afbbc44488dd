"""A notice in the pages: for one account, one structure, or one role of the caisse."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notification.domain.annonces import Modele
from shared.kernel.identifiers import CompteId, NumeroDemande, StructureId


@dataclass(frozen=True, slots=True, kw_only=True)
class NouvelAvis:
    """A notice to keep. `structure_id` is None on the caisse's side; without account and role it is for the whole structure."""

    cle: str
    structure_id: StructureId | None
    compte_id: CompteId | None = None
    role: str | None = None
    numero: NumeroDemande
    modele: Modele
    survenu_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Avis:
    """A notice as one account reads it."""

    id: UUID
    numero: NumeroDemande
    modele: Modele
    survenu_le: datetime
    lu: bool
