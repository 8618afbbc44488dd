"""Examples of the OpenAPI document, in French, with invented people."""

from typing import Final

from fastapi.openapi.models import Example

CONNEXION: Final[dict[str, Example]] = {
    "technicien": {
        "summary": "Un technicien d'une seule structure",
        "value": {"courriel": "anne.exemple@ccas.exemple.fr", "mot_de_passe": "une phrase de passe assez longue"},
    }
}
DEPOT: Final[dict[str, Example]] = {
    "etude_c2s": {
        "summary": "Une étude de C2S",
        "value": {
            "offre": "transmettre_suivre_dossier",
            "contenu": {
                "motif": "dossier_c2s",
                "civilite": "madame",
                "nom": "FICTIVE",
                "prenom": "Jeanne",
                "date_naissance": "00/00/1950",
                "lieu_naissance": "83",
                "telephone": "07.00.00.00.00",
                "commentaire": "Dossier complet, formulaire signé joint.",
            },
            "pieces": [{"recu": "eyJhbGciOiJFZERTQSJ9…", "type": "formulaire"}],
        },
    },
    "rendez_vous": {
        "summary": "Une question à l'organisme",
        "value": {
            "offre": "contacter_organisme",
            "contenu": {"motif": "offres_de_service", "modalite_rdv": "physique", "commentaire": "Présentation de l'équipe."},
        },
    },
}
MESSAGE: Final[dict[str, Example]] = {
    "complement": {
        "summary": "Le complément demandé",
        "value": {"texte": "Voici l'avis d'imposition.", "pieces": [{"recu": "eyJhbGciOiJFZERTQSJ9…", "type": "avis_imposition"}]},
    }
}
