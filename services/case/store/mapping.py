"""Between rows and the domain: every column and every JSON key is named here once."""

from datetime import datetime, timedelta
from typing import cast

from services.case.domain.attestation import Attestation, CompteAmeli, Decision, Issue, Surcharges
from services.case.domain.delais import PRISE_EN_CHARGE, RESOLUTION, Horloge
from services.case.domain.demande import Demande, MotifDemande, Personne, SousEtat
from services.case.domain.echange import CompteActeur, MessageCote
from services.case.domain.piece_jointe import EtatPiece, PieceJointe, PieceSens
from services.case.domain.saisine_mas import Consentement, IssueMas, Saisine, Tentative, TentativeIssue
from services.case.store.tables import DemandeRow, PieceJointeRow
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId

Json = dict[str, object]
_ECARTEES = frozenset({EtatPiece.INFECTEE, EtatPiece.REFUSEE, EtatPiece.ECARTEE})


def to_domain(row: DemandeRow, pieces: list[PieceJointe]) -> Demande:
    """The demande of a row."""
    horloges = row.horloges
    return Demande(
        numero=NumeroDemande(row.numero),
        caisse_code=CaisseCode(row.caisse_code),
        structure_id=StructureId(row.structure_id),
        demandeur_id=CompteId(row.demandeur_id),
        demandeur_nom=row.demandeur_nom,
        deposee_le=row.deposee_le,
        motif=_motif(row),
        personne=Personne(**row.personne) if row.personne else None,
        precisions=cast("dict[str, str | bool | list[str]]", row.precisions),
        doublon_justification=row.doublon_justification,
        prise_en_charge=_horloge(PRISE_EN_CHARGE, cast("Json", horloges[PRISE_EN_CHARGE])),
        resolution=_horloge(RESOLUTION, cast("Json", horloges[RESOLUTION])),
        sous_etat=SousEtat(row.sous_etat),
        statut_modifie_le=row.statut_modifie_le,
        derniere_activite_le=row.derniere_activite_le,
        dernier_cote=MessageCote(row.dernier_cote),
        agent=CompteActeur(compte_id=CompteId(row.agent_id), nom=row.agent_nom) if row.agent_id else None,
        pris_en_charge_le=row.pris_en_charge_le,
        attente_depuis=row.attente_depuis,
        resolu_le=row.resolu_le,
        issue=row.issue,
        rouverte=row.rouverte,
        echeances=_instants(row.echeances),
        franchies=_instants(row.franchies),
        escalades_pct=tuple(row.escalades_pct),
        saisine=_saisine(row.saisine) if row.saisine else None,
        attestation=_attestation(row.attestation) if row.attestation else None,
        pieces=pieces,
        suspendu=row.suspendu,
        etapes_ignorees=frozenset(row.etapes_ignorees),
        version=row.version,
        version_fil=row.version_fil,
    )


def to_row(demande: Demande) -> Json:
    """The columns that change during a demande's life, by name."""
    agent = demande.agent
    return {
        "offre": demande.motif.offre,
        "offre_libelle": demande.motif.offre_libelle,
        "motif": demande.motif.motif,
        "motif_libelle": demande.motif.motif_libelle,
        "file_attente": demande.motif.file_attente,
        "priorite": demande.motif.priorite,
        "drapeaux": sorted(demande.motif.drapeaux),
        "personne_requise": demande.motif.personne_requise,
        "referentiel_version": demande.motif.referentiel_version,
        "personne": _personne_json(demande.personne),
        "precisions": demande.precisions,
        "doublon_justification": demande.doublon_justification,
        "sous_etat": demande.sous_etat.value,
        "statut": demande.statut.value,
        "statut_modifie_le": demande.statut_modifie_le,
        "derniere_activite_le": demande.derniere_activite_le,
        "dernier_cote": demande.dernier_cote.value,
        "agent_id": agent.compte_id if agent else None,
        "agent_nom": agent.nom if agent else "",
        "pris_en_charge_le": demande.pris_en_charge_le,
        "attente_depuis": demande.attente_depuis,
        "resolu_le": demande.resolu_le,
        "issue": demande.issue,
        "echeance_file": echeance_file(demande),
        "escalade": demande.escalade,
        "nb_pieces": len(demande.pieces),
        "piece_ecartee": any(piece.etat in _ECARTEES for piece in demande.pieces),
        "rouverte": demande.rouverte,
        "horloges": {horloge.cle: _horloge_json(horloge) for horloge in demande.horloges},
        "echeances": {cle: instant.isoformat() for cle, instant in demande.echeances.items()},
        "franchies": {cle: instant.isoformat() for cle, instant in demande.franchies.items()},
        "escalades_pct": list(demande.escalades_pct),
        "saisine": _saisine_json(demande.saisine) if demande.saisine else None,
        "attestation": _attestation_json(demande.attestation) if demande.attestation else None,
        "suspendu": demande.suspendu,
        "etapes_ignorees": sorted(demande.etapes_ignorees),
        "version": demande.version,
        "version_fil": demande.version_fil,
    }


