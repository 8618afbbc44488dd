"""Questions between services: NATS request/reply, read-only, with a deadline. `ask.<service>.<question>.v1`.

Answers may hold personal data: no stream captures `ask.>`, nothing logs them, an error is a code (trust §3).
"""

from typing import Generic, TypeVar

from shared.contracts.base import Contract
from shared.contracts.depots import Depot
from shared.contracts.reference import ReferentielCaisse, StructureRef

Demandee = TypeVar("Demandee", bound=Contract)
Reponse = TypeVar("Reponse", bound=Contract)


class Question(Generic[Demandee, Reponse]):
    """A question's name with the models of what is asked and answered."""

    def __init__(self, service: str, nom: str, demandee: type[Demandee], reponse: type[Reponse]) -> None:
        self.service, self.nom = service, nom
        self.demandee, self.reponse = demandee, reponse

    @property
    def subject(self) -> str:
        """`ask.<service>.<question>.v1`."""
        return f"ask.{self.service}.{self.nom}.v1"


class DepotAsked(Contract):
    """Which filing."""

    numero: str


class ReferentielAsked(Contract):
    """All versions of a caisse after `depuis_version`; every caisse when `caisse_code` is None."""

    caisse_code: str | None = None
    depuis_version: int = 0


class ReferentielVersions(Contract):
    """Ordered by caisse, then version."""

    versions: list[ReferentielCaisse]


class StructuresAsked(Contract):
    """Structures of a caisse whose version is above `depuis_version`; of every caisse when None."""

    caisse_code: str | None = None
    depuis_version: int = 0


class StructuresTold(Contract):
    """Ordered by caisse, then version (unique per caisse: each change of a structure takes the next one)."""

    structures: list[StructureRef]


class DestinatairesAsked(Contract):
    """Whom to write to: one account, or with `compte_id` None the active accounts of these roles in the scope."""

    caisse_code: str
    compte_id: str | None = None
    structure_id: str | None = None
    roles: list[str] = []


class Destinataire(Contract):
    """An account that receives mail."""

    compte_id: str
    courriel: str


class DestinatairesTold(Contract):
    """Active accounts only, ordered by account id."""

    destinataires: list[Destinataire]


DEPOT = Question("intake", "depot", DepotAsked, Depot)
REFERENTIEL = Question("directory", "referentiel", ReferentielAsked, ReferentielVersions)
STRUCTURES = Question("directory", "structures", StructuresAsked, StructuresTold)
DESTINATAIRES = Question("directory", "destinataires", DestinatairesAsked, DestinatairesTold)
ALL = (DEPOT, REFERENTIEL, STRUCTURES, DESTINATAIRES)
