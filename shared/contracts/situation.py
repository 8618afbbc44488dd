"""What a process knows of a demande: ids, instants and codes only, read anew at every look (house §9.2).

Models used inside workflows: no clock, no uuid and no random default anywhere (temporal §1.7).
"""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class Processus(StrEnum):
    """Which of the three processes looks."""

    TRAITEMENT = "traitement"
    SAISINE_MAS = "saisine_mas"
    DELIVRANCE_ATTESTATION = "delivrance_attestation"


class TypeEtape(StrEnum):
    """A step the record asks for. Started once per key."""

    ANALYSE = "analyse"  # antivirus verdict of the files `ids` of one deposit or message
    SAISINE_MAS = "saisine_mas"  # child process
    DELIVRANCE_ATTESTATION = "delivrance_attestation"  # child process
    INTERROGER_AMELI = "interroger_ameli"  # of DelivranceAttestation
    ROUTER = "router"  # of DelivranceAttestation: apply the decision table
    PURGER = "purger"  # destroy the files `ids` now (withdrawn consent…)


class Echeance(Contract):
    """An instant at which something is due. `cle` is its business key, unique in a situation.

    Keys: `prise_en_charge:50`, `resolution:100`, `cap`, `echange:rappel`, `echange:cloture`, `piece_jointe:<id>:j12`,
    `piece_jointe:<id>:j15`, `mas:premier_contact`, `mas:tentatives`, `attestation:complement`.
    """

    cle: str
    echue_le: AwareDatetime

    @property
    def expired_piece_jointe_id(self) -> str | None:
        """The file whose bytes this deadline destroys, or None for any other deadline."""
        genre, _, reste = self.cle.partition(":")
        piece_jointe_id, _, borne = reste.rpartition(":")
        return piece_jointe_id if genre == "piece_jointe" and borne == "j15" else None


class Etape(Contract):
    """A step asked for. `cle` is its idempotency key (`analyse:<depot id>`); `ids` are what it works on, ordered."""

    cle: str
    type: TypeEtape
    ids: list[str] = []


class Attributs(Contract):
    """What ops see in the lists of the engine: nothing here tells a person nor the motif."""

    offre: str
    caisse: str
    sous_etat: str
    attente: str  # PARTENAIRE, CAISSE or SYSTEME
    equipe: str
    issue: str | None = None
    echeance: AwareDatetime | None = None
    expiration: AwareDatetime | None = None
    derniere_activite: AwareDatetime | None = None
    en_retard: bool = False
    escalade: int = 0
    nb_pieces: int = 0
    alertes: list[str] = []


class Situation(Contract):
    """The whole of what a process may decide on. `version` 0: the number is not opened yet.

    `echeances` ordered by instant, then key. `priorite` 1–4 (P1–P4). `suspendu`: an operator holds the process.
    """

    numero: str
    version: int
    sous_etat: str = ""
    terminee: bool = False
    issue: str | None = None
    suspendu: bool = False
    priorite: int = 3
    structure_id: str = ""  # opaque; also the fairness key of its steps, in clear on the server
    attributs: Attributs | None = None
    echeances: list[Echeance] = []
    etapes: list[Etape] = []


def situation_inconnue(numero: str) -> Situation:
    """The situation of a number not opened yet: nothing to do but wait for its opening."""
    return Situation(numero=numero, version=0)


class Operation(Contract):
    """An operator's act, recorded by case so that a rebuild keeps it (house §2)."""

    type: str  # hold, resume, skip_etape, extend_echeance
    operateur: str
    motif: str
    cle: str | None = None  # of the step or deadline
    echue_le: datetime | None = None
