"""Registered names of workflow types: renaming one is a migration."""

TRAITEMENT_DEMANDE = "TraitementDemande"
SAISINE_MAS = "SaisineMas"
DELIVRANCE_ATTESTATION = "DelivranceAttestation"
