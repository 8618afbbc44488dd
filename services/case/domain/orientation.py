"""The routing of an attestation inside its demande: what ameli says, what the table decides, what follows (domain §5.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.case.domain.attestation import (
    Attestation,
    AttestationHabilitation,
    CompteAmeli,
    Decision,
    Entrees,
    Issue,
    Surcharges,
    decide,
    may_send_piece,
)
from services.case.domain.demande import ATTESTATION_COMPLEMENT, Demande, ParametresDemande
from services.case.domain.echange import CompteActeur
from services.case.domain.errors import AttestationNotDecidedError, DateSignatureRefusedError
from services.case.domain.evenements import DemandeFait
from services.case.domain.piece_jointe import EtatPiece, PieceSens
from services.case.domain.procuration import procuration_valide

ENFANT_ASE = "O3"
MAISON = CompteActeur(compte_id=None, nom="")
TEXTES_ISSUE: dict[Issue, str] = {
    Issue.DEPOT_COMPTE_AMELI: (
        "L'attestation de droits a été déposée sur le compte ameli de la personne. Il vous appartient de la récupérer avec elle."
    ),
    Issue.ENVOI_ASSURE: "L'attestation de droits est envoyée par courrier à l'adresse de la personne.",
    Issue.REORIENTER_ORGANISME: (
        "La personne ne dépend pas de notre organisme : l'attestation de droits est à demander à son organisme d'assurance maladie."
    ),
    Issue.NON_APPLICABLE_AME: (
        "La personne bénéficie de l'aide médicale de l'État, qui a sa propre carte : aucune attestation de droits n'est délivrée."
    ),
}
TEXTE_COMPLEMENT = (
    "Pour délivrer l'attestation de droits, il nous manque une procuration signée depuis moins de trois mois et la pièce d'identité de la "
    "personne, ou la raison pour laquelle son compte ameli est inaccessible. Pouvez-vous nous les transmettre ?"
)
TEXTE_SANS_COMPLEMENT = "Sans réponse de votre part, l'attestation de droits est envoyée par courrier à l'adresse de la personne."
INVITATION_AVENANT = "En signant l'avenant à la convention, votre structure pourra la recevoir directement."


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureAttestation:
    """What the structure may receive today, and the settings of the caisse that weigh on the table."""

    habilitation: AttestationHabilitation
    convention_active: bool
    procuration_validite_mois: int = 3
    cumul_avenant_procuration: bool = True
    tutelle_toujours_pj: bool = False


def note_registre(demande: Demande, reponse: bool | None, *, now: datetime) -> None:
    """What the ameli port said: an account, none, or no answer."""
    attestation = demande.attestation
    if attestation is None or attestation.interroge_le is not None:
        return
    attestation.registre, attestation.interroge_le = reponse, now
    demande.version += 1


def route(
    demande: Demande, structure: StructureAttestation, message_id: UUID, *, now: datetime, parametres: ParametresDemande
) -> Decision | None:
    """Apply the table once per rank; what lacks is asked for once. None when nothing is to be decided now."""
    attestation = demande.attestation
    if attestation is None or not is_routable(demande):
        return None
    decision = decide(_entrees(demande, attestation, structure, parametres))
    if decision.issue is Issue.PJ_PARTENAIRE and decision.ligne != ENFANT_ASE and not _may_go_out(structure):
        decision = Decision(Issue.ENVOI_ASSURE, decision.ligne)  # under O3 the agent decides: nothing goes to a parent's address
    attestation.decision, attestation.decidee_le = decision, now
    demande.note_act("route_attestation", None, now, f"{decision.issue} ({decision.ligne})")
    demande.version += 1
    if decision.issue is not Issue.COMPLEMENT:
        demande.echeances.pop(ATTESTATION_COMPLEMENT, None)  # nothing is missing any more: the house must not conclude by O5
    elif not attestation.question_posee:
        _ask_complement(demande, attestation, message_id, now=now, parametres=parametres)
    return decision


def _ask_complement(demande: Demande, attestation: Attestation, message_id: UUID, *, now: datetime, parametres: ParametresDemande) -> None:
    attestation.question_posee = True
    demande.ask(message_id, TEXTE_COMPLEMENT, MAISON, now=now, parametres=parametres)
    demande.echeances[ATTESTATION_COMPLEMENT] = parametres.calendrier.add_jours(now, parametres.complement_attestation_jours)
    demande.franchies.pop(ATTESTATION_COMPLEMENT, None)


def is_routable(demande: Demande) -> bool:
    """Ameli was asked, nothing is decided at this rank, and every file has its verdict."""
    attestation = demande.attestation
    return (
        attestation is not None
        and attestation.is_open
        and attestation.interroge_le is not None
        and attestation.decision is None
        and all(piece.etat is not EtatPiece.EN_ATTENTE for piece in demande.pieces)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationFaits:
    """What an agent found out; None leaves what is known, an empty text unsays it. `date_signature`: an ISO day."""

    compte: CompteAmeli | None = None
    qualite: str | None = None
    surcharges: Surcharges | None = None
    procuration_refusee: bool = False
    date_signature: str | None = None
    motif_inaccessibilite: str | None = None


def check_faits(faits: AttestationFaits, jour: date) -> None:
    """`jour`: today, in the caisse. Raises: DateSignatureRefusedError."""
    if faits.date_signature and date.fromisoformat(faits.date_signature) > jour:
        raise DateSignatureRefusedError


def set_faits(demande: Demande, faits: AttestationFaits, agent: CompteActeur, *, now: datetime) -> None:
    """What the agent checked; the table is applied anew. A refused procuration stays refused. Raises: AttestationNotDecidedError."""
    attestation = demande.attestation
    if attestation is None or not attestation.is_open:
        raise AttestationNotDecidedError
    attestation.compte_agent = faits.compte or attestation.compte_agent
    attestation.qualite = faits.qualite or attestation.qualite
    attestation.surcharges = faits.surcharges or attestation.surcharges
    attestation.procuration_refusee = attestation.procuration_refusee or faits.procuration_refusee
    if faits.date_signature is not None:
        attestation.date_signature_procuration = faits.date_signature
    if faits.motif_inaccessibilite is not None:
        attestation.motif_inaccessibilite = faits.motif_inaccessibilite
    attestation.question_posee = ATTESTATION_COMPLEMENT in demande.echeances  # still unanswered: not asked twice
    attestation.route_again()
    demande.note_act("set_attestation", agent, now)
    demande.say(DemandeFait.EVOLUEE, now)


def texte_of(decision: Decision) -> str:
    """The standard answer of a decision. Raises: AttestationNotDecidedError when it is not an answer."""
    if decision.issue not in TEXTES_ISSUE:
        raise AttestationNotDecidedError
    texte = TEXTES_ISSUE[decision.issue]
    return f"{texte} {INVITATION_AVENANT}" if decision.inviter_avenant else texte


def may_send_attestation(demande: Demande, structure: StructureAttestation) -> bool:
    """Whether the attestation file alone may go out to this structure, now (RG-02's one exception)."""
    attestation = demande.attestation
    if attestation is None:
        return False
    decision = attestation.decision
    return decision is not None and decision.issue is Issue.PJ_PARTENAIRE and _may_go_out(structure)


def withhold_attestation(demande: Demande) -> None:
    """The file may not go out any more: the attestation goes to the person by post."""
    attestation = demande.attestation
    if attestation is None or attestation.decision is None or attestation.decision.issue is not Issue.PJ_PARTENAIRE:
        return
    if attestation.decision.ligne != ENFANT_ASE:
        attestation.decision = Decision(Issue.ENVOI_ASSURE, attestation.decision.ligne)
        attestation.issue = attestation.issue and Issue.ENVOI_ASSURE


def _may_go_out(structure: StructureAttestation) -> bool:
    return may_send_piece(structure.habilitation, convention_active=structure.convention_active)


def _entrees(demande: Demande, attestation: Attestation, structure: StructureAttestation, parametres: ParametresDemande) -> Entrees:
    return Entrees(
        compte=attestation.compte,
        habilitation=structure.habilitation,
        procuration=has_procuration(demande, attestation, structure, parametres),
        motif_inaccessibilite=bool(attestation.motif_inaccessibilite),
        surcharges=attestation.surcharges,
        cumul_avenant_procuration=structure.cumul_avenant_procuration,
        tutelle_toujours_pj=structure.tutelle_toujours_pj,
    )


def has_procuration(demande: Demande, attestation: Attestation, structure: StructureAttestation, parametres: ParametresDemande) -> bool:
    """P: signed in time at the local day of filing, with its file and the identity document, both clean."""
    if attestation.procuration_refusee or not attestation.date_signature_procuration:
        return False
    saines = {piece.type for piece in demande.pieces if piece.sens is PieceSens.ENVOYEE and piece.etat is EtatPiece.SAINE}
    try:
        signature = date.fromisoformat(attestation.date_signature_procuration)
    except ValueError:
        return False
    depot = parametres.calendrier.local_day(demande.deposee_le)
    return {"procuration", "piece_identite"} <= saines and procuration_valide(signature, depot, structure.procuration_validite_mois)
