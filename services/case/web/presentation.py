"""Words, tones and icons of what agents read: sub-states, clocks, genres, outcomes. Pure; French with no-break spaces."""

from dataclasses import dataclass
from typing import Final

from services.case.domain.saisine import PURGE
from services.case.operations.requalify_demande import CAVIARDE
from shared.contracts.http.case import Horloge
from shared.webkit.french import NBSP, pluriel

_HEURE: Final = 60
_PROCHE_MINUTES: Final = 120


@dataclass(frozen=True, slots=True)
class Pastille:
    """A badge: words first, an icon, a tone that only helps."""

    texte: str
    ton: str
    icone: str


SOUS_ETATS: Final[dict[str, Pastille]] = {
    "nouveau": Pastille("À prendre en charge", "primary", "inbox"),
    "en_cours": Pastille("En cours", "neutral", "user"),
    "attente_partenaire": Pastille("En attente du partenaire", "warning", "hourglass"),
    "retour_partenaire": Pastille("Réponse reçue", "primary", "message-square"),
    "resolu": Pastille("Résolue", "success", "circle-check"),
}
# Lines of the history, by the name of the act.
ACTES: Final[dict[str, str]] = {
    "open": "Demande ouverte",
    "take_in_charge": "Prise en charge",
    "resume": "Traitement repris",
    "assign": "Assignée",
    "ask": "Question posée au partenaire",
    "inform": "Information envoyée au partenaire",
    "answer": "Réponse du partenaire",
    "annotate": "Note interne ajoutée",
    "resolve": "Réponse finale, demande résolue",
    "reopen": "Demande rouverte",
    "requalify": "Motif changé",
    "redact": "Message caviardé",
    "note_tentative": "Tentative de contact",
    "close_saisine": "Saisine close",
    "withdraw_consentement": "Retrait du consentement",
    "tell_injoignable": "Partenaire averti : personne injoignable",
    "route_attestation": "Orientation de l'attestation",
    "set_attestation": "Vérification de l'attestation",
    "withhold_piece_jointe": "Fichier retenu : la structure ne peut plus le recevoir",
    "leave_out_piece_jointe": "Fichier du dépôt non repris : il est déjà joint à une autre demande",
    "piece_jointe_infectee": "Fichier écarté : virus détecté",
    "piece_jointe_refusee": "Fichier écarté : refusé à l'analyse",
    "meet_echeance": "Échéance atteinte",
    "read_dossier": "Demande consultée",
    "open_piece_jointe": "Fichier ouvert",
    "operation_hold": "Processus suspendu par l'exploitation",
    "operation_resume": "Processus repris par l'exploitation",
    "operation_skip_etape": "Étape passée par l'exploitation",
    "operation_extend_echeance": "Échéance déplacée par l'exploitation",
}
ECHEANCES: Final[dict[str, str]] = {
    "cap": "plafond légal",
    "echange:rappel": "rappel au partenaire, sans réponse",
    "echange:cloture": "clôture proposée, toujours sans réponse",
    "mas:premier_contact": "premier contact de l'accompagnement santé",
    "mas:tentatives": "tentatives de contact de l'accompagnement santé",
    "attestation:complement": "complément de l'attestation sans réponse",
}
HORLOGES: Final[dict[str, str]] = {"prise_en_charge": "Prise en charge", "resolution": "Réponse"}
CONVENTIONS: Final[dict[str, Pastille]] = {
    "active": Pastille("Convention active", "success", "shield-check"),
    "signee": Pastille("Convention signée, pas encore active", "warning", "file-text"),
    "suspendue": Pastille("Convention suspendue", "warning", "triangle-alert"),
    "resiliee": Pastille("Convention résiliée", "error", "circle-alert"),
    "expiree": Pastille("Convention expirée", "error", "circle-alert"),
}
TYPES_STRUCTURE: Final[dict[str, str]] = {
    "ccas": "CCAS / CIAS",
    "etablissement_sante": "Établissement de santé",
    "cmp": "Centre médico-psychologique",
    "usmp": "Unité sanitaire en milieu pénitentiaire",
    "pjj": "Protection judiciaire de la jeunesse",
    "prevention_specialisee": "Prévention spécialisée",
    "aide_victimes": "Aide aux victimes",
    "ecole_2e_chance": "École de la 2e chance",
    "asile_refugies": "Asile et réfugiés",
    "hebergement_insertion": "Hébergement et insertion",
    "bailleur_social": "Bailleur social",
    "mdph": "MDPH",
    "mission_locale": "Mission locale",
    "reseau_sante_precarite": "Réseau santé précarité",
    "mandataire_judiciaire": "Mandataire judiciaire",
    "service_tutelle_curatelle": "Service de tutelle ou de curatelle",
    "ase": "Aide sociale à l'enfance",
    "cpts": "CPTS",
    "france_travail": "France Travail",
    "association_caritative": "Association caritative",
    "maison_de_services": "Maison de services",
    "autre": "Autre",
}
HABILITATIONS: Final[dict[str, str]] = {
    "demander_document": "Demander un document",
    "recevoir_pj_sortantes": "Recevoir des fichiers de la caisse",
    "attestation_directe": "Recevoir les attestations (avenant)",
    "saisir_mas": "Saisir la mission accompagnement santé",
}
ALERTES: Final[dict[str, Pastille]] = {
    "piece_ecartee": Pastille("Fichier écarté", "error", "circle-alert"),
    "doublon": Pastille("Doublon possible", "warning", "users"),
    "cap": Pastille("Plafond légal proche", "warning", "triangle-alert"),
    "escalade": Pastille("Escaladée", "error", "triangle-alert"),
    "rouverte": Pastille("Rouverte", "neutral", "rotate-cw"),
    "cloture_proposee": Pastille("Sans réponse, clôture proposée", "warning", "hourglass"),
}
ISSUES_MAS: Final[dict[str, str]] = {
    "accompagnement_ouvert": "Accompagnement ouvert",
    "droits_ouverts_sans_suite": "Droits ouverts, sans suite",
    "reoriente_service_social": "Réorientée vers le service social",
    "refus_assure": "Refus de la personne",
    "injoignable": "Personne injoignable",
    "hors_champ": "Hors champ de la mission",
    "deja_accompagne": "Déjà accompagnée",
}
ISSUES_TENTATIVE: Final[dict[str, str]] = {
    "jointe": "Personne jointe",
    "message_laisse": "Message laissé",
    "sans_reponse": "Sans réponse",
    "numero_errone": "Numéro erroné",
}
CANAUX: Final[dict[str, str]] = {"telephone": "Téléphone", "courrier": "Courrier", "rendez_vous": "Rendez-vous", "autre": "Autre"}
DONNE_PAR: Final[dict[str, str]] = {"assure": "la personne elle-même", "representant_legal": "son représentant légal"}
COMPTES_AMELI: Final[dict[str, str]] = {
    "OA": "Oui, et la personne y accède",
    "OI": "Oui, mais il est inaccessible",
    "N": "Non, pas de compte",
    "?": "Inconnu : à vérifier",
}
COMPTES_DECLARES: Final[dict[str, str]] = {
    "accessible": "Oui, et la personne y accède",
    "inaccessible": "Oui, mais il est inaccessible",
    "aucun": "Non",
    "inconnu": "Ne sait pas",
    "": "Non renseigné",
}
MOTIFS_INACCESSIBILITE: Final[dict[str, str]] = {
    "identifiants_perdus": "identifiants perdus",
    "sans_equipement": "pas d'équipement ou de connexion",
    "non_autonome": "personne non autonome",
    "blocage_technique": "blocage technique",
    "autre": "autre raison",
}
QUALITES: Final[dict[str, str]] = {
    "tuteur": "Tuteur",
    "curateur_habilite": "Curateur habilité",
    "ase": "Service de l'ASE à qui le mineur est confié",
    "sans_mandat": "Sans mandat légal pour cette personne",
}
FAITS_ATTESTATION: Final[dict[str, str]] = {
    "procuration_refusee": "La procuration n'est pas authentique ou pas exploitable",
    "autre_organisme": "La personne relève d'un autre organisme",
    "beneficiaire_ame": "La personne est bénéficiaire de l'AME",
    "mineur_ase": "Mineur confié à l'ASE, demandé par ce service",
    "tuteur": "Le partenaire est le tuteur de la personne",
}
HABILITATION_ATTESTATION: Final[dict[str, str]] = {
    "hab": "Mandat légal pour cette personne",
    "av": "Avenant en vigueur",
    "0": "Ni mandat ni avenant",
}


