"""Acts of the conseiller on a referral: attempts, outcome, withdrawal (domain §4)."""

from datetime import datetime
from uuid import UUID

from services.case.domain.demande import Demande, ParametresDemande
from services.case.domain.echange import CompteActeur
from services.case.domain.errors import SaisineClosedError, TentativesMissingError
from services.case.domain.evenements import DemandeFait
from services.case.domain.saisine_mas import (
    PREMIER_CONTACT,
    TENTATIVES,
    TEXTES_ISSUE,
    IssueMas,
    Saisine,
    Tentative,
    TentativeIssue,
)

# Says what goes and what stays: the person's identity is of the demande, not of the consent (domain §4.3).
TEXTE_RETRAIT = (
    "La personne a retiré son consentement : la saisine est close, les textes et les fichiers transmis sont effacés. "
    "L'identité de la personne reste dans la demande."
)
PURGE = "Contenu effacé à la suite du retrait du consentement."
_FREINS = "freins"


def saisine_of(demande: Demande) -> Saisine:
    """The open referral. Raises: SaisineClosedError."""
    if demande.saisine is None or not demande.saisine.is_open:
        raise SaisineClosedError
    return demande.saisine


def note_tentative(demande: Demande, tentative: Tentative, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande) -> None:
    """Log an attempt: the first contact is met; after three failures the partner is told, not before five working days have passed.

    Raises: SaisineClosedError.
    """
    saisine = saisine_of(demande)
    if demande.agent is None:
        demande.take_in_charge(agent, now=now, calendrier=parametres.calendrier)
    saisine.note_tentative(tentative)
    demande.echeances.pop(PREMIER_CONTACT, None)
    echecs = saisine.echecs
    if tentative.issue is TentativeIssue.JOINTE:
        demande.echeances.pop(TENTATIVES, None)
    elif len(echecs) >= parametres.mas_tentatives and TENTATIVES not in demande.echeances:
        demande.echeances[TENTATIVES] = max(_limite(saisine, parametres), now)
        demande.franchies.pop(TENTATIVES, None)
    demande.note_act("note_tentative", agent, now)
    demande.say(DemandeFait.EVOLUEE, now)


def close_saisine(
    demande: Demande, issue: IssueMas, message_id: UUID, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande
) -> None:
    """The outcome answers the partner with its neutral text, and resolves.

    Raises: SaisineClosedError, TentativesMissingError for a person said unreachable too soon (§4.6), AlreadyResolved.
    """
    saisine = saisine_of(demande)
    if issue is IssueMas.INJOIGNABLE and not _is_injoignable(saisine, now, parametres):
        raise TentativesMissingError(parametres.mas_tentatives, parametres.mas_tentatives_jours_ouvres)
    saisine.close(issue, now)
    demande.resolve(message_id, TEXTES_ISSUE[issue], agent, now=now, parametres=parametres)


def _is_injoignable(saisine: Saisine, now: datetime, parametres: ParametresDemande) -> bool:
    """Whether the partner was told that nobody answers, or could be by now."""
    if saisine.injoignable_le is not None:
        return True
    return len(saisine.echecs) >= parametres.mas_tentatives and now >= _limite(saisine, parametres)


def _limite(saisine: Saisine, parametres: ParametresDemande) -> datetime:
    return parametres.calendrier.add_jours_ouvres(saisine.echecs[0].tente_le, parametres.mas_tentatives_jours_ouvres)


def withdraw_consentement(demande: Demande, message_id: UUID, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande) -> None:
    """The person takes the consent back, even after the answer: work stops, both sides are told, what only consent allowed goes.

    The declaration itself stays: it is the proof. Bytes of the files are purged by the process.
    Raises: SaisineClosedError.
    """
    if demande.saisine is None:
        raise SaisineClosedError
    demande.saisine.withdraw_consentement(now)
    demande.saisine.tentatives.clear()
    demande.precisions.pop(_FREINS, None)
    demande.note_act("withdraw_consentement", agent, now)
    if demande.is_resolue:
        demande.tell(message_id, TEXTE_RETRAIT, agent, now=now)
    else:
        demande.resolve(message_id, TEXTE_RETRAIT, agent, now=now, parametres=parametres, issue="consentement_retire")