def echeance_file(demande: Demande) -> datetime | None:
    """The net deadline of the clock an agent works against; none when nothing runs for the caisse."""
    if demande.is_resolue or demande.attente_depuis is not None:
        return None
    return demande.prise_en_charge.nette_le if demande.prise_en_charge.is_running else demande.resolution.nette_le


def piece_to_domain(row: PieceJointeRow) -> PieceJointe:
    """The file of a row."""
    return PieceJointe(
        id=PieceJointeId(row.id),
        message_id=row.message_id,
        sens=PieceSens(row.sens),
        nom=row.nom,
        taille_octets=row.taille_octets,
        sha256=row.sha256,
        type=row.type,
        justification=row.justification,
        hors_liste=row.hors_liste,
        etat=EtatPiece(row.etat),
        raison=row.raison,
        mise_a_disposition_le=row.mise_a_disposition_le,
        rappel_le=row.rappel_le,
        echeance_telechargement=row.echeance_telechargement,
        telechargee_le=row.telechargee_le,
        detruite_le=row.detruite_le,
    )


def piece_to_row(piece: PieceJointe) -> Json:
    """What changes in a file's life."""
    return {
        "etat": piece.etat.value,
        "raison": piece.raison,
        "mise_a_disposition_le": piece.mise_a_disposition_le,
        "rappel_le": piece.rappel_le,
        "echeance_telechargement": piece.echeance_telechargement,
        "telechargee_le": piece.telechargee_le,
        "detruite_le": piece.detruite_le,
    }


def _motif(row: DemandeRow) -> MotifDemande:
    return MotifDemande(
        offre=row.offre,
        offre_libelle=row.offre_libelle,
        motif=row.motif,
        motif_libelle=row.motif_libelle,
        file_attente=row.file_attente,
        priorite=row.priorite,
        drapeaux=frozenset(row.drapeaux),
        personne_requise=row.personne_requise,
        referentiel_version=row.referentiel_version,
    )


def _personne_json(personne: Personne | None) -> dict[str, str] | None:
    if personne is None:
        return None
    return {
        "civilite": personne.civilite,
        "nom": personne.nom,
        "prenom": personne.prenom,
        "date_naissance": personne.date_naissance,
        "lieu_naissance": personne.lieu_naissance,
        "telephone": personne.telephone,
    }


def _instants(valeurs: dict[str, str]) -> dict[str, datetime]:
    return {cle: datetime.fromisoformat(instant) for cle, instant in valeurs.items()}


def _instant(valeur: object) -> datetime | None:
    return datetime.fromisoformat(valeur) if isinstance(valeur, str) else None


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _horloge(cle: str, valeur: Json) -> Horloge:
    return Horloge(
        cle=cle,
        depart_le=datetime.fromisoformat(str(valeur["depart_le"])),
        brute_le=datetime.fromisoformat(str(valeur["brute_le"])),
        nette_le=datetime.fromisoformat(str(valeur["nette_le"])),
        suspendu=timedelta(seconds=float(str(valeur["suspendu_s"]))),
        arretee_le=_instant(valeur.get("arretee_le")),
    )


def _horloge_json(horloge: Horloge) -> Json:
    return {
        "depart_le": horloge.depart_le.isoformat(),
        "brute_le": horloge.brute_le.isoformat(),
        "nette_le": horloge.nette_le.isoformat(),
        "suspendu_s": horloge.suspendu.total_seconds(),
        "arretee_le": _iso(horloge.arretee_le),
    }


