"""What happened to a demande, as the domain says it; the store turns each into a fact of the bus."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.identifiers import PieceJointeId


class DemandeFait(StrEnum):
    """Facts of a demande that case publishes (domain §3.1). `evoluee`: something moved that the bus must not name."""

    OUVERTE = "ouverte"
    PRISE_EN_CHARGE = "prise_en_charge"
    COMPLEMENT_DEMANDE = "complement_demande"
    COMPLEMENT_RECU = "complement_recu"
    RESOLUE = "resolue"
    ROUVERTE = "rouverte"
    REQUALIFIEE = "requalifiee"
    EVOLUEE = "evoluee"


class EcheanceFait(StrEnum):
    """How a deadline was met."""

    APPROCHEE = "echeance_approchee"
    DEPASSEE = "echeance_depassee"


@dataclass(frozen=True, slots=True)
class DemandeChangee:
    """Something happened to the demande; every one of these wakes the process.

    `version`: the record's, just after. `message_caisse`: the caisse wrote to the partner, which the fact's name does not say.
    """

    fait: DemandeFait
    survenue_le: datetime
    version: int = 0
    message_caisse: bool = False


@dataclass(frozen=True, slots=True)
class EcheanceFranchie:
    """A deadline was met; `cle` tells neither a person nor the motif."""

    fait: EcheanceFait
    survenue_le: datetime
    cle: str


@dataclass(frozen=True, slots=True)
class PieceMiseADisposition:
    """The partner may download from now on; said again when the limit moves."""

    piece_jointe_id: PieceJointeId
    survenue_le: datetime
    echeance_telechargement: datetime


DemandeEvenement = DemandeChangee | EcheanceFranchie | PieceMiseADisposition
