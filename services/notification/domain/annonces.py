"""Who is told what, and by which way, when something happened to a demande or to one of its files. Pure.

An e-mail goes to one account; a notice in the pages goes to an account, to a whole structure or to a role of the caisse. A
colleague of the demandeur may answer or download (ux T06): what asks for an act is shown to the structure.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Public(StrEnum):
    """For whom. `demandeur` is the account that filed, `agent` the one who handles the demande."""

    DEMANDEUR = "demandeur"
    STRUCTURE = "structure"
    AGENT = "agent"
    SUPERVISEUR = "superviseur"

    @property
    def is_partner(self) -> bool:
        """Whether this public works for a structure."""
        return self in {Public.DEMANDEUR, Public.STRUCTURE}


class Modele(StrEnum):
    """Which text (module textes)."""

    ACCUSE_DEPOT = "accuse_depot"
    PRISE_EN_CHARGE = "prise_en_charge"
    COMPLEMENT_DEMANDE = "complement_demande"
    RAPPEL_COMPLEMENT = "rappel_complement"
    RESOLUE = "resolue"
    ROUVERTE = "rouverte"
    FICHIER_ECARTE = "fichier_ecarte"
    DOCUMENT_DISPONIBLE = "document_disponible"
    DOCUMENT_EXPIRE_BIENTOT = "document_expire_bientot"
    COMPLEMENT_RECU = "complement_recu"
    FICHIER_SORTANT_ECARTE = "fichier_sortant_ecarte"
    ECHEANCE_PROCHE = "echeance_proche"
    ECHEANCE_DEPASSEE = "echeance_depassee"
    CLOTURE_PROPOSEE = "cloture_proposee"
    MESSAGE_CAISSE = "message_caisse"


@dataclass(frozen=True, slots=True)
class Annonce:
    """One text for one public; `courriel` and `avis` say by which ways."""

    modele: Modele
    public: Public
    courriel: bool = False
    avis: bool = False


def _both(modele: Modele, public: Public) -> Annonce:
    return Annonce(modele, public, courriel=True, avis=True)


def _mail_and_structure(modele: Modele) -> tuple[Annonce, ...]:
    """An e-mail to the demandeur, a notice to the structure: any colleague may act."""
    return (Annonce(modele, Public.DEMANDEUR, courriel=True), Annonce(modele, Public.STRUCTURE, avis=True))


_DEMANDE: Final[dict[str, tuple[Annonce, ...]]] = {
    "deposee": (Annonce(Modele.ACCUSE_DEPOT, Public.DEMANDEUR, courriel=True),),
    "prise_en_charge": (_both(Modele.PRISE_EN_CHARGE, Public.DEMANDEUR),),
    "complement_demande": _mail_and_structure(Modele.COMPLEMENT_DEMANDE),
    "complement_recu": (_both(Modele.COMPLEMENT_RECU, Public.AGENT),),
    "resolue": _mail_and_structure(Modele.RESOLUE),
    "rouverte": (_both(Modele.ROUVERTE, Public.DEMANDEUR),),
}
_DELAIS: Final = frozenset({"prise_en_charge", "resolution", "cap"})


def announce_demande(fait: str, *, message_caisse: bool = False) -> tuple[Annonce, ...]:
    """What a fact of a demande tells; nothing for one that nobody waits for (domain §3.6, §3.7).

    `message_caisse`: the caisse wrote something that neither asks nor answers.
    """
    return _mail_and_structure(Modele.MESSAGE_CAISSE) if message_caisse else _DEMANDE.get(fait, ())


def announce_echeance(fait: str, cle: str) -> tuple[Annonce, ...]:
    """What a deadline tells, by its key (house §9.3).

    A delay that is passed escalates to the superviseur; one that comes near is shown to the agent alone (domain §6.3). The
    partner is reminded once of a question without answer and once of a file that will expire (domain §3.5, §3.6).
    """
    genre, _, reste = cle.partition(":")
    if genre == "piece_jointe":
        return _mail_and_structure(Modele.DOCUMENT_EXPIRE_BIENTOT) if reste.endswith(":j12") else ()
    if cle == "echange:rappel":
        return _mail_and_structure(Modele.RAPPEL_COMPLEMENT)
    if cle == "echange:cloture":
        return (Annonce(Modele.CLOTURE_PROPOSEE, Public.AGENT, avis=True),)
    if genre not in _DELAIS:
        return ()
    if fait == "echeance_depassee":
        return (_both(Modele.ECHEANCE_DEPASSEE, Public.SUPERVISEUR), Annonce(Modele.ECHEANCE_DEPASSEE, Public.AGENT, avis=True))
    return (Annonce(Modele.ECHEANCE_PROCHE, Public.AGENT, avis=True),)


def announce_piece_jointe(fait: str, *, from_partner: bool) -> tuple[Annonce, ...]:
    """What a fact of a file tells: one set aside is told to whoever sent it, one made available to the structure."""
    if fait == "mise_a_disposition":
        return _mail_and_structure(Modele.DOCUMENT_DISPONIBLE)
    if fait not in {"infectee", "refusee"}:
        return ()
    if from_partner:
        return _mail_and_structure(Modele.FICHIER_ECARTE)
    return (Annonce(Modele.FICHIER_SORTANT_ECARTE, Public.AGENT, avis=True),)
