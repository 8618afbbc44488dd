"""The whole demande: as its structure reads it, as an agent reads it. Every reading is traced (ux A22, domain LG-01)."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from services.case.domain.attestation import Attestation, Issue
from services.case.domain.demande import Demande
from services.case.domain.orientation import has_procuration
from services.case.domain.publication import find_piece
from services.case.domain.recherche import personne_cle
from services.case.domain.saisine_mas import PREMIER_CONTACT, Saisine
from services.case.operations.dossier import Dossier, load_dossier, structure_of
from services.case.operations.droits import Acte
from services.case.operations.regles import attestation_structure, may_send
from services.case.operations.tools import Tools
from services.case.operations.views import horloge_view, message_views, personne_view, piece_view, precision_views
from services.case.store import history, messages, queue
from services.case.store.tables import JournalRow
from shared.contracts.http.case import ConsentementVue, DemandeVue, DossierVue, Journal, SaisineVue, TentativeVue
from shared.contracts.perimetre import Perimetre, Role
from shared.contracts.reference import StructureRef
from shared.kernel.errors import NotFoundError
from shared.kernel.identifiers import NumeroDemande, PieceJointeId
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession

_URGENT: Final = "urgent"
_OUI: Final = "oui"
OPEN_PIECE: Final = "open_piece_jointe"
VISITES: Final = frozenset({Acte.READ_DOSSIER.value, OPEN_PIECE})  # of the history, for the superviseur alone (ux A22)
_SAME_VISIT: Final = timedelta(minutes=15)
_TEXTE_CONSENTEMENT: Final = "consentement_mas"


async def read_demande(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> DemandeVue:
    """The detail page of the partner; reading it clears « nouvelle réponse » for this account.

    Raises: DemandeNotFoundError, ActeForbiddenError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.READ_DEMANDE, lock=False)
    suivi = await history.find_suivi(session, numero, perimetre)
    await history.save_suivi(session, numero, perimetre=perimetre, lu_le=dossier.now)
    await record_act(session, perimetre, Acte.READ_DEMANDE, objet="demande", objet_id=numero, now=dossier.now)
    fil = await _demande_fields(session, dossier, perimetre)
    visible = dossier.referentiel.parametres.echeance_visible_partenaire and not dossier.demande.is_resolue
    return DemandeVue.model_validate(
        fil | {"suivie": bool(suivi and suivi.suivie), "echeance_indicative": dossier.demande.resolution.nette_le if visible else None}
    )


