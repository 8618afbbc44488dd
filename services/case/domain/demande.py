"""The demande after filing: its sub-states, its clocks, its thread (domain §3.1, §3.6, §6).

Deadlines are kept as data: `echeances` are due, `franchies` were met. Every act that the process must see adds an event
and a version. Files going out are in publication.py, deadlines that fall due in echeances.py.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.case.domain.attestation import Attestation, Issue
from services.case.domain.calendrier import Calendrier
from services.case.domain.delais import CAP, PRISE_EN_CHARGE, RESOLUTION, Horloge, Sla
from services.case.domain.echange import CompteActeur, Message, MessageCote, MessageGenre, check_texte
from services.case.domain.errors import (
    AttestationNotDecidedError,
    DemandeAlreadyResolvedError,
    DemandeAlreadyTakenError,
    DemandeNotResolvedError,
)
from services.case.domain.evenements import DemandeChangee, DemandeEvenement, DemandeFait
from services.case.domain.piece_jointe import PieceJointe
from services.case.domain.saisine_mas import Saisine
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId

ECHANGE_RAPPEL = "echange:rappel"
ECHANGE_CLOTURE = "echange:cloture"
CONSENTEMENT_REQUIS = "consentement_requis"
ROUTAGE_ATTESTATION = "routage_attestation"
ATTESTATION_COMPLEMENT = "attestation:complement"
ETAPE_DELIVRANCE = "delivrance_attestation"
RESOLUE = "resolue"
_SANS_ORIENTATION = (
    "L'orientation de l'attestation n'est pas décidée : dites si la personne a un compte ameli, ou attendez l'analyse des fichiers, avant "
    "de répondre."
)


class StatutDemande(StrEnum):
    """The three public statuses, as printed."""

    NOUVEAU = "NOUVEAU"
    PRIS_EN_CHARGE = "PRIS_EN_CHARGE"
    RESOLU = "RESOLU"


class SousEtat(StrEnum):
    """What lives behind the statuses."""

    NOUVEAU = "nouveau"
    EN_COURS = "en_cours"
    ATTENTE_PARTENAIRE = "attente_partenaire"
    RETOUR_PARTENAIRE = "retour_partenaire"
    RESOLU = "resolu"

    @property
    def statut(self) -> StatutDemande:
        """The status partners see."""
        if self is SousEtat.NOUVEAU:
            return StatutDemande.NOUVEAU
        return StatutDemande.RESOLU if self is SousEtat.RESOLU else StatutDemande.PRIS_EN_CHARGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Personne:
    """The person concerned, as typed at filing; never a NIR."""

    civilite: str
    nom: str
    prenom: str
    date_naissance: str
    lieu_naissance: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MotifDemande:
    """The offre and motif with what they entail; labels as the caisse had them at that version."""

    offre: str
    offre_libelle: str
    motif: str
    motif_libelle: str
    file_attente: str
    priorite: int
    drapeaux: frozenset[str] = frozenset()
    personne_requise: bool = True
    referentiel_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametresDemande:
    """What the caisse decides for this demande today (domain §12.2)."""

    calendrier: Calendrier
    sla: Sla
    echange_rappel_jours: int = 15
    echange_cloture_jours: int = 30
    telechargement_jours: int = 15
    telechargement_rappel_jours_avant: int = 3
    mas_premier_contact_jours_ouvres: int = 2
    mas_tentatives: int = 3
    mas_tentatives_jours_ouvres: int = 5
    complement_attestation_jours: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ActeJournal:
    """A line of the history agents read. `acteur` empty: the house itself."""

    acte: str
    acteur: str
    survenu_le: datetime
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Demande:
    """The record that arbitrates. `messages`: only those added now; `version_fil`: what a screen must have seen to write."""

    numero: NumeroDemande
    caisse_code: CaisseCode
    structure_id: StructureId
    demandeur_id: CompteId
    demandeur_nom: str
    deposee_le: datetime
    motif: MotifDemande
    personne: Personne | None
    precisions: dict[str, str | bool | list[str]] = field(default_factory=dict)
    doublon_justification: str = ""
    prise_en_charge: Horloge
    resolution: Horloge
    sous_etat: SousEtat = SousEtat.NOUVEAU
    statut_modifie_le: datetime
    derniere_activite_le: datetime
    dernier_cote: MessageCote = MessageCote.FO
    agent: CompteActeur | None = None
    pris_en_charge_le: datetime | None = None
    attente_depuis: datetime | None = None
    resolu_le: datetime | None = None
    issue: str | None = None
    rouverte: bool = False
    echeances: dict[str, datetime] = field(default_factory=dict)
    franchies: dict[str, datetime] = field(default_factory=dict)
    escalades_pct: tuple[int, ...] = (100,)
    saisine: Saisine | None = None
    attestation: Attestation | None = None
    pieces: list[PieceJointe] = field(default_factory=list)
    suspendu: bool = False
    etapes_ignorees: frozenset[str] = frozenset()
    version: int = 1
    version_fil: int = 1
    messages: list[Message] = field(default_factory=list)
    events: list[DemandeEvenement] = field(default_factory=list)
    journal: list[ActeJournal] = field(default_factory=list)

    @property
    def statut(self) -> StatutDemande:
        """The public status."""
        return self.sous_etat.statut

    @property
    def is_resolue(self) -> bool:
        """Whether the caisse gave its answer."""
        return self.sous_etat is SousEtat.RESOLU

    @property
    def escalade(self) -> int:
        """How many thresholds that go up to the superviseur were met on a clock that still runs."""
        cles = [f"{horloge.cle}:{seuil}" for horloge in self.horloges if horloge.is_running for seuil in self.escalades_pct]
        return sum(cle in self.franchies for cle in [*cles, *([] if self.is_resolue else [CAP])])

    @property
    def is_en_retard(self) -> bool:
        """Whether a running clock passed its net deadline, as the process was told."""
        return any(horloge.is_running and f"{horloge.cle}:100" in self.franchies for horloge in self.horloges)

    @property
    def horloges(self) -> tuple[Horloge, Horloge]:
        """Time to take in charge, time to resolve."""
        return self.prise_en_charge, self.resolution

    def take_in_charge(self, agent: CompteActeur, *, now: datetime, calendrier: Calendrier) -> None:
        """The agent takes it, or takes up again what the partner answered. Raises: AlreadyTaken, AlreadyResolved."""
        self.check_not_resolue()
        if self.agent is not None and self.agent.compte_id != agent.compte_id:
            prise_le = self.pris_en_charge_le or self.statut_modifie_le
            heure = prise_le.astimezone(calendrier.fuseau).strftime("%H:%M")
            raise DemandeAlreadyTakenError(self.agent.nom, prise_le, heure)
        if self.agent is None:
            self._start(agent, now)
        elif self.sous_etat is SousEtat.RETOUR_PARTENAIRE:
            self.resume(agent, now=now)

    def resume(self, agent: CompteActeur, *, now: datetime) -> None:
        """Work goes on after the partner's answer."""
        self._move(SousEtat.EN_COURS, now)
        self.note_act("resume", agent, now)
        self.say(DemandeFait.EVOLUEE, now)

    def assign(self, agent: CompteActeur, par: CompteActeur, *, now: datetime) -> None:
        """A superviseur gives it to an agent. Raises: AlreadyResolved."""
        self.check_not_resolue()
        if self.agent is None and self.sous_etat is SousEtat.NOUVEAU:
            self._start(agent, now)
        self.agent = agent
        self.note_act("assign", par, now, agent.nom)
        self.say(DemandeFait.EVOLUEE, now)

    def ask(self, message_id: UUID, texte: str, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande) -> Message:
        """A question: we wait for the partner, the net clock stops. Raises: AlreadyResolved, TexteMissing, TexteTooLong."""
        message = self._write(message_id, MessageCote.BO, MessageGenre.QUESTION, texte, agent, now)
        if self.sous_etat is SousEtat.NOUVEAU:
            self._start(agent, now)
        self.attente_depuis = self.attente_depuis or now
        self._drop(RESOLUTION)
        calendrier = parametres.calendrier
        for cle, jours in ((ECHANGE_RAPPEL, parametres.echange_rappel_jours), (ECHANGE_CLOTURE, parametres.echange_cloture_jours)):
            self.franchies.pop(cle, None)
            self.echeances[cle] = calendrier.add_jours(now, jours)
        self._move(SousEtat.ATTENTE_PARTENAIRE, now)
        self.note_act("ask", agent, now)
        self.say(DemandeFait.COMPLEMENT_DEMANDE, now)
        return message

    def inform(self, message_id: UUID, texte: str, agent: CompteActeur, *, now: datetime) -> Message:
        """A piece of information: no state changes, the partner is told. Raises: AlreadyResolved, TexteMissing, TexteTooLong."""
        message = self._write(message_id, MessageCote.BO, MessageGenre.INFORMATION, texte, agent, now)
        self.say(DemandeFait.EVOLUEE, now, message_caisse=True)
        self.note_act("inform", agent, now)
        return message

    def tell(self, message_id: UUID, texte: str, agent: CompteActeur, *, now: datetime) -> None:
        """What the partner must know even after the answer: the withdrawal of a consent. Nobody else writes there."""
        message = Message(id=message_id, cote=MessageCote.BO, genre=MessageGenre.INFORMATION, auteur=agent, texte=texte, envoye_le=now)
        self.messages.append(message)
        self.version_fil += 1
        self.say(DemandeFait.EVOLUEE, now, message_caisse=True)

    def annotate(self, message_id: UUID, texte: str, agent: CompteActeur, *, now: datetime) -> Message:
        """An internal note, whatever the state. Raises: TexteMissing, TexteTooLong."""
        note = Message(
            id=message_id, cote=MessageCote.BO, genre=MessageGenre.NOTE, auteur=agent, texte=check_texte(texte), envoye_le=now
        )  # fmt: skip
        self.messages.append(note)
        self.note_act("annotate", agent, now)
        return note

    def answer(
        self, message_id: UUID, texte: str, partenaire: CompteActeur, *, has_pieces: bool, now: datetime, parametres: ParametresDemande
    ) -> Message:
        """The partner writes: a text, files, or both. Raises: AlreadyResolved, TexteMissing, TexteTooLong."""
        message = self._write(message_id, MessageCote.FO, MessageGenre.COMPLEMENT, texte, partenaire, now, requis=not has_pieces)
        if self.sous_etat is SousEtat.ATTENTE_PARTENAIRE:
            self._end_attente(now, parametres)
            self._move(SousEtat.RETOUR_PARTENAIRE, now)
        if self.attestation is not None:
            self.attestation.note_answer()
        self.note_act("answer", partenaire, now)
        self.say(DemandeFait.COMPLEMENT_RECU, now)
        return message

    def resolve(
        self, message_id: UUID, texte: str, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande, issue: str = RESOLUE
    ) -> Message:
        """The caisse's answer. Raises: AlreadyResolved, TexteMissing, TexteTooLong, AttestationNotDecided."""
        if issue == RESOLUE:  # a withdrawal is never refused
            self._check_attestation()
        message = self._write(message_id, MessageCote.BO, MessageGenre.REPONSE_FINALE, texte, agent, now)
        if self.sous_etat is SousEtat.NOUVEAU:
            self._start(agent, now)
        if self.sous_etat is SousEtat.ATTENTE_PARTENAIRE:
            self._end_attente(now, parametres)
        self.resolution.arretee_le = self.resolu_le = now
        self.issue = issue
        self.echeances.clear()
        if self.attestation is not None:
            self.attestation.close(now)
        self._move(SousEtat.RESOLU, now)
        self.note_act("resolve", agent, now)
        self.say(DemandeFait.RESOLUE, now)
        return message

    def reopen(self, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande) -> None:
        """The caisse takes its answer back: a new time to resolve starts now. Raises: DemandeNotResolvedError."""
        if not self.is_resolue:
            raise DemandeNotResolvedError(self.numero)
        self.resolu_le = self.issue = None
        self.rouverte = True
        self.agent = agent
        self.resolution = Horloge.start(RESOLUTION, parametres.sla.resolution, now, parametres.calendrier)
        self._drop(RESOLUTION, met_too=True)
        self.arm(self.resolution, now, parametres)
        self.arm_cap(parametres)
        if self.attestation is not None and ROUTAGE_ATTESTATION in self.motif.drapeaux:
            self.attestation.reopen()
        self._move(SousEtat.EN_COURS, now)
        self.note_act("reopen", agent, now)
        self.say(DemandeFait.ROUVERTE, now)

    def arm(self, horloge: Horloge, now: datetime, parametres: ParametresDemande) -> None:
        """Time the alerts of a running clock; one met already comes again only if it moved to the future."""
        for cle, instant in horloge.alertes(parametres.sla.alertes_pct, parametres.calendrier).items():
            if instant > now:
                self.franchies.pop(cle, None)
            if cle not in self.franchies:
                self.echeances[cle] = instant

    def arm_cap(self, parametres: ParametresDemande) -> None:
        """Time the cap, counted from the filing and never suspended, unless it was met already."""
        self.echeances.pop(CAP, None)
        cap = parametres.sla.cap(self.deposee_le, parametres.calendrier)
        if cap is not None and CAP not in self.franchies:
            self.echeances[CAP] = cap

    def disarm(self, genre: str) -> None:
        """Time no longer what begins with this."""
        self._drop(genre)

    def say(self, fait: DemandeFait, now: datetime, *, message_caisse: bool = False) -> None:
        """Something the process must see."""
        self.version += 1
        self.events.append(DemandeChangee(fait, now, self.version, message_caisse))

    def note_act(self, acte: str, acteur: CompteActeur | None, now: datetime, detail: str = "") -> None:
        """A line of the history."""
        self.journal.append(ActeJournal(acte=acte, acteur=acteur.nom if acteur else "", survenu_le=now, detail=detail))

    def check_not_resolue(self) -> None:
        """Raises: DemandeAlreadyResolvedError."""
        if self.is_resolue:
            raise DemandeAlreadyResolvedError(self.numero)

    def _check_attestation(self) -> None:
        """No answer before the table has concluded (domain §5.3, row 1), unless an operator gave its routing up.

        Raises: AttestationNotDecidedError.
        """
        attestation = self.attestation
        if attestation is None or not attestation.is_open:
            return
        decision = attestation.decision
        given_up = decision is None and not self.etapes_ignorees.isdisjoint({ETAPE_DELIVRANCE, attestation.etape_routage})
        if not given_up and (decision is None or decision.issue is Issue.VERIFIER_COMPTE):
            raise AttestationNotDecidedError(_SANS_ORIENTATION)

    def _start(self, agent: CompteActeur, now: datetime) -> None:
        """Taken in charge, explicitly or by the first act of the caisse. The house itself is nobody's agent."""
        if agent.compte_id is not None:
            self.agent = agent
        is_first = self.pris_en_charge_le is None
        if is_first:
            self.pris_en_charge_le = self.prise_en_charge.arretee_le = now
            self._drop(PRISE_EN_CHARGE)
        if self.sous_etat in {SousEtat.NOUVEAU, SousEtat.RETOUR_PARTENAIRE}:
            self._move(SousEtat.EN_COURS, now)
        self.note_act("take_in_charge", agent, now)
        self.say(DemandeFait.PRISE_EN_CHARGE if is_first else DemandeFait.EVOLUEE, now)

    def _end_attente(self, now: datetime, parametres: ParametresDemande) -> None:
        """The net clock runs again, later by what the wait took of opening time."""
        self.resolution.add_suspension(self.attente_depuis or now, now, parametres.calendrier)
        self.attente_depuis = None
        for cle in (ECHANGE_RAPPEL, ECHANGE_CLOTURE, ATTESTATION_COMPLEMENT):
            self.echeances.pop(cle, None)
            self.franchies.pop(cle, None)
        self.arm(self.resolution, now, parametres)

    def _write(
        self,
        message_id: UUID,
        cote: MessageCote,
        genre: MessageGenre,
        texte: str,
        auteur: CompteActeur,
        now: datetime,
        *,
        requis: bool = True,
    ) -> Message:
        self.check_not_resolue()
        message = Message(id=message_id, cote=cote, genre=genre, auteur=auteur, texte=check_texte(texte, requis=requis), envoye_le=now)
        self.messages.append(message)
        self.dernier_cote, self.derniere_activite_le = cote, now
        self.version_fil += 1
        return message

    def _move(self, sous_etat: SousEtat, now: datetime) -> None:
        if sous_etat is not self.sous_etat:
            self.sous_etat, self.statut_modifie_le, self.derniere_activite_le = sous_etat, now, now

    def _drop(self, genre: str, *, met_too: bool = False) -> None:
        for cles in (self.echeances, self.franchies) if met_too else (self.echeances,):
            for cle in [cle for cle in cles if cle.partition(":")[0] == genre]:
                del cles[cle]