@dataclass(frozen=True, slots=True)
class Orientation:
    """An outcome of the attestation table: what it means, and what the agent does now."""

    titre: str
    consigne: str
    ton: str = "primary"
    fait: str = ""  # the button that answers the partner with the standard sentence


ORIENTATIONS: Final[dict[str, Orientation]] = {
    "VERIFIER_COMPTE": Orientation(
        "Vérifier le compte ameli",
        "Dites d'abord si la personne a un compte ameli : sans cela, la demande ne peut pas être résolue.",
        ton="warning",
    ),
    "DEPOT_COMPTE_AMELI": Orientation(
        "Déposer sur le compte ameli",
        "Déposez l'attestation dans l'outil de la caisse, puis dites-le ici.",
        fait="Déposée sur ameli",
    ),
    "PJ_PARTENAIRE": Orientation(
        "Remettre au partenaire",
        "Joignez l'attestation à votre réponse finale : le partenaire la télécharge pendant une durée limitée.",
    ),
    "ENVOI_ASSURE": Orientation(
        "Envoyer à la personne",
        "Envoyez l'attestation par courrier à l'adresse connue de la personne, puis dites-le ici.",
        fait="Envoyée par courrier",
    ),
    "COMPLEMENT": Orientation(
        "Complément attendu",
        "Il manque la procuration, la pièce d'identité ou la raison d'inaccessibilité : la question a été posée au partenaire. À sa "
        "réponse, complétez les vérifications.",
        ton="warning",
    ),
    "REORIENTER_ORGANISME": Orientation(
        "Réorienter",
        "La personne relève d'un autre organisme : aucun document n'est remis.",
        ton="warning",
        fait="Répondre : autre organisme",
    ),
    "NON_APPLICABLE_AME": Orientation(
        "Sans objet (AME)",
        "Un bénéficiaire de l'AME n'a pas d'attestation de droits : la réponse type l'explique.",
        ton="warning",
        fait="Répondre : sans objet",
    ),
}


