"""Where an attestation de droits goes: one pure decision table with its overrides (domain §5.3)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CompteAmeli(StrEnum):
    """C: has and accessible, has but inaccessible, none, unknown."""

    ACCESSIBLE = "OA"
    INACCESSIBLE = "OI"
    AUCUN = "N"
    INCONNU = "?"


class AttestationHabilitation(StrEnum):
    """H: legal mandate, avenant in force without mandate, neither."""

    MANDAT = "hab"
    AVENANT = "av"
    AUCUNE = "0"


class Issue(StrEnum):
    """Where it goes; the last two are no delivery at all."""

    VERIFIER_COMPTE = "VERIFIER_COMPTE"
    DEPOT_COMPTE_AMELI = "DEPOT_COMPTE_AMELI"
    PJ_PARTENAIRE = "PJ_PARTENAIRE"
    ENVOI_ASSURE = "ENVOI_ASSURE"
    COMPLEMENT = "COMPLEMENT"
    REORIENTER_ORGANISME = "REORIENTER_ORGANISME"
    NON_APPLICABLE_AME = "NON_APPLICABLE_AME"


@dataclass(frozen=True, slots=True)
class Surcharges:
    """Facts an agent sets, evaluated before the rows: O1, O2, O3, O4."""

    autre_organisme: bool = False
    beneficiaire_ame: bool = False
    mineur_ase: bool = False
    tuteur: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrees:
    """Everything the decision looks at. `procuration`: valid, with the identity document, both clean."""

    compte: CompteAmeli
    habilitation: AttestationHabilitation
    procuration: bool
    motif_inaccessibilite: bool = False
    surcharges: Surcharges = field(default_factory=Surcharges)
    cumul_avenant_procuration: bool = True
    tutelle_toujours_pj: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome and the row or override that gave it ("7", "O3"). `inviter_avenant`: suggest signing the avenant."""

    issue: Issue
    ligne: str
    inviter_avenant: bool = False


def decide(entrees: Entrees) -> Decision:
    """The outcome for these inputs: overrides first, then exactly one row."""
    return _surcharge(entrees) or _LIGNES[entrees.compte](entrees)


def _surcharge(entrees: Entrees) -> Decision | None:
    surcharges = entrees.surcharges
    if surcharges.autre_organisme:
        return Decision(Issue.REORIENTER_ORGANISME, "O1")
    if surcharges.beneficiaire_ame:
        return Decision(Issue.NON_APPLICABLE_AME, "O2")
    if surcharges.mineur_ase:
        return Decision(Issue.PJ_PARTENAIRE, "O3")
    if surcharges.tuteur and entrees.tutelle_toujours_pj:
        return Decision(Issue.PJ_PARTENAIRE, "O4")
    return None


def _accessible(entrees: Entrees) -> Decision:
    match entrees.habilitation:
        case AttestationHabilitation.MANDAT:
            ligne = "2"
        case AttestationHabilitation.AVENANT:
            ligne = "3" if entrees.procuration else "4"
        case AttestationHabilitation.AUCUNE:
            ligne = "5"
    return Decision(Issue.DEPOT_COMPTE_AMELI, ligne)


def _inaccessible(entrees: Entrees) -> Decision:
    justifie = Issue.PJ_PARTENAIRE if entrees.motif_inaccessibilite else Issue.COMPLEMENT
    match entrees.habilitation:
        case AttestationHabilitation.MANDAT:
            return Decision(justifie, "6")
        case AttestationHabilitation.AVENANT if entrees.procuration:
            return Decision(justifie, "7")
        case AttestationHabilitation.AVENANT:
            return Decision(Issue.COMPLEMENT if entrees.cumul_avenant_procuration else justifie, "8")
        case AttestationHabilitation.AUCUNE:
            return Decision(Issue.ENVOI_ASSURE, "9" if entrees.procuration else "10", inviter_avenant=True)


def _aucun(entrees: Entrees) -> Decision:
    match entrees.habilitation:
        case AttestationHabilitation.MANDAT:
            return Decision(Issue.PJ_PARTENAIRE, "11")
        case AttestationHabilitation.AVENANT if entrees.procuration:
            return Decision(Issue.PJ_PARTENAIRE, "12")
        case AttestationHabilitation.AVENANT:
            return Decision(Issue.COMPLEMENT if entrees.cumul_avenant_procuration else Issue.PJ_PARTENAIRE, "13")
        case AttestationHabilitation.AUCUNE:
            return Decision(Issue.ENVOI_ASSURE, "14" if entrees.procuration else "15", inviter_avenant=entrees.procuration)


