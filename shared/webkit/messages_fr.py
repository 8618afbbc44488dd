"""Words of the machinery that a person reads: one place, French, no-break spaces before : ; ! ? (ux §8.27).

Business words come from data (the catalogue). Each error says what happened and what to do; never an inner detail.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PageErreur:
    """What a person reads when something went wrong."""

    titre: str
    texte: str
    action: str = ""


ERREURS: Final[dict[int, PageErreur]] = {
    400: PageErreur(
        "Cette page ne peut pas être affichée",
        "L'adresse ou les données envoyées ne sont pas reconnues.",
        "Revenez à l'accueil et recommencez.",
    ),
    401: PageErreur(
        "Connexion nécessaire", "Votre session est terminée. Vos brouillons sont conservés.", "Reconnectez-vous pour continuer."
    ),
    403: PageErreur(
        "Action non autorisée",
        "Votre profil ne permet pas cette action.",
        "Si vous avez un autre profil, choisissez-le ; sinon, revenez à l'accueil.",
    ),
    404: PageErreur(
        "Page introuvable",
        "Cette page n'existe pas, ou elle n'est pas accessible depuis votre structure et cet organisme.",
        "Vérifiez l'adresse, ou passez par l'historique.",
    ),
    405: PageErreur("Action impossible", "Cette adresse n'accepte pas cette action.", "Revenez à l'accueil et recommencez."),
    409: PageErreur(
        "La situation a changé", "Quelqu'un a modifié cet élément entre-temps.", "Rechargez la page pour voir la situation actuelle."
    ),
    410: PageErreur(
        "Ce document n'est plus disponible",
        "Les documents reçus sont téléchargeables pendant 15 jours, puis détruits. Leur nom reste visible dans la demande.",
        "Vous pouvez demander un nouvel envoi depuis la demande.",
    ),
    413: PageErreur("Fichier trop volumineux", "Un fichier peut faire 5 Mo au maximum.", "Réduisez le fichier, puis réessayez."),
    415: PageErreur("Format non accepté", "Le contenu envoyé n'est pas dans un format accepté.", "Vérifiez le format, puis réessayez."),
    422: PageErreur("Il y a un problème", "Certaines informations sont à corriger.", "Revenez en arrière et corrigez-les."),
    429: PageErreur("Trop de tentatives", "Trop d'essais en peu de temps.", "Attendez quelques minutes, puis réessayez."),
    500: PageErreur(
        "Une erreur est survenue",
        "Le problème vient de notre côté ; il est enregistré. Rien de ce qui était déposé n'est perdu.",
        "Réessayez dans un instant.",
    ),
    503: PageErreur(
        "Service momentanément indisponible",
        "Un de nos services ne répond pas. Rien de ce qui était déposé n'est perdu.",
        "Réessayez dans quelques instants.",
    ),
}

PREMIERE_CONNEXION: Final = (
    "Première connexion ou mot de passe oublié : adressez-vous au gestionnaire de votre structure, "
    "ou au service partenariat de votre organisme."
)

# Where the status alone does not say why, by code of the error.
ERREURS_PAR_CODE: Final[dict[str, PageErreur]] = {
    # An address that was typed or shortened: the contract between programs says nothing to a person.
    "malformed": ERREURS[400],
    "csrf-refused": PageErreur(
        "Action non enregistrée",
        "La page est restée ouverte trop longtemps, ou la demande ne vient pas d'une page de ce site.",
        "Revenez à la page précédente, rechargez-la et réessayez.",
    ),
}

# Status badge: words, tone, icon (ux §2.4). Only these three are ever statuses (domain §3.1).
STATUTS: Final[dict[str, tuple[str, str, str]]] = {
    "NOUVEAU": ("Nouveau", "primary", "inbox"),
    "PRIS_EN_CHARGE": ("Pris en charge", "neutral", "user"),
    "RESOLU": ("Résolu", "success", "circle-check"),
}

# State of a file: words, tone (UX-U04, U10, W01, W02).
ETATS_PIECE: Final[dict[str, tuple[str, str]]] = {
    "recue": ("Analyse antivirus en cours", "neutral"),
    "saine": ("Ajouté", "success"),
    "infectee": ("Écarté : virus détecté. Envoyez-nous ce document de nouveau, depuis une copie saine.", "error"),
    "refusee": ("Écarté : fichier refusé", "error"),
    "en_attente": ("Analyse antivirus en cours", "neutral"),
    "disponible": ("Disponible", "success"),
    "expiree": ("Expiré : n'est plus téléchargeable", "neutral"),
    "ecartee": ("Écarté par l'antivirus", "error"),
}

# What has just been done, told after a redirection by `?fait=<code>`.
FAITS: Final[dict[str, str]] = {
    "brouillon-enregistre": "Brouillon enregistré.",
    "brouillon-supprime": "Brouillon supprimé.",
    "fichier-ajoute": "Fichier ajouté.",
    "fichier-supprime": "Fichier supprimé.",
    "message-envoye": "Votre message est envoyé.",
    "suivie": "Vous suivez cette demande.",
    "plus-suivie": "Vous ne suivez plus cette demande.",
    "session-fermee": "Vous êtes déconnecté.",
    "session-expiree": "Votre session est terminée. Reconnectez-vous : vos brouillons sont conservés.",
    "session-close": "La session est fermée.",
    "perimetre-choisi": "Organisme et structure changés.",
    "avis-lus": "Avis marqués comme lus.",
}

SESSION_EXPIREE: Final = "Votre session est terminée. Reconnectez-vous : rien de ce qui était enregistré n'est perdu."
IDENTIFIANTS: Final = "L'adresse e-mail ou le mot de passe ne convient pas. Vérifiez-les, puis réessayez."
TROP_D_ESSAIS: Final = "Trop d'essais. Attendez quelques minutes, puis réessayez."
