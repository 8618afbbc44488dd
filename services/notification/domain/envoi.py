"""A sending: one text, one account, one fact. When it is tried, tried again, and given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.notification.domain.annonces import Modele, Public
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId

# Waits between two tries of one sending; the last one repeats. A text that waited longer than its life tells nothing useful.
_BACK_OFF: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
LIFE: Final = timedelta(days=3)
# While a process sends, no other takes the same row; after this, its death is assumed. Longer than the slowest batch.
LEASE: Final = timedelta(minutes=5)


class EtatEnvoi(StrEnum):
    """Where a sending stands."""

    A_ENVOYER = "a_envoyer"
    ENVOYE = "envoye"
    REFUSE = "refuse"  # the mail server refuses this recipient for good
    ABANDONNE = "abandonne"  # nobody took it within its life


@dataclass(frozen=True, slots=True, kw_only=True)
class Envoi:
    """A sending due now. `essais` counts this one."""

    id: UUID
    caisse_code: CaisseCode
    numero: NumeroDemande
    modele: Modele
    public: Public
    compte_id: CompteId
    courriel: str
    essais: int
    cree_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NouvelEnvoi:
    """A sending to plan. `cle` with the account is what makes it unique: the fact's id, or a business key that groups facts."""

    cle: str
    structure_id: StructureId | None
    numero: NumeroDemande
    modele: Modele
    public: Public
    compte_id: CompteId
    courriel: str


def next_try(envoi: Envoi, now: datetime) -> datetime | None:
    """When to try again after a failure, or None when it is given up."""
    if now - envoi.cree_le >= LIFE:
        return None
    return now + _BACK_OFF[min(envoi.essais - 1, len(_BACK_OFF) - 1)]
