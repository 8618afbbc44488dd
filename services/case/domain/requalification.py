"""Another offre or motif, decided by the caisse: clocks are recomputed from the filing, files and thread follow (domain §6.3, §5.1)."""

from datetime import datetime

from services.case.domain.demande import CONSENTEMENT_REQUIS, ROUTAGE_ATTESTATION, Demande, MotifDemande, ParametresDemande, Personne
from services.case.domain.echange import CompteActeur
from services.case.domain.errors import MotifRefusedError
from services.case.domain.evenements import DemandeFait
from services.case.domain.ouverture import arm_all, open_attestation
from services.case.domain.saisine_mas import IssueMas

_MAS = "mas"


def requalify(
    demande: Demande, motif: MotifDemande, personne: Personne | None, agent: CompteActeur, *, now: datetime, parametres: ParametresDemande
) -> None:
    """`parametres` are those of the new motif. `personne` fills the block the first form did not have.

    Raises: DemandeAlreadyResolvedError, MotifRefusedError (a referral needs a consent that was never declared; no person given).
    """
    demande.check_not_resolue()
    if CONSENTEMENT_REQUIS in motif.drapeaux:
        raise MotifRefusedError("Une saisine de la mission accompagnement santé se dépose avec le consentement de la personne.")
    if (motif.offre, motif.motif) == (demande.motif.offre, demande.motif.motif):
        raise MotifRefusedError("La demande porte déjà ce motif.")
    if motif.personne_requise and personne is None and demande.personne is None:
        raise MotifRefusedError("Saisissez la personne concernée.", "personne")
    demande.personne = demande.personne or personne
    _leave(demande, now)
    ancien, demande.motif = demande.motif, motif
    demande.escalades_pct = parametres.sla.escalades_pct
    if demande.prise_en_charge.is_running:
        demande.prise_en_charge.recompute(parametres.sla.prise_en_charge, parametres.calendrier)
    demande.resolution.recompute(parametres.sla.resolution, parametres.calendrier)
    arm_all(demande, now, parametres)
    if ROUTAGE_ATTESTATION in motif.drapeaux:
        rang = demande.attestation.rang + 1 if demande.attestation else 1
        demande.attestation = open_attestation(demande.precisions, rang=rang)
    demande.note_act("requalify", agent, now, f"{ancien.motif_libelle} → {motif.motif_libelle}")
    demande.say(DemandeFait.REQUALIFIEE, now)


def _leave(demande: Demande, now: datetime) -> None:
    """What only the former motif asked for ends."""
    if demande.saisine is not None and demande.saisine.is_open:
        demande.saisine.close(IssueMas.HORS_CHAMP, now)
        demande.disarm(_MAS)
    if demande.attestation is not None:
        demande.attestation.close(now)
        demande.disarm("attestation")
