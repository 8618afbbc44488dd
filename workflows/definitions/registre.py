"""Every workflow that the worker runs and that the replay gate replays."""

from workflows.definitions.delivrance_attestation import DelivranceAttestationWorkflow
from workflows.definitions.saisine_mas import SaisineMasWorkflow
from workflows.definitions.traitement_demande import TraitementDemandeWorkflow

DEFINITIONS: tuple[type, ...] = (TraitementDemandeWorkflow, SaisineMasWorkflow, DelivranceAttestationWorkflow)
