"""The record of demandes held in memory, with the steps that case and attachment perform: what the loop meets, without them.

A fact is put in `faits`; a test delivers it, drops it, doubles it or delays it. Acts are those of people or services.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from shared.contracts.activities import attachment, case
from shared.contracts.situation import Attributs, Echeance, Etape, Operation, Processus, Situation, TypeEtape, situation_inconnue

STRUCTURE = "0190b0a0-0000-7000-8000-000000000001"


@dataclass
class Vue:
    """What one process is told of the demande."""

    etapes: dict[str, Etape] = field(default_factory=dict)
    echeances: dict[str, datetime] = field(default_factory=dict)
    terminee: bool = False


@dataclass
class Dossier:
    """One demande as case records it."""

    numero: str
    version: int = 0
    sous_etat: str = ""
    issue: str | None = None
    suspendu: bool = False
    priorite: int = 3
    alertes: list[str] = field(default_factory=list)
    vues: dict[Processus, Vue] = field(default_factory=lambda: {processus: Vue() for processus in Processus})
    met: list[str] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    detruites: dict[str, str] = field(default_factory=dict)

    def change(self, sous_etat: str | None = None, *, issue: str | None = None) -> None:
        """One transaction: the version moves."""
        self.version += 1
        self.sous_etat = sous_etat or self.sous_etat
        self.issue = issue or self.issue

    @property
    def traitement(self) -> Vue:
        return self.vues[Processus.TRAITEMENT]

    def situation(self, processus: Processus) -> Situation:
        if not self.version:
            return situation_inconnue(self.numero)
        vue = self.vues[processus]
        echeances = [Echeance(cle=cle, echue_le=instant) for cle, instant in vue.echeances.items()]
        return Situation(
            numero=self.numero,
            version=self.version,
            sous_etat=self.sous_etat,
            terminee=vue.terminee or (processus is Processus.TRAITEMENT and self._is_over()),
            issue=self.issue,
            suspendu=self.suspendu,
            priorite=self.priorite,
            structure_id=STRUCTURE,
            attributs=self._attributs(),
            echeances=sorted(echeances, key=lambda echeance: (echeance.echue_le, echeance.cle)),
            etapes=list(vue.etapes.values()),
        )

    def _is_over(self) -> bool:
        return self.sous_etat == "resolue" and not self.traitement.echeances and not self.traitement.etapes

    def _attributs(self) -> Attributs:
        instants = sorted(self.traitement.echeances.values())
        return Attributs(
            offre="dossier_bloque",
            caisse=self.numero[2:5],
            sous_etat=self.sous_etat,
            attente="CAISSE",
            equipe="generale",
            issue=self.issue,
            echeance=instants[0] if instants else None,
            alertes=self.alertes,
        )

    def ask(self, etape: Etape, processus: Processus = Processus.TRAITEMENT) -> None:
        self.vues[processus].etapes[etape.cle] = etape

    def analyse(self, cle: str, *ids: str) -> None:
        self.ask(Etape(cle=cle, type=TypeEtape.ANALYSE, ids=list(ids)))


class Maison:
    """Case and attachment, as the engine sees them."""

    def __init__(self) -> None:
        self.dossiers: dict[str, Dossier] = {}
        self.faits: list[tuple[str, str]] = []
        self.journal: list[str] = []
        self.infectees: set[str] = set()
        self.antivirus_answers = True
        self.case_answers = True
        self.ameli_answers = True
        self.expires_after: datetime | None = None  # attachment's own instant, when it is not case's
        self.may_record = asyncio.Event()
        self.may_record.set()
        self.lag = False  # attachment's facts do not reach case

    def dossier(self, numero: str) -> Dossier:
        return self.dossiers.setdefault(numero, Dossier(numero))

    def say(self, numero: str, fait: str) -> None:
        self.faits.append((numero, fait))

    @activity.defn(name="case.read_situation")
    async def read_situation(self, entree: case.ReadSituationInput) -> Situation:
        self.journal.append(f"read:{entree.processus.value}")
        if not self.case_answers:
            raise ApplicationError("dependency-unavailable", type="DependencyUnavailableError")
        return self.dossier(entree.numero).situation(entree.processus)

    @activity.defn(name="case.meet_echeance")
    async def meet_echeance(self, entree: case.MeetEcheanceInput) -> Situation:
        self.journal.append(f"meet:{entree.cle}")
        dossier = self.dossier(entree.numero)
        vue, now = dossier.vues[entree.processus], activity.info().current_attempt_scheduled_time
        instant = vue.echeances.get(entree.cle)
        if instant is not None and instant <= now + timedelta(seconds=1):
            del vue.echeances[entree.cle]
            dossier.met.append(entree.cle)
            dossier.change()
        return dossier.situation(entree.processus)

    @activity.defn(name="case.perform_etape")
    async def perform_etape(self, entree: case.PerformEtapeInput) -> Situation:
        self.journal.append(f"perform:{entree.cle}")
        if not self.ameli_answers:
            raise ApplicationError("dependency-unavailable", type="DependencyUnavailableError", next_retry_delay=timedelta(hours=1))
        dossier = self.dossier(entree.numero)
        vue = dossier.vues[Processus.DELIVRANCE_ATTESTATION]
        if vue.etapes.pop(entree.cle, None) is not None:
            if entree.type == TypeEtape.INTERROGER_AMELI:
                dossier.ask(Etape(cle="router", type=TypeEtape.ROUTER), Processus.DELIVRANCE_ATTESTATION)
            else:
                vue.terminee = True
                dossier.traitement.etapes.pop("delivrance_attestation", None)
            dossier.change()
        return dossier.situation(Processus.DELIVRANCE_ATTESTATION)

    @activity.defn(name="case.record_operation")
    async def record_operation(self, entree: case.RecordOperationInput) -> Situation:
        self.journal.append(f"operation:{entree.operation.type}")
        await self.may_record.wait()
        dossier, operation = self.dossier(entree.numero), entree.operation
        if entree.cle_effet not in dossier.operations:
            dossier.operations[entree.cle_effet] = operation
            apply_operation(dossier, operation)
            dossier.change()
        return dossier.situation(Processus.TRAITEMENT)

    @activity.defn(name="attachment.scan_pieces_jointes")
    async def scan_pieces_jointes(self, entree: attachment.ScanPiecesJointesInput) -> attachment.ScanPiecesJointesResult:
        self.journal.append("scan:" + ",".join(entree.piece_jointe_ids))
        if not self.antivirus_answers:
            raise ApplicationError("dependency-unavailable", type="DependencyUnavailableError", next_retry_delay=timedelta(hours=1))
        dossier = self.dossier(entree.numero)
        verdicts = {id_: "infectee" if id_ in self.infectees else "saine" for id_ in entree.piece_jointe_ids}
        dossier.verdicts.update(verdicts)
        if not self.lag:
            self.note_verdicts(dossier, verdicts)
        return attachment.ScanPiecesJointesResult(
            verdicts=[attachment.VerdictPieceJointe(piece_jointe_id=id_, etat=etat) for id_, etat in verdicts.items()]
        )

    def note_verdicts(self, dossier: Dossier, verdicts: dict[str, str]) -> None:
        """Case takes in the verdicts; it says so only when the process must know (house §9.4)."""
        for cle, etape in list(dossier.traitement.etapes.items()):
            if etape.type is TypeEtape.ANALYSE and set(etape.ids) <= set(verdicts):
                del dossier.traitement.etapes[cle]
        dossier.change()
        if "infectee" in verdicts.values():
            dossier.alertes.append("PIECE_INFECTEE")
            self.say(dossier.numero, "evoluee")

    @activity.defn(name="attachment.destroy_pieces_jointes")
    async def destroy_pieces_jointes(self, entree: attachment.DestroyPiecesJointesInput) -> attachment.DestroyPiecesJointesResult:
        self.journal.append(f"destroy:{entree.motif}:" + ",".join(entree.piece_jointe_ids))
        if self.expires_after is not None and activity.info().current_attempt_scheduled_time < self.expires_after:
            return attachment.DestroyPiecesJointesResult(detruites=[])
        dossier = self.dossier(entree.numero)
        dossier.detruites.update(dict.fromkeys(entree.piece_jointe_ids, entree.motif))
        if entree.motif == "purge":
            vue = dossier.vues[Processus.SAISINE_MAS]
            vue.etapes, vue.terminee = {}, True
            dossier.traitement.etapes.pop("saisine_mas", None)
            dossier.change()
        return attachment.DestroyPiecesJointesResult(detruites=entree.piece_jointe_ids)

    @property
    def case_activities(self) -> list[object]:
        return [self.read_situation, self.meet_echeance, self.perform_etape, self.record_operation]

    @property
    def attachment_activities(self) -> list[object]:
        return [self.scan_pieces_jointes, self.destroy_pieces_jointes]


def apply_operation(dossier: Dossier, operation: Operation) -> None:
    """What case does of an operator's act."""
    vue = dossier.traitement
    match operation.type:
        case "hold":
            dossier.suspendu = True
        case "resume":
            dossier.suspendu = False
        case "skip_etape":
            vue.etapes.pop(operation.cle or "", None)
        case _:
            vue.echeances[operation.cle or ""] = operation.echue_le or datetime.now(UTC)