async def read_dossier(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> DossierVue:
    """The demande as the agent works on it. Raises: DemandeNotFoundError, ActeForbiddenError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.READ_DOSSIER, lock=False)
    demande, structure = dossier.demande, await structure_of(session, dossier.demande, tools)
    await record_act(session, perimetre, Acte.READ_DOSSIER, objet="demande", objet_id=numero, now=dossier.now)
    await _note_visit(session, dossier, Acte.READ_DOSSIER, perimetre=perimetre)
    cle = personne_cle(demande.personne)
    doublons = await queue.count_same_person(session, numero, cle, perimetre) if cle else 0
    hidden = frozenset[str]() if perimetre.role is Role.SUPERVISEUR else VISITES
    lignes = await messages.list_journal(session, numero, perimetre, without=hidden)
    fil = await _demande_fields(session, dossier, perimetre)
    return DossierVue.model_validate(
        fil
        | _structure_fields(dossier, structure)
        | {
            "suivie": False,
            "sous_etat": demande.sous_etat.value,
            "agent_nom": demande.agent.nom if demande.agent else "",
            "agent_id": demande.agent.compte_id if demande.agent else None,
            "priorite": demande.motif.priorite,
            "urgente": _URGENT in demande.motif.drapeaux,
            "file_attente": demande.motif.file_attente,
            "horloges": [horloge_view(horloge, demande, dossier.parametres.calendrier, dossier.now) for horloge in demande.horloges],
            "doublons_ouverts": doublons,
            "doublon_justification": demande.doublon_justification,
            "pieces_attendues": _pieces_attendues(dossier),
            "consentement": await _consentement(session, dossier, demande.saisine, tools) if demande.saisine else None,
            "saisine_mas": _saisine(demande, demande.saisine) if demande.saisine else None,
            "attestation": _attestation(dossier, demande.attestation, structure) if demande.attestation else None,
            "journal": [_journal(ligne, demande.saisine) for ligne in lignes],
        }
    )


async def open_piece(session: AsyncSession, numero: NumeroDemande, piece_id: UUID, *, perimetre: Perimetre, tools: Tools) -> None:
    """An agent opens a file of the demande: traced. Raises: DemandeNotFoundError, ActeForbiddenError, NotFoundError for a foreign file."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.READ_DOSSIER, lock=False)
    piece = find_piece(dossier.demande, PieceJointeId(piece_id))
    if piece is None:
        raise NotFoundError("Cette pièce n'est pas dans cette demande.")
    await record_act(session, perimetre, OPEN_PIECE, objet="piece_jointe", objet_id=str(piece_id), now=dossier.now)
    await _note_visit(session, dossier, OPEN_PIECE, piece.nom, perimetre=perimetre)


def _journal(ligne: JournalRow, saisine: Saisine | None) -> Journal:
    """How an attempt ended is read where a withdrawn consent erases it: the line of the history, which stays, never holds it."""
    tentatives = {tentative.tente_le: f"{tentative.issue} {tentative.canal}" for tentative in saisine.tentatives} if saisine else {}
    issue = tentatives.get(ligne.survenu_le, "") if ligne.acte == Acte.NOTE_TENTATIVE else ""
    return Journal(survenu_le=ligne.survenu_le, acteur=ligne.acteur, acte=ligne.acte, detail=ligne.detail or issue)


async def _note_visit(session: AsyncSession, dossier: Dossier, acte: str, detail: str = "", *, perimetre: Perimetre) -> None:
    demande = dossier.demande
    visite = messages.Visite(
        numero=demande.numero, structure_id=demande.structure_id, acte=str(acte), detail=detail, survenue_le=dossier.now
    )
    await messages.note_visit(session, visite, perimetre, since=dossier.now - _SAME_VISIT)


async def _demande_fields(session: AsyncSession, dossier: Dossier, perimetre: Perimetre) -> dict[str, object]:
    demande, referentiel, now = dossier.demande, dossier.referentiel, dossier.now
    fil = message_views(
        await messages.list_messages(session, demande.numero, perimetre),
        demande.pieces,
        perimetre=perimetre,
        referentiel=referentiel,
        now=now,
    )
    reponses = [message.texte for message in fil if message.genre == "reponse_finale"]
    return {
        "numero": demande.numero,
        "version": demande.version_fil,
        "offre": demande.motif.offre,
        "offre_libelle": demande.motif.offre_libelle,
        "motif": demande.motif.motif,
        "motif_libelle": demande.motif.motif_libelle,
        "deposee_le": demande.deposee_le,
        "pris_en_charge_le": demande.pris_en_charge_le,
        "demandeur_nom": demande.demandeur_nom,
        "statut": demande.statut.value,
        "statut_modifie_le": demande.statut_modifie_le,
        "complement_demande": demande.attente_depuis is not None,
        "peut_repondre": not demande.is_resolue,
        "personne": personne_view(demande),
        "commentaire": fil[0].texte if fil else "",
        "precisions": precision_views(demande, referentiel),
        "reponse": reponses[-1] if demande.is_resolue and reponses else "",
        "messages": fil,
        "pieces": [piece_view(piece, referentiel, now) for piece in demande.pieces],
    }


def _structure_fields(dossier: Dossier, structure: StructureRef) -> dict[str, object]:
    return {
        "structure_nom": structure.nom,
        "structure_type": structure.type_structure,
        "structure_habilitations": sorted({tenue.code for tenue in structure.habilitations if tenue.retiree_le is None}),
        "convention_statut": structure.convention_statut,
        "peut_recevoir_pieces": may_send(structure, dossier.demande, dossier.referentiel),
    }


def _pieces_attendues(dossier: Dossier) -> list[str]:
    attendues = dossier.regles.motif.pieces_attendues if dossier.regles.motif else []
    return [dossier.referentiel.types_pieces.get(code, code) for code in attendues]


async def _consentement(session: AsyncSession, dossier: Dossier, saisine: Saisine, tools: Tools) -> ConsentementVue:
    """The declaration with the words it was made in: those in force, else those of the rules the filing was judged by."""
    demande, declare = dossier.demande, saisine.consentement
    texte = dossier.referentiel.textes.get(_TEXTE_CONSENTEMENT)
    if texte is None or texte.version != declare.version_texte:
        du_depot = await tools.reference.version(session, demande.caisse_code, demande.motif.referentiel_version)
        texte = du_depot.textes.get(_TEXTE_CONSENTEMENT)
    return ConsentementVue(
        mode=declare.mode,
        donne_par=declare.donne_par,
        recueilli_par_nom=demande.demandeur_nom if declare.recueilli_par == str(demande.demandeur_id) else "",
        recueilli_le=declare.recueilli_le,
        declare_le=declare.declare_le,
        version_texte=declare.version_texte,
        texte=texte.texte if texte and texte.version == declare.version_texte else "",
    )


def _saisine(demande: Demande, saisine: Saisine) -> SaisineVue:
    return SaisineVue(
        ouverte=saisine.is_open,
        issue=saisine.issue or "",
        close_le=saisine.close_le,
        retire_le=saisine.retire_le,
        premier_contact_avant=demande.echeances.get(PREMIER_CONTACT),
        tentatives=[
            TentativeVue(tente_le=tentative.tente_le, canal=tentative.canal, issue=tentative.issue.value)
            for tentative in saisine.tentatives
        ],
    )


def _attestation(dossier: Dossier, attestation: Attestation, structure: StructureRef) -> dict[str, str]:
    """The decision with its row, and what it was taken from; flags are « oui » or absent."""
    regles = attestation_structure(structure, dossier.demande, dossier.referentiel)
    decision, surcharges = attestation.decision, attestation.surcharges
    procuration = has_procuration(dossier.demande, attestation, regles, dossier.parametres)
    coches = {
        "inviter_avenant": decision is not None and decision.inviter_avenant and decision.issue is Issue.ENVOI_ASSURE,
        "procuration_refusee": attestation.procuration_refusee,
        "autre_organisme": surcharges.autre_organisme,
        "beneficiaire_ame": surcharges.beneficiaire_ame,
        "mineur_ase": surcharges.mineur_ase,
        "tuteur": surcharges.tuteur,
    }
    return {
        "etat": "ouverte" if attestation.is_open else "close",
        "issue": decision.issue.value if decision else "",
        "ligne": decision.ligne if decision else "",
        "compte": attestation.compte.value,
        "compte_declare": attestation.compte_declare,
        "motif_inaccessibilite": attestation.motif_inaccessibilite,
        "qualite": attestation.qualite,
        "habilitation": regles.habilitation.value,
        "procuration": "ok" if procuration else "ko",
        "date_signature_procuration": attestation.date_signature_procuration,
    } | {code: _OUI for code, vrai in coches.items() if vrai}
