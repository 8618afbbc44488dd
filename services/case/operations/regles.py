"""What the caisse decides for a demande: from its reference data to the domain's own words."""

from dataclasses import dataclass

from services.case.domain.attestation import Issue, habilitation_of
from services.case.domain.delais import Delai, Sla
from services.case.domain.demande import Demande, MotifDemande, ParametresDemande
from services.case.domain.errors import MotifRefusedError
from services.case.domain.orientation import StructureAttestation, may_send_attestation
from services.case.operations.calendriers import calendrier_of
from shared.contracts.reference import MotifRef, OffreRef, ReferentielCaisse, StructureRef
from shared.contracts.reference import Sla as SlaRef

PIECES_SORTANTES = "recevoir_pj_sortantes"
_SLA_DEFAUT = SlaRef(priorite=3, pec="2j", res="5j")


@dataclass(frozen=True, slots=True)
class Regles:
    """The reference data in force and what it means for one motif. `motif`: None when the caisse has it no more."""

    referentiel: ReferentielCaisse
    motif: MotifRef | None
    parametres: ParametresDemande


def regles_of(referentiel: ReferentielCaisse, offre: str, motif: str) -> Regles:
    """For this motif; a motif without a row takes P3, 2j, 5j (domain §6.3)."""
    trouve = find_motif(referentiel, offre, motif)
    ref = trouve[1] if trouve else None
    return Regles(referentiel, ref, _parametres(referentiel, ref))


def find_motif(referentiel: ReferentielCaisse, offre: str, motif: str) -> tuple[OffreRef, MotifRef] | None:
    """The offre and its motif, or None."""
    offre_ref = referentiel.offre(offre)
    if offre_ref is None:
        return None
    motif_ref = next((ref for ref in offre_ref.motifs if ref.code == motif), None)
    return None if motif_ref is None else (offre_ref, motif_ref)


def motif_of(referentiel: ReferentielCaisse, offre: str, motif: str) -> MotifDemande:
    """The motif as a demande carries it. Raises: MotifRefusedError when the caisse does not have it."""
    trouve = find_motif(referentiel, offre, motif)
    if trouve is None:
        raise MotifRefusedError("Ce motif n'existe pas pour cette caisse.")
    offre_ref, motif_ref = trouve
    return MotifDemande(
        offre=offre,
        offre_libelle=offre_ref.libelle,
        motif=motif,
        motif_libelle=motif_ref.libelle,
        file_attente=motif_ref.file_attente,
        priorite=motif_ref.sla.priorite,
        drapeaux=frozenset(motif_ref.drapeaux),
        personne_requise=offre_ref.personne_concernee,
        referentiel_version=referentiel.version,
    )


def attestation_structure(structure: StructureRef, demande: Demande, referentiel: ReferentielCaisse) -> StructureAttestation:
    """What the structure may receive today for this person."""
    reglages = referentiel.parametres
    qualite = demande.attestation.qualite if demande.attestation else ""
    return StructureAttestation(
        habilitation=habilitation_of(
            demander_document=structure.is_habilitee("demander_document"),
            attestation_directe=structure.is_habilitee("attestation_directe"),
            avenant=structure.avenant_en_vigueur,
            qualite=qualite,
        ),
        convention_active=structure.convention_statut == "active",
        procuration_validite_mois=reglages.procuration_validite_mois,
        cumul_avenant_procuration=reglages.cumul_avenant_procuration,
        tutelle_toujours_pj=reglages.tutelle_toujours_pj,
    )


def may_send(structure: StructureRef, demande: Demande, referentiel: ReferentielCaisse) -> bool:
    """RG-02: an habilitated structure, or the attestation of §5 under an avenant."""
    decision = demande.attestation.decision if demande.attestation else None
    if decision is not None and decision.issue is Issue.PJ_PARTENAIRE:
        return may_send_attestation(demande, attestation_structure(structure, demande, referentiel))
    return structure.is_habilitee(PIECES_SORTANTES)


def may_join(structure: StructureRef, demande: Demande, referentiel: ReferentielCaisse, *, is_answer: bool, nombre: int) -> bool:
    """The same, for the files of one message: the avenant alone lets the attestation out, one file of the final answer (domain §2.5)."""
    alone = is_answer and nombre == 1
    return may_send(structure, demande, referentiel) and (alone or structure.is_habilitee(PIECES_SORTANTES))


def _parametres(referentiel: ReferentielCaisse, motif: MotifRef | None) -> ParametresDemande:
    reglages = referentiel.parametres
    sla = motif.sla if motif else _SLA_DEFAUT
    return ParametresDemande(
        calendrier=calendrier_of(reglages),
        sla=Sla(
            prise_en_charge=Delai.parse(sla.pec),
            resolution=Delai.parse(sla.res),
            cap_heures=sla.cap_heures,
            cap_jours=sla.cap_jours,
            alertes_pct=tuple(reglages.sla_alertes_pct),
            escalades_pct=tuple(motif.escalades_pct) if motif else (100,),
        ),
        echange_rappel_jours=reglages.echange_rappel_jours,
        echange_cloture_jours=reglages.echange_cloture_jours,
        telechargement_jours=reglages.telechargement_jours,
        telechargement_rappel_jours_avant=reglages.telechargement_rappel_jours_avant,
        mas_premier_contact_jours_ouvres=reglages.mas_premier_contact_jours_ouvres,
        mas_tentatives=reglages.mas_tentatives,
        mas_tentatives_jours_ouvres=reglages.mas_tentatives_jours_ouvres,
        complement_attestation_jours=reglages.complement_attestation_jours,
    )
