"""Facts on the bus: CloudEvents 1.0.2 in structured JSON, ids only, no personal data, no motif.

Subject on the bus: `evt.<aggregate>.<fact>.v1`. `id` is the outbox row's uuid7 and the `Nats-Msg-Id`; `subject` is the number or
the id of the aggregate. The list of facts is domain §3.1; the models below are what each carries. AsyncAPI is generated from them.
"""

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.base import Contract

VERSION = 1


def event_subject(aggregate: str, fact: str, version: int = VERSION) -> str:
    """`evt.<aggregate>.<fact>.v<version>`: the only place that builds it."""
    return f"evt.{aggregate}.{fact}.v{version}"


def fact_of(subject: str) -> str:
    """The fact's name inside a subject (`deposee` in `evt.demande.deposee.v1`)."""
    return subject.split(".")[2]


class Enveloppe(Contract):
    """A CloudEvent as it travels. `data` is one of the models below."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str  # "/services/intake"
    type: str  # the bus subject
    subject: str  # number or id
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: str = ""
    causationid: str = ""
    data: dict[str, object] = Field(default_factory=dict)


class FaitDemande(Contract):
    """What every fact of a demande says."""

    numero: str
    caisse_code: str
    structure_id: str
    version: int = 0  # of the record: a reader drops what is older than what it holds


class DemandeDeposee(FaitDemande):
    """Said by intake in the filing transaction. The content is asked from intake: `ask.intake.depot.v1`."""

    demandeur_id: str
    deposee_le: AwareDatetime
    piece_jointe_ids: list[str] = []


class DemandeEvolution(FaitDemande):
    """Said by case: ouverte, prise_en_charge, complement_demande, complement_recu, resolue, rouverte, requalifiee, evoluee."""

    demandeur_id: str
    agent_id: str | None = None  # who handles the demande now, whoever acted
    survenue_le: AwareDatetime
    message_caisse: bool = False  # the caisse wrote to the partner, which the fact's own name does not say


class DemandeEcheance(DemandeEvolution):
    """Said by case when a deadline is met: echeance_approchee, echeance_depassee."""

    cle: str


class FaitPieceJointe(Contract):
    """What every fact of a file says: recue, saine, infectee, refusee, telechargee, expiree, detruite (attachment)."""

    piece_jointe_id: str
    caisse_code: str
    structure_id: str
    numero: str | None = None  # None: not attached to a demande yet
    survenue_le: AwareDatetime
    raison: str | None = None  # reason code of a refusal


class PieceJointeMiseADisposition(FaitPieceJointe):
    """Said by case in the transaction of the answer: from now on, and until when, the partner may download."""

    echeance_telechargement: AwareDatetime
    demandeur_id: str


class ReferentielPublie(Contract):
    """A new version of a piece of reference data: readers ask for it (`ask.directory.<donnee>.v1`)."""

    donnee: Literal["referentiel", "structures"]
    cle: str  # caisse code for both: structures are told per caisse
    version: int


class FaitCompte(Contract):
    """cree, suspendu, reactive, desactive, supprime, mot_de_passe_change (directory). Fronts end sessions on all but cree, reactive."""

    compte_id: str
    caisse_code: str = ""
    structure_id: str = ""
    survenue_le: AwareDatetime


DEMANDE_FACTS: dict[str, type[FaitDemande]] = {
    "deposee": DemandeDeposee,
    "ouverte": DemandeEvolution,
    "prise_en_charge": DemandeEvolution,
    "complement_demande": DemandeEvolution,
    "complement_recu": DemandeEvolution,
    "resolue": DemandeEvolution,
    "rouverte": DemandeEvolution,
    "requalifiee": DemandeEvolution,
    "evoluee": DemandeEvolution,
    "echeance_approchee": DemandeEcheance,
    "echeance_depassee": DemandeEcheance,
}
PIECE_JOINTE_FACTS: dict[str, type[FaitPieceJointe]] = {
    "recue": FaitPieceJointe,
    "saine": FaitPieceJointe,
    "infectee": FaitPieceJointe,
    "refusee": FaitPieceJointe,
    "mise_a_disposition": PieceJointeMiseADisposition,
    "telechargee": FaitPieceJointe,
    "expiree": FaitPieceJointe,
    "detruite": FaitPieceJointe,
}
COMPTE_FACTS = ("cree", "suspendu", "reactive", "desactive", "supprime", "mot_de_passe_change")
FACTS: dict[str, type[Contract]] = (
    {event_subject("demande", fait): modele for fait, modele in DEMANDE_FACTS.items()}
    | {event_subject("piece_jointe", fait): modele for fait, modele in PIECE_JOINTE_FACTS.items()}
    | {event_subject("referentiel", "publie"): ReferentielPublie}
    | {event_subject("compte", fait): FaitCompte for fait in COMPTE_FACTS}
)
