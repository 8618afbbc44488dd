"""Who may do what, deny by default: a role that is not named may not (house §6, domain §2.1, §4).

A queue that a role does not serve is not there for it: its demandes answer 404, since the queue alone would tell the motif.
"""

from enum import StrEnum
from typing import Final

from services.case.domain.demande import Demande
from services.case.domain.errors import ActeForbiddenError, DemandeNotFoundError
from services.case.domain.vue import Vue
from shared.contracts.perimetre import Perimetre, Role

GENERALE, MAS, PARTENARIAT = "generale", "mas", "partenariat"


class Acte(StrEnum):
    """Everything a person may ask of case; also the word of the audit."""

    LIST_DEMANDES = "list_demandes"
    READ_DEMANDE = "read_demande"
    POST_MESSAGE_PARTENAIRE = "post_message_partenaire"
    KEEP_BROUILLON = "keep_brouillon"
    FOLLOW = "follow"
    LIST_DOCUMENTS = "list_documents"
    LIST_FILE = "list_file"
    READ_DOSSIER = "read_dossier"
    TAKE_IN_CHARGE = "take_in_charge"
    ASSIGN = "assign"
    POST_MESSAGE_AGENT = "post_message_agent"
    ADD_NOTE = "add_note"
    REOPEN = "reopen"
    REQUALIFY = "requalify"
    REDACT = "redact"
    NOTE_TENTATIVE = "note_tentative"
    CLOSE_SAISINE = "close_saisine"
    WITHDRAW_CONSENTEMENT = "withdraw_consentement"
    SET_ATTESTATION = "set_attestation"
    ANSWER_ATTESTATION = "answer_attestation"


_PARTENAIRE: Final = frozenset(
    {Acte.LIST_DEMANDES, Acte.READ_DEMANDE, Acte.POST_MESSAGE_PARTENAIRE, Acte.KEEP_BROUILLON, Acte.FOLLOW, Acte.LIST_DOCUMENTS}
)
_CAISSE: Final = frozenset(
    {
        Acte.LIST_FILE,
        Acte.READ_DOSSIER,
        Acte.TAKE_IN_CHARGE,
        Acte.POST_MESSAGE_AGENT,
        Acte.ADD_NOTE,
        Acte.KEEP_BROUILLON,
        Acte.REOPEN,
        Acte.REQUALIFY,
        Acte.REDACT,
    }
)
_ATTESTATION: Final = frozenset({Acte.SET_ATTESTATION, Acte.ANSWER_ATTESTATION})
_SAISINE: Final = frozenset({Acte.NOTE_TENTATIVE, Acte.CLOSE_SAISINE, Acte.WITHDRAW_CONSENTEMENT})
ACTES: Final[dict[Role, frozenset[Acte]]] = {
    Role.TECHNICIEN: _PARTENAIRE,
    Role.AGENT: _CAISSE | _ATTESTATION,
    Role.CONSEILLER_MAS: _CAISSE | _ATTESTATION | _SAISINE,
    Role.SUPERVISEUR: _CAISSE | _ATTESTATION | _SAISINE | {Acte.ASSIGN},
    Role.SERVICE_PARTENARIAT: _CAISSE,
}
FILES: Final[dict[Role, frozenset[str]]] = {
    Role.AGENT: frozenset({GENERALE}),
    Role.CONSEILLER_MAS: frozenset({GENERALE, MAS}),
    Role.SUPERVISEUR: frozenset({GENERALE, MAS, PARTENARIAT}),
    Role.SERVICE_PARTENARIAT: frozenset({PARTENARIAT}),
}


def check_may(perimetre: Perimetre, acte: Acte) -> None:
    """Raises: ActeForbiddenError."""
    if acte not in ACTES.get(perimetre.role, frozenset()):
        raise ActeForbiddenError(acte.value)


def files_of(perimetre: Perimetre) -> frozenset[str]:
    """The queues this role serves; none for whoever is not of the caisse."""
    return FILES.get(perimetre.role, frozenset())


def views_of(role: Role) -> tuple[Vue, ...]:
    """The views this role may open, in order: referrals to the MAS are for its members (domain §4)."""
    return tuple(vue for vue in Vue if vue is not Vue.MAS or MAS in FILES.get(role, frozenset()))


def is_known_to_serve(tenues: frozenset[str], file_attente: str) -> bool:
    """Whether an account that held demandes of these queues serves this one too, whichever role it is that serves them all.

    Accounts and their roles are directory's: here an agent is known by what they worked on. False for somebody never seen.
    """
    return all(file_attente in servies for servies in FILES.values() if tenues <= servies)


def check_visible(perimetre: Perimetre, demande: Demande) -> None:
    """A partner sees its structure's (the perimetre holds that); the caisse sees the queues it serves. Raises: DemandeNotFoundError."""
    if perimetre.is_partner or perimetre.role is Role.SYSTEME:
        return
    if demande.motif.file_attente not in files_of(perimetre):
        raise DemandeNotFoundError(demande.numero)
