"""What the page of a demande shows beside the contract: panels read into typed views. Pure."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.case.operations.droits import ACTES, Acte
from services.case.web.bureau import ChoixFile
from services.case.web.presentation import ORIENTATIONS, Orientation
from shared.contracts.http.case import DossierVue, MessageVue, PieceVue
from shared.contracts.perimetre import Perimetre, Role

_CHECKS: Final = ("procuration_refusee", "autre_organisme", "beneficiaire_ame", "mineur_ase", "tuteur")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationVue:
    """The attestation panel (A-10): the decision with its row, and what it was taken from."""

    is_open: bool
    orientation: Orientation | None
    issue: str
    ligne: str
    compte: str
    compte_declare: str
    motif_inaccessibilite: str
    qualite: str
    habilitation: str
    procuration: str
    date_signature: date | None
    inviter_avenant: bool
    coches: frozenset[str] = field(default=frozenset())

    @property
    def fait(self) -> str:
        """The button that says the decision was carried out and answers the partner; empty when a file or a question is needed."""
        return self.orientation.fait if self.is_open and self.orientation else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Droits:
    """What this agent may press now; the desk refuses the rest anyway."""

    take: bool
    resume: bool
    write: bool
    reopen: bool
    assign: bool
    requalify: bool
    join_files: bool
    saisine: bool
    retrait: bool


def rights_of(dossier: DossierVue, agent: Perimetre) -> Droits:
    """The buttons of the page. An answered demande is only read, or reopened."""
    saisine, mas = dossier.saisine_mas, Acte.WITHDRAW_CONSENTEMENT in ACTES[agent.role]
    resolved, works = dossier.statut == "RESOLU", agent.role is not Role.SERVICE_PARTENARIAT or dossier.file_attente == "partenariat"
    return Droits(
        take=works and dossier.sous_etat == "nouveau",
        resume=works and dossier.sous_etat == "retour_partenaire",
        write=works and not resolved,
        reopen=works and resolved,
        assign=not resolved and agent.role is Role.SUPERVISEUR,
        requalify=works and not resolved,
        join_files=dossier.peut_recevoir_pieces,
        saisine=works and not resolved and mas,
        retrait=mas and saisine is not None and saisine.retire_le is None,  # « à tout moment »: after the answer too
    )


def attestation_of(dossier: DossierVue) -> AttestationVue | None:
    """The attestation panel, when the motif is one."""
    told = dossier.attestation
    if told is None:
        return None
    issue = told.get("issue", "")
    return AttestationVue(
        is_open=told.get("etat") != "close",
        orientation=ORIENTATIONS.get(issue),
        issue=issue,
        ligne=told.get("ligne", ""),
        compte=told.get("compte", "?"),
        compte_declare=told.get("compte_declare", ""),
        motif_inaccessibilite=told.get("motif_inaccessibilite", ""),
        qualite=told.get("qualite", ""),
        habilitation=told.get("habilitation", "0"),
        procuration=told.get("procuration", "ko"),
        date_signature=_day(told.get("date_signature_procuration", "")),
        inviter_avenant=told.get("inviter_avenant") == "oui",
        coches=frozenset(cle for cle in _CHECKS if told.get(cle) == "oui"),
    )


def expected_pieces(dossier: DossierVue) -> list[tuple[str, bool]]:
    """Each piece the motif expects, and whether a file of that type arrived and stands (ux T04)."""
    arrived = {piece.type_libelle for piece in sent_pieces(dossier) if piece.etat in {"recue", "saine"}}
    return [(piece, piece in arrived) for piece in dossier.pieces_attendues]


def sent_pieces(dossier: DossierVue) -> list[PieceVue]:
    """Files of the partner, oldest first."""
    return [piece for piece in dossier.pieces if piece.sens == "envoyee"]


def final_answer(dossier: DossierVue) -> MessageVue | None:
    """The answer that resolved the demande, with who wrote it and when."""
    finales = [message for message in dossier.messages if message.genre == "reponse_finale"]
    return finales[-1] if finales and dossier.statut == "RESOLU" else None


def origins(dossier: DossierVue) -> dict[str, str]:
    """For each file, the message it came with (ux U14)."""
    return {str(piece.id): f"{message.auteur}" for message in dossier.messages for piece in message.pieces}


def motifs_of(choix: ChoixFile, dossier: DossierVue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where the demande may be requalified: every motif of the caisse but its own."""
    here = f"{dossier.offre}/{dossier.motif}"
    shut = choix.a_deposer | {here}
    groups = [(offre, [(m.valeur, m.libelle) for m in motifs if m.valeur not in shut]) for offre, motifs in choix.motifs]
    return [(offre, motifs) for offre, motifs in groups if motifs]


def _day(texte: str) -> date | None:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return None
