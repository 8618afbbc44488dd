"""A filing, as intake keeps it and hands it once to case (`ask.intake.depot.v1`). Holds personal data: never on a stream."""

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class PersonneConcernee(Contract):
    """The insured person (domain §1.3), as typed. Never a NIR.

    `date_naissance` is "JJ/MM/AAAA" as it stands, lunar values included; `telephone` E.164 when recognised, else as typed.
    """

    civilite: str
    nom: str
    prenom: str
    date_naissance: str
    lieu_naissance: str
    telephone: str


class PieceDeposee(Contract):
    """A file of a deposit or message: its name for display, its type and, outside the motif's list, why it is joined."""

    id: str
    nom: str
    taille_octets: int
    sha256: str
    type: str
    justification: str = ""
    hors_liste: bool = False


class ConsentementMas(Contract):
    """Declaration of oral consent, immutable (domain §4.3)."""

    mode: str = "oral"
    donne_par: str
    recueilli_par: str  # compte id
    recueilli_le: AwareDatetime
    declare_le: AwareDatetime
    version_texte: int


class Depot(Contract):
    """A filed demande: everything case needs to open it. `precisions`: the motif's own fields, by code."""

    numero: str
    caisse_code: str
    structure_id: str
    demandeur_id: str
    demandeur_nom: str
    deposee_le: AwareDatetime
    offre: str
    motif: str
    referentiel_version: int
    personne: PersonneConcernee | None
    commentaire: str
    precisions: dict[str, str | bool | list[str]] = {}
    consentement: ConsentementMas | None = None
    doublon_justification: str = ""
    doublon_numero: str | None = None  # the open demande the partner was warned of and confirmed against
    pieces: list[PieceDeposee] = []