def _saisine(valeur: Json) -> Saisine:
    consentement = cast("dict[str, str]", valeur["consentement"])
    return Saisine(
        consentement=Consentement(
            mode=consentement["mode"],
            donne_par=consentement["donne_par"],
            recueilli_par=consentement["recueilli_par"],
            recueilli_le=datetime.fromisoformat(consentement["recueilli_le"]),
            declare_le=datetime.fromisoformat(consentement["declare_le"]),
            version_texte=int(consentement["version_texte"]),
        ),
        tentatives=[
            Tentative(
                tente_le=datetime.fromisoformat(tentative["tente_le"]),
                canal=tentative["canal"],
                issue=TentativeIssue(tentative["issue"]),
            )
            for tentative in cast("list[dict[str, str]]", valeur["tentatives"])
        ],
        issue=IssueMas(str(valeur["issue"])) if valeur.get("issue") else None,
        close_le=_instant(valeur.get("close_le")),
        retire_le=_instant(valeur.get("retire_le")),
        injoignable_le=_instant(valeur.get("injoignable_le")),
    )


def _saisine_json(saisine: Saisine) -> Json:
    consentement = saisine.consentement
    return {
        "consentement": {
            "mode": consentement.mode,
            "donne_par": consentement.donne_par,
            "recueilli_par": consentement.recueilli_par,
            "recueilli_le": consentement.recueilli_le.isoformat(),
            "declare_le": consentement.declare_le.isoformat(),
            "version_texte": str(consentement.version_texte),
        },
        "tentatives": [
            {"tente_le": tentative.tente_le.isoformat(), "canal": tentative.canal, "issue": tentative.issue.value}
            for tentative in saisine.tentatives
        ],
        "issue": saisine.issue.value if saisine.issue else None,
        "close_le": _iso(saisine.close_le),
        "retire_le": _iso(saisine.retire_le),
        "injoignable_le": _iso(saisine.injoignable_le),
    }


def _attestation(valeur: Json) -> Attestation:
    decision = cast("dict[str, str] | None", valeur.get("decision"))
    surcharges = cast("dict[str, bool]", valeur["surcharges"])
    return Attestation(
        compte_declare=str(valeur["compte_declare"]),
        motif_inaccessibilite=str(valeur["motif_inaccessibilite"]),
        qualite=str(valeur["qualite"]),
        date_signature_procuration=str(valeur["date_signature_procuration"]),
        registre=cast("bool | None", valeur.get("registre")),
        interroge_le=_instant(valeur.get("interroge_le")),
        compte_agent=CompteAmeli(str(valeur["compte_agent"])) if valeur.get("compte_agent") else None,
        procuration_refusee=bool(valeur["procuration_refusee"]),
        surcharges=Surcharges(**surcharges),
        rang=int(str(valeur["rang"])),
        decision=Decision(Issue(decision["issue"]), decision["ligne"], bool(decision["inviter_avenant"])) if decision else None,
        decidee_le=_instant(valeur.get("decidee_le")),
        question_posee=bool(valeur.get("question_posee")),
        issue=Issue(str(valeur["issue"])) if valeur.get("issue") else None,
        close_le=_instant(valeur.get("close_le")),
    )


def _attestation_json(attestation: Attestation) -> Json:
    decision, surcharges = attestation.decision, attestation.surcharges
    return {
        "compte_declare": attestation.compte_declare,
        "motif_inaccessibilite": attestation.motif_inaccessibilite,
        "qualite": attestation.qualite,
        "date_signature_procuration": attestation.date_signature_procuration,
        "registre": attestation.registre,
        "interroge_le": _iso(attestation.interroge_le),
        "compte_agent": attestation.compte_agent.value if attestation.compte_agent else None,
        "procuration_refusee": attestation.procuration_refusee,
        "surcharges": {
            "autre_organisme": surcharges.autre_organisme,
            "beneficiaire_ame": surcharges.beneficiaire_ame,
            "mineur_ase": surcharges.mineur_ase,
            "tuteur": surcharges.tuteur,
        },
        "rang": attestation.rang,
        "decision": {"issue": decision.issue.value, "ligne": decision.ligne, "inviter_avenant": decision.inviter_avenant}
        if decision
        else None,
        "decidee_le": _iso(attestation.decidee_le),
        "question_posee": attestation.question_posee,
        "issue": attestation.issue.value if attestation.issue else None,
        "close_le": _iso(attestation.close_le),
    }