def sla_badge(horloge: Horloge | None) -> Pastille:
    """The net clock in opening time (ux A09): paused, late, near, or what is left."""
    if horloge is None:
        return Pastille("Sans échéance", "neutral", "clock")
    if horloge.tenue is not None:
        return Pastille("Délai tenu", "success", "circle-check") if horloge.tenue else Pastille("Délai dépassé", "error", "circle-alert")
    if horloge.suspendue:
        return Pastille("En pause", "neutral", "hourglass")
    if horloge.depassee:
        retard = f" de {duration(-horloge.reste_minutes, horloge.jour_minutes)}" if horloge.reste_minutes else ""
        return Pastille(f"En retard{retard}", "error", "triangle-alert")
    ton = "warning" if horloge.reste_minutes <= _PROCHE_MINUTES else "neutral"
    reste, jour = horloge.reste_minutes, horloge.jour_minutes
    return Pastille(f"{duration(reste, jour)} {_agreement(reste, jour)}", ton, "clock")


def journal_detail(acte: str, detail: str) -> str:
    """The detail of a line of the history in words: a decision with its row, a deadline; anything else as it stands."""
    if acte == "route_attestation":
        code, _, ligne = detail.partition(" ")
        orientation = ORIENTATIONS.get(code)
        return f"{orientation.titre}, règle {ligne.strip('()')}" if orientation else detail
    if acte == "note_tentative" and detail:
        issue, _, canal = detail.partition(" ")
        return f"{ISSUES_TENTATIVE.get(issue, issue)} ({CANAUX.get(canal, canal).lower()})"
    if acte in {"meet_echeance", "operation_extend_echeance"}:
        return _echeance(detail)
    return detail


def _echeance(cle: str) -> str:
    genre, _, reste = cle.partition(":")
    if genre in HORLOGES and reste:
        return f"{reste}{NBSP}% du délai de {HORLOGES[genre].lower()}"
    if genre == "piece_jointe":
        return "rappel de téléchargement" if reste.endswith(":j12") else "fin de mise à disposition d'un fichier"
    return ECHEANCES.get(cle, cle)


def duration(minutes: int, jour_minutes: int) -> str:
    """« 45 min », « 6 h », « 3 j »: opening time, the largest whole unit; a day of the caisse is open `jour_minutes`."""
    if minutes >= jour_minutes:
        return f"{minutes // jour_minutes}{NBSP}j"
    if minutes >= _HEURE:
        return f"{minutes // _HEURE}{NBSP}h"
    return f"{minutes}{NBSP}min"


def _agreement(minutes: int, jour_minutes: int) -> str:
    plural = minutes >= 2 * jour_minutes or (minutes < jour_minutes and (minutes >= 2 * _HEURE or 1 < minutes < _HEURE))
    masculine = minutes >= jour_minutes
    return f"ouvré{'' if masculine else 'e'}{'s' if plural else ''}"


def news(total_before: int, total: int) -> str:
    """What changed in a view since it was displayed."""
    if total > total_before:
        return pluriel(total - total_before, "nouvelle demande", "nouvelles demandes")
    return "Cette file a changé"


# What the page of a demande needs to be read.
PAGE_WORDS: Final[dict[str, object]] = {
    "textes_retires": (CAVIARDE, PURGE),
    "sla": sla_badge,
    "sous_etats": SOUS_ETATS,
    "horloges": HORLOGES,
    "actes": ACTES,
    "journal_detail": journal_detail,
    "conventions": CONVENTIONS,
    "types_structure": TYPES_STRUCTURE,
    "habilitations": HABILITATIONS,
    "issues_mas": ISSUES_MAS,
    "issues_tentative": ISSUES_TENTATIVE,
    "canaux": CANAUX,
    "donne_par": DONNE_PAR,
    "comptes_ameli": COMPTES_AMELI,
    "comptes_declares": COMPTES_DECLARES,
    "motifs_inaccessibilite": MOTIFS_INACCESSIBILITE,
    "qualites": QUALITES,
    "habilitation_attestation": HABILITATION_ATTESTATION,
}
