"""An invented demande lives its life through the very rules of case: opened, taken in charge, resolved, each at its instant."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from deploy.demo.var2025 import DemandeVar
from services.case.domain.attestation import AttestationHabilitation
from services.case.domain.delais import Delai, Sla
from services.case.domain.demande import Demande, MotifDemande, ParametresDemande, Personne
from services.case.domain.echange import CompteActeur
from services.case.domain.orientation import StructureAttestation, note_registre, route
from services.case.domain.ouverture import DemandeDeposee, open_demande
from services.case.domain.saisine import close_saisine
from services.case.domain.saisine_mas import Consentement, IssueMas
from services.case.operations.calendriers import calendrier_of
from shared.contracts.depots import ConsentementMas, Depot
from shared.contracts.http.intake import AccuseVue
from shared.contracts.reference import MotifRef, OffreRef, ReferentielCaisse
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId

_NAMESPACE = UUID("c5ab41f0-3b46-4a4a-9c43-9b1f9c0d7711")
_COMPTE = "compte"  # the word of the answers that say « déposée sur le compte »
_SANS_MANDAT = StructureAttestation(habilitation=AttestationHabilitation.AUCUNE, convention_active=True)
_OPENING = timedelta(seconds=1)  # between the filing and its record, as the bus takes


@dataclass(frozen=True, slots=True)
class Vecue:
    """What remains of a demande in each service."""

    accuse: AccuseVue
    demande: Demande


class Vies:
    """Plays demandes with the rules of one version of the caisse."""

    def __init__(self, referentiel: ReferentielCaisse) -> None:
        self._referentiel = referentiel
        self._motifs = {(offre.code, motif.code): (offre, motif) for offre in referentiel.offres for motif in offre.motifs}
        self._parametres = {cle: self._parametres_of(motif) for cle, (_, motif) in self._motifs.items()}

    def play(self, var: DemandeVar) -> Vecue:
        """The whole life of one demande."""
        depot = var.depot
        offre, motif = self._motifs[depot.offre, depot.motif]
        parametres = self._parametres[depot.offre, depot.motif]
        motif_demande = _motif_demande(offre, motif, depot)
        demande = open_demande(_deposee(depot), motif_demande, parametres, now=depot.deposee_le + _OPENING)
        agent = CompteActeur(compte_id=var.agent.compte_id, nom=var.agent.affichage)
        demande.take_in_charge(agent, now=var.prise_en_charge_le, calendrier=parametres.calendrier)
        reponse_id = uuid5(_NAMESPACE, f"{depot.numero}/reponse")
        if demande.saisine is not None:
            issue = IssueMas.ACCOMPAGNEMENT_OUVERT
            close_saisine(demande, issue, reponse_id, agent, now=var.resolue_le, parametres=parametres)
        else:
            _route(demande, reponse_id, var, parametres)
            demande.resolve(reponse_id, var.reponse, agent, now=var.resolue_le, parametres=parametres)
        return Vecue(self._accuse(offre, motif, depot), demande)

    def _parametres_of(self, motif: MotifRef) -> ParametresDemande:
        sla = Sla(
            prise_en_charge=Delai.parse(motif.sla.pec),
            resolution=Delai.parse(motif.sla.res),
            cap_heures=motif.sla.cap_heures,
            cap_jours=motif.sla.cap_jours,
            alertes_pct=(),  # every alert is past: none would be kept
            escalades_pct=tuple(motif.escalades_pct),
        )
        return ParametresDemande(calendrier=calendrier_of(self._referentiel.parametres), sla=sla)

    def _accuse(self, offre: OffreRef, motif: MotifRef, depot: Depot) -> AccuseVue:
        personne = depot.personne
        civilites = self._referentiel.enumerations["civilite"]
        return AccuseVue(
            numero=depot.numero,
            deposee_le=depot.deposee_le,
            offre=offre.code,
            offre_libelle=offre.libelle,
            motif=motif.code,
            motif_libelle=motif.libelle,
            demandeur_nom=depot.demandeur_nom,
            personne=f"{civilites[personne.civilite]} {personne.nom} {personne.prenom}" if personne else "",
            service=self._referentiel.libelle,
        )


def _route(demande: Demande, message_id: UUID, var: DemandeVar, parametres: ParametresDemande) -> None:
    """An attestation goes where its answer says: to the account, else by post; nothing when the demande is not one."""
    note_registre(demande, _COMPTE in var.reponse, now=var.prise_en_charge_le)
    route(demande, _SANS_MANDAT, message_id, now=var.prise_en_charge_le, parametres=parametres)


def _motif_demande(offre: OffreRef, motif: MotifRef, depot: Depot) -> MotifDemande:
    return MotifDemande(
        offre=offre.code,
        offre_libelle=offre.libelle,
        motif=motif.code,
        motif_libelle=motif.libelle,
        file_attente=motif.file_attente,
        priorite=motif.sla.priorite,
        drapeaux=frozenset(motif.drapeaux),
        personne_requise=offre.personne_concernee,
        referentiel_version=depot.referentiel_version,
    )


def _deposee(depot: Depot) -> DemandeDeposee:
    return DemandeDeposee(
        numero=NumeroDemande(depot.numero),
        caisse_code=CaisseCode(depot.caisse_code),
        structure_id=StructureId(UUID(depot.structure_id)),
        demandeur_id=CompteId(UUID(depot.demandeur_id)),
        demandeur_nom=depot.demandeur_nom,
        deposee_le=depot.deposee_le,
        personne=Personne(**depot.personne.model_dump()) if depot.personne else None,
        commentaire=depot.commentaire,
        precisions=depot.precisions,
        consentement=_consentement(depot.consentement) if depot.consentement else None,
        doublon_justification="",
        message_id=uuid5(_NAMESPACE, f"{depot.numero}/depot"),
        pieces=[],
    )


def _consentement(declare: ConsentementMas) -> Consentement:
    return Consentement(
        mode=declare.mode,
        donne_par=declare.donne_par,
        recueilli_par=declare.recueilli_par,
        recueilli_le=declare.recueilli_le,
        declare_le=declare.declare_le,
        version_texte=declare.version_texte,
    )
