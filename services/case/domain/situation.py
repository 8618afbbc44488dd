"""What a process may decide on, computed from the record alone: deadlines, steps asked for, the end (house §9.2).

Pure and total: the same record at the same instant gives the same situation. Nothing here tells a person nor the motif.
"""

from dataclasses import dataclass, field
from datetime import datetime

from services.case.domain.demande import Demande, SousEtat
from services.case.domain.echeances import echeances_pieces
from services.case.domain.orientation import is_routable
from services.case.domain.piece_jointe import EtatPiece, PieceSens

TRAITEMENT, SAISINE_MAS, DELIVRANCE_ATTESTATION = "traitement", "saisine_mas", "delivrance_attestation"
ANALYSE, PURGER, INTERROGER_AMELI, ROUTER = "analyse", "purger", "interroger_ameli", "router"
ETAPE_AMELI = "ameli"
ETAPE_RETRAIT = f"{PURGER}:retrait"
_GENRES = {SAISINE_MAS: "mas:", DELIVRANCE_ATTESTATION: "attestation:"}
_SANS_OCTETS = frozenset({EtatPiece.INFECTEE, EtatPiece.REFUSEE})  # set aside: destroyed with the verdict, and never said again
_ALERTES = {EtatPiece.INFECTEE: "PIECE_INFECTEE", EtatPiece.REFUSEE: "PIECE_REFUSEE", EtatPiece.ECARTEE: "PIECE_ECARTEE"}


@dataclass(frozen=True, slots=True)
class EtapeDemandee:
    """A step: its idempotency key, its type, the files it works on (ordered)."""

    cle: str
    type: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationDemande:
    """`echeances` ordered by instant, then key; `etapes` by key."""

    version: int
    sous_etat: str
    attente: str
    terminee: bool
    issue: str | None
    echeances: tuple[tuple[str, datetime], ...] = ()
    etapes: tuple[EtapeDemandee, ...] = ()
    expiration: datetime | None = None
    alertes: tuple[str, ...] = field(default=())


def situation_of(demande: Demande, processus: str, now: datetime) -> SituationDemande:
    """How things stand for this process."""
    echeances = _echeances(demande, processus, now)
    etapes = tuple(
        etape for etape in sorted(_etapes(demande, processus), key=lambda etape: etape.cle) if etape.cle not in demande.etapes_ignorees
    )
    terminee, issue = _fin(demande, processus, bool(echeances or etapes))
    disponibles = [piece.echeance_telechargement for piece in demande.pieces if piece.is_disponible(now) and piece.echeance_telechargement]
    return SituationDemande(
        version=demande.version,
        sous_etat=demande.sous_etat.value,
        attente=_attente(demande),
        terminee=terminee,
        issue=issue,
        echeances=echeances,
        etapes=etapes,
        expiration=min(disponibles, default=None),
        alertes=tuple(sorted({_ALERTES[piece.etat] for piece in demande.pieces if piece.etat in _ALERTES})),
    )


def _echeances(demande: Demande, processus: str, now: datetime) -> tuple[tuple[str, datetime], ...]:
    genre = _GENRES.get(processus)
    if genre is not None:
        echeances = {cle: instant for cle, instant in demande.echeances.items() if cle.startswith(genre)}
    else:
        enfants = tuple(_GENRES.values())
        echeances = {cle: instant for cle, instant in demande.echeances.items() if not cle.startswith(enfants)}
        echeances |= echeances_pieces(demande, now)
    return tuple(sorted(echeances.items(), key=lambda echeance: (echeance[1], echeance[0])))


def _etapes(demande: Demande, processus: str) -> list[EtapeDemandee]:
    if processus == SAISINE_MAS:
        envoyees = _a_purger(demande)
        return [EtapeDemandee(ETAPE_RETRAIT, PURGER, envoyees)] if envoyees else []
    if processus == DELIVRANCE_ATTESTATION:
        return _etapes_attestation(demande)
    enfants = []
    if _follows_saisine(demande):
        enfants.append(EtapeDemandee(SAISINE_MAS, SAISINE_MAS))
    if demande.attestation is not None and demande.attestation.is_open:
        enfants.append(EtapeDemandee(DELIVRANCE_ATTESTATION, DELIVRANCE_ATTESTATION))
    return [*enfants, *_analyses(demande)]


def _analyses(demande: Demande) -> list[EtapeDemandee]:
    """One step per filing or message that still has files without a verdict."""
    attendues: dict[str, list[str]] = {}
    for piece in demande.pieces:
        if piece.etat is EtatPiece.EN_ATTENTE:
            attendues.setdefault(f"{ANALYSE}:{piece.message_id}", []).append(str(piece.id))
    return [EtapeDemandee(cle, ANALYSE, tuple(sorted(ids))) for cle, ids in attendues.items()]


def _etapes_attestation(demande: Demande) -> list[EtapeDemandee]:
    attestation = demande.attestation
    if attestation is None or not attestation.is_open:
        return []
    if attestation.interroge_le is None:
        return [EtapeDemandee(ETAPE_AMELI, INTERROGER_AMELI)]
    return [EtapeDemandee(attestation.etape_routage, ROUTER)] if is_routable(demande) else []


def _follows_saisine(demande: Demande) -> bool:
    """Whether the referral's process has something to do: it ends when this is false, and is asked for while it is true."""
    return demande.saisine is not None and (demande.saisine.is_open or bool(_a_purger(demande)))


def _a_purger(demande: Demande) -> tuple[str, ...]:
    """Sent files whose bytes only the withdrawn consent allowed to keep; none once an operator gave the purge up."""
    if demande.saisine is None or demande.saisine.retire_le is None or ETAPE_RETRAIT in demande.etapes_ignorees:
        return ()
    envoyees = [piece for piece in demande.pieces if piece.sens is PieceSens.ENVOYEE and piece.etat not in _SANS_OCTETS]
    return tuple(sorted(str(piece.id) for piece in envoyees if piece.detruite_le is None))


def _fin(demande: Demande, processus: str, pending: bool) -> tuple[bool, str | None]:
    """A child is over with what it followed; the demande when it is resolved and nothing is left."""
    if processus == SAISINE_MAS:
        return not _follows_saisine(demande), demande.saisine.issue if demande.saisine else None
    if processus == DELIVRANCE_ATTESTATION:
        return demande.attestation is None or not demande.attestation.is_open, demande.attestation.issue if demande.attestation else None
    return demande.is_resolue and not pending, demande.issue


def _attente(demande: Demande) -> str:
    if demande.sous_etat is SousEtat.ATTENTE_PARTENAIRE:
        return "PARTENAIRE"
    return "SYSTEME" if demande.is_resolue else "CAISSE"
