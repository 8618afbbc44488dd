"""What each deadline does when it falls due (house §9.3). Met once per key; nothing when it is no longer due."""

from datetime import datetime
from uuid import UUID

from services.case.domain.attestation import Decision, Issue
from services.case.domain.delais import CAP
from services.case.domain.demande import ATTESTATION_COMPLEMENT, ECHANGE_CLOTURE, ECHANGE_RAPPEL, Demande, ParametresDemande
from services.case.domain.evenements import DemandeFait, EcheanceFait, EcheanceFranchie
from services.case.domain.orientation import MAISON, TEXTE_SANS_COMPLEMENT
from services.case.domain.piece_jointe import EtatPiece, PieceJointe
from services.case.domain.publication import find_piece, note_expiree, tell_disponibilite
from services.case.domain.saisine_mas import TENTATIVES, TEXTE_INJOIGNABLE
from shared.kernel.identifiers import PieceJointeId

_PIECE = "piece_jointe"
RAPPEL_TELECHARGEMENT = "j12"
FIN_TELECHARGEMENT = "j15"
_TOUT = "100"
_MAS = "mas"


def meet_echeance(demande: Demande, cle: str, message_id: UUID, *, now: datetime, parametres: ParametresDemande) -> bool:
    """Do what the deadline asks. Whether it was due: otherwise nothing changed."""
    if cle.startswith(f"{_PIECE}:"):
        return _meet_piece(demande, cle, now)
    echue_le = demande.echeances.get(cle)
    if echue_le is None or now < echue_le or (cle == ATTESTATION_COMPLEMENT and not _awaits_complement(demande)):
        return False
    del demande.echeances[cle]
    demande.franchies[cle] = now
    demande.version += 1
    if cle == TENTATIVES:
        _tell_injoignable(demande, message_id, now, parametres)
    elif cle == ATTESTATION_COMPLEMENT:
        _send_to_assure(demande, message_id, now, parametres)
    else:
        _tell(demande, cle, now)
    return True


def _tell(demande: Demande, cle: str, now: datetime) -> None:
    """Alerts up to the deadline are « approchee », the deadline itself, the cap and the proposal to close « depassee »."""
    demande.note_act("meet_echeance", None, now, cle)
    if cle.startswith(f"{_MAS}:"):
        _tell_premier_contact(demande, now)
        return
    approchee = cle == ECHANGE_RAPPEL or (":" in cle and cle != ECHANGE_CLOTURE and cle.rpartition(":")[2] != _TOUT)
    fait = EcheanceFait.APPROCHEE if approchee else EcheanceFait.DEPASSEE
    demande.events.append(EcheanceFranchie(fait, now, cle))


def _tell_premier_contact(demande: Demande, now: datetime) -> None:
    """Nobody called in time: the superviseur is alerted, unless the time to take in charge, passed too, does it already.

    Its own key would tell the motif on the bus: it goes out as the calendar alarm, which other motifs have.
    """
    demande.say(DemandeFait.EVOLUEE, now)
    horloge = demande.prise_en_charge
    if not (horloge.is_running and horloge.nette_le <= now):
        demande.events.append(EcheanceFranchie(EcheanceFait.DEPASSEE, now, CAP))


def _meet_piece(demande: Demande, cle: str, now: datetime) -> bool:
    piece, borne = piece_of(demande, cle)
    if piece is None or cle in demande.franchies:
        return False
    if borne == FIN_TELECHARGEMENT:
        if not piece.is_expiree(now) or not note_expiree(demande, piece.id):
            return False
    elif piece.rappel_attendu_le is None or now < piece.rappel_attendu_le or piece.is_expiree(now):
        return False
    else:
        demande.franchies[cle] = now
        demande.events.append(EcheanceFranchie(EcheanceFait.APPROCHEE, now, cle))
    demande.version += 1
    return True


def _tell_injoignable(demande: Demande, message_id: UUID, now: datetime, parametres: ParametresDemande) -> None:
    """Three failed attempts: back to the partner."""
    if demande.saisine is None or not demande.saisine.is_open or demande.is_resolue:
        return
    demande.saisine.injoignable_le = now
    demande.ask(message_id, TEXTE_INJOIGNABLE, MAISON, now=now, parametres=parametres)
    demande.note_act("tell_injoignable", None, now)


def _send_to_assure(demande: Demande, message_id: UUID, now: datetime, parametres: ParametresDemande) -> None:
    """O5: the missing piece never came; the attestation goes to the person and the demande is closed."""
    if demande.attestation is not None:
        demande.attestation.decision = Decision(Issue.ENVOI_ASSURE, "O5")
    demande.resolve(message_id, TEXTE_SANS_COMPLEMENT, MAISON, now=now, parametres=parametres)


def _awaits_complement(demande: Demande) -> bool:
    """O5 follows a COMPLEMENT that stands: an agent's fact may have the table applied anew just now."""
    return demande.attestation is not None and demande.attestation.awaits_complement


def move_echeance(demande: Demande, cle: str, echue_le: datetime, *, now: datetime, may_move_pieces: bool) -> bool:
    """An operator moves a deadline. Whether it was there to be moved; the end of a received file moves its whole window."""
    if cle.startswith(f"{_PIECE}:"):
        piece, borne = piece_of(demande, cle)
        if piece is None or not piece.is_publiee or not may_move_pieces:
            return False
        if borne == FIN_TELECHARGEMENT:
            piece.echeance_telechargement = echue_le
            tell_disponibilite(demande, piece, now)
        else:
            piece.rappel_le = echue_le
        demande.franchies.pop(cle, None)
    elif cle in demande.echeances:
        demande.echeances[cle] = echue_le
        _move_clock(demande, cle, echue_le)
    else:
        return False
    demande.version += 1
    return True


def _move_clock(demande: Demande, cle: str, echue_le: datetime) -> None:
    """The end of a clock moves with its deadline: badges, the late view and the notice must tell the same instant (ux A09)."""
    for horloge in demande.horloges:
        if cle == f"{horloge.cle}:{_TOUT}":
            horloge.nette_le = echue_le


def piece_of(demande: Demande, cle: str) -> tuple[PieceJointe | None, str]:
    """The file behind `piece_jointe:<id>:j15`, and which of its bounds."""
    _, _, reste = cle.partition(":")
    identifiant, _, borne = reste.rpartition(":")
    try:
        return find_piece(demande, PieceJointeId(UUID(identifiant))), borne
    except ValueError:
        return None, borne


def echeances_pieces(demande: Demande, now: datetime) -> dict[str, datetime]:
    """Reminders and ends of the files the partner was given, by key."""
    echeances: dict[str, datetime] = {}
    for piece in demande.pieces:
        rappel = f"{_PIECE}:{piece.id}:{RAPPEL_TELECHARGEMENT}"
        if piece.echeance_telechargement is None or piece.etat is not EtatPiece.SAINE:
            continue
        if piece.rappel_attendu_le is not None and rappel not in demande.franchies and now < piece.echeance_telechargement:
            echeances[rappel] = piece.rappel_attendu_le
        echeances[f"{_PIECE}:{piece.id}:{FIN_TELECHARGEMENT}"] = piece.echeance_telechargement
    return echeances