def _inconnu(_entrees: Entrees) -> Decision:
    return Decision(Issue.VERIFIER_COMPTE, "1")


_LIGNES = {
    CompteAmeli.ACCESSIBLE: _accessible,
    CompteAmeli.INACCESSIBLE: _inaccessible,
    CompteAmeli.AUCUN: _aucun,
    CompteAmeli.INCONNU: _inconnu,
}


def may_send_piece(habilitation: AttestationHabilitation, *, convention_active: bool) -> bool:
    """The guard of every publication of an attestation file, checked again at that instant."""
    return convention_active and habilitation is not AttestationHabilitation.AUCUNE


def habilitation_of(*, demander_document: bool, attestation_directe: bool, avenant: bool, qualite: str) -> AttestationHabilitation:
    """H: a mandate for this person, else the avenant in force, else nothing."""
    if demander_document and qualite != SANS_MANDAT:
        return AttestationHabilitation.MANDAT
    return AttestationHabilitation.AVENANT if attestation_directe and avenant else AttestationHabilitation.AUCUNE


def compte_of(registre: bool | None, declare: str) -> CompteAmeli:
    """C: what the registry says (account, none, no answer), with what the partner says of its use."""
    if registre is None:
        return CompteAmeli.INCONNU
    if not registre:
        return CompteAmeli.AUCUN
    return CompteAmeli.INACCESSIBLE if declare == "inaccessible" else CompteAmeli.ACCESSIBLE


SANS_MANDAT = "sans_mandat"


@dataclass(slots=True, kw_only=True)
class Attestation:
    """The delivery under way. `registre`: the port's answer once `interroge_le` is set; `compte_agent`: what an agent set.

    `rang` grows each time the routing is asked anew: it makes the key of the step. `question_posee`: the partner was asked for what
    lacks, and no agent has looked at an answer since.
    """

    compte_declare: str = ""
    motif_inaccessibilite: str = ""
    qualite: str = SANS_MANDAT
    date_signature_procuration: str = ""
    registre: bool | None = None
    interroge_le: datetime | None = None
    compte_agent: CompteAmeli | None = None
    procuration_refusee: bool = False
    surcharges: Surcharges = field(default_factory=Surcharges)
    rang: int = 1
    decision: Decision | None = None
    decidee_le: datetime | None = None
    question_posee: bool = False
    issue: Issue | None = None
    close_le: datetime | None = None

    @property
    def compte(self) -> CompteAmeli:
        """C: the agent's word first, then the registry's."""
        return self.compte_agent or compte_of(self.registre, self.compte_declare)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be delivered."""
        return self.close_le is None

    @property
    def etape_routage(self) -> str:
        """The key of the step that applies the table at this rank."""
        return f"router:{self.rang}"

    @property
    def awaits_complement(self) -> bool:
        """Whether the decision that stands is to ask the partner for what lacks."""
        return self.is_open and self.decision is not None and self.decision.issue is Issue.COMPLEMENT

    @property
    def goes_to_partner(self) -> bool:
        """Whether the decision that stands is to attach it to the answer."""
        return self.is_open and self.decision is not None and self.decision.issue is Issue.PJ_PARTENAIRE

    def note_answer(self) -> None:
        """The partner answered: the table is applied anew; what it still lacks is for an agent to see, not to be asked at once."""
        if self.awaits_complement:
            self.question_posee = True
            self.route_again()

    def route_again(self) -> None:
        """Something changed: the table is to be applied anew."""
        self.decision, self.decidee_le = None, None
        self.rang += 1

    def reopen(self) -> None:
        """The answer was taken back: to be routed and delivered again, from what is known."""
        self.issue, self.close_le, self.question_posee = None, None, False
        self.route_again()

    def close(self, now: datetime) -> None:
        """The demande was answered: whatever was decided last is the outcome."""
        if self.is_open:
            self.issue, self.close_le = self.decision.issue if self.decision else None, now
