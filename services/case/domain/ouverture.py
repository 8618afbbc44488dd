"""Opening the record of a filed demande: its clocks start at the filing, whenever the record opens (domain §6.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.case.domain.attestation import SANS_MANDAT, Attestation, Surcharges
from services.case.domain.delais import PRISE_EN_CHARGE, RESOLUTION, Horloge
from services.case.domain.demande import (
    CONSENTEMENT_REQUIS,
    ROUTAGE_ATTESTATION,
    Demande,
    MotifDemande,
    ParametresDemande,
    Personne,
)
from services.case.domain.echange import CompteActeur, Message, MessageCote, MessageGenre
from services.case.domain.evenements import DemandeFait
from services.case.domain.piece_jointe import PieceJointe
from services.case.domain.saisine_mas import PREMIER_CONTACT, Consentement, Saisine
from shared.kernel.errors import ContractError
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId

Precisions = dict[str, str | bool | list[str]]


class ConsentementMissingError(ContractError):
    """A referral was filed without its declaration: intake should have refused it (RG-08)."""

    code = "consentement-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandeDeposee:
    """What was filed. `message_id`: of the first message, the comment."""

    numero: NumeroDemande
    caisse_code: CaisseCode
    structure_id: StructureId
    demandeur_id: CompteId
    demandeur_nom: str
    deposee_le: datetime
    personne: Personne | None
    commentaire: str
    precisions: Precisions
    consentement: Consentement | None
    doublon_justification: str
    message_id: UUID
    pieces: list[PieceJointe]


def open_demande(depot: DemandeDeposee, motif: MotifDemande, parametres: ParametresDemande, *, now: datetime) -> Demande:
    """The record, with its clocks, its first message and the referral or delivery its motif asks for.

    Raises: ConsentementMissingError.
    """
    calendrier, sla = parametres.calendrier, parametres.sla
    demande = Demande(
        numero=depot.numero,
        caisse_code=depot.caisse_code,
        structure_id=depot.structure_id,
        demandeur_id=depot.demandeur_id,
        demandeur_nom=depot.demandeur_nom,
        deposee_le=depot.deposee_le,
        motif=motif,
        personne=depot.personne,
        precisions=depot.precisions,
        doublon_justification=depot.doublon_justification,
        prise_en_charge=Horloge.start(PRISE_EN_CHARGE, sla.prise_en_charge, depot.deposee_le, calendrier),
        resolution=Horloge.start(RESOLUTION, sla.resolution, depot.deposee_le, calendrier),
        statut_modifie_le=depot.deposee_le,
        derniere_activite_le=depot.deposee_le,
        escalades_pct=sla.escalades_pct,
        pieces=depot.pieces,
        version=0,
    )
    demande.messages.append(_first_message(depot))
    arm_all(demande, now, parametres)
    if CONSENTEMENT_REQUIS in motif.drapeaux:
        _open_saisine(demande, depot, parametres)
    if ROUTAGE_ATTESTATION in motif.drapeaux:
        demande.attestation = open_attestation(depot.precisions)
    demande.note_act("open", None, now)
    demande.say(DemandeFait.OUVERTE, now)
    return demande


def arm_all(demande: Demande, now: datetime, parametres: ParametresDemande) -> None:
    """Time what the state allows: each clock that runs, and the cap, counted from the filing."""
    for horloge in demande.horloges:
        demande.disarm(horloge.cle)
        if horloge.is_running and not (horloge is demande.resolution and demande.attente_depuis):
            demande.arm(horloge, now, parametres)
    demande.arm_cap(parametres)


def open_attestation(precisions: Precisions, *, rang: int = 1) -> Attestation:
    """What the partner declared; O3 and O4 are proposed from the capacity in which it acts."""
    qualite = _word(precisions, "qualite_partenaire") or SANS_MANDAT
    return Attestation(
        compte_declare=_word(precisions, "compte_ameli"),
        motif_inaccessibilite=_word(precisions, "motif_inaccessibilite"),
        qualite=qualite,
        date_signature_procuration=_word(precisions, "date_signature_procuration"),
        surcharges=Surcharges(mineur_ase=qualite == "ase", tuteur=qualite == "tuteur"),
        rang=rang,
    )


def _open_saisine(demande: Demande, depot: DemandeDeposee, parametres: ParametresDemande) -> None:
    if depot.consentement is None:
        raise ConsentementMissingError("a referral without its declaration of consent")
    demande.saisine = Saisine(consentement=depot.consentement)
    demande.echeances[PREMIER_CONTACT] = parametres.calendrier.add_jours_ouvres(
        depot.deposee_le, parametres.mas_premier_contact_jours_ouvres
    )


def _first_message(depot: DemandeDeposee) -> Message:
    return Message(
        id=depot.message_id,
        cote=MessageCote.FO,
        genre=MessageGenre.DEPOT,
        auteur=CompteActeur(compte_id=depot.demandeur_id, nom=depot.demandeur_nom),
        texte=depot.commentaire,
        envoye_le=depot.deposee_le,
    )


def _word(precisions: Precisions, code: str) -> str:
    valeur = precisions.get(code, "")
    return valeur if isinstance(valeur, str) else ""
