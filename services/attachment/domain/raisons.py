"""Why a file is refused: a stable code for programs, a French sentence that tells a person what to do (trust §2.2, ux U09).

Codes of the antivirus are here too: a heuristic of clamd is a refusal, not an infection (trust §2.3).
"""

from enum import StrEnum


class RaisonRefus(StrEnum):
    """Reason codes, published: renaming one breaks its readers."""

    VIDE = "vide"
    TROP_GROS = "trop_gros"
    NOM_ABSENT = "nom_absent"
    EXTENSION_NON_ACCEPTEE = "extension_non_acceptee"
    EXTENSION_DOUBLE = "extension_double"
    EXTENSION_MASQUEE = "extension_masquee"
    CONTENU_DIFFERENT = "contenu_different"
    MOT_DE_PASSE = "mot_de_passe"
    MACRO = "macro"
    CONTROLE_ACTIVEX = "controle_activex"
    OBJET_INCORPORE = "objet_incorpore"
    MODELE_DISTANT = "modele_distant"
    DOCTYPE = "doctype"
    PARTIE_INATTENDUE = "partie_inattendue"
    OFFICE_ILLISIBLE = "office_illisible"
    PDF_DEBUT = "pdf_debut"
    PDF_FIN = "pdf_fin"
    PDF_ILLISIBLE = "pdf_illisible"
    PDF_TROP_DE_PAGES = "pdf_trop_de_pages"
    PDF_JAVASCRIPT = "pdf_javascript"
    PDF_ACTION_AUTOMATIQUE = "pdf_action_automatique"
    PDF_LANCEMENT = "pdf_lancement"
    PDF_FICHIER_JOINT = "pdf_fichier_joint"
    PDF_MULTIMEDIA = "pdf_multimedia"
    PDF_FORMULAIRE_XFA = "pdf_formulaire_xfa"
    PDF_ENVOI_FORMULAIRE = "pdf_envoi_formulaire"
    IMAGE_ILLISIBLE = "image_illisible"
    IMAGE_TROP_GRANDE = "image_trop_grande"
    IMAGE_TROP_DE_PAGES = "image_trop_de_pages"
    IMAGE_SUITE = "image_suite"
    CSV_ILLISIBLE = "csv_illisible"
    CSV_TROP_DE_LIGNES = "csv_trop_de_lignes"
    CSV_PROGRAMME = "csv_programme"
    ZIP_DEBUT = "zip_debut"
    ZIP_FIN = "zip_fin"
    ZIP_64 = "zip_64"
    ZIP_TROP_D_ENTREES = "zip_trop_d_entrees"
    ZIP_TROP_VOLUMINEUX = "zip_trop_volumineux"
    ZIP_TAUX = "zip_taux"
    ZIP_REPERTOIRE = "zip_repertoire"
    ZIP_METHODE = "zip_methode"
    ZIP_LIEN = "zip_lien"
    ZIP_NOM = "zip_nom"
    ZIP_DOUBLON = "zip_doublon"
    ZIP_ORDRE = "zip_ordre"
    ZIP_ENTETE_LOCAL = "zip_entete_local"
    ZIP_DONNEES = "zip_donnees"
    ZIP_DESCRIPTEUR = "zip_descripteur"
    ANTIVIRUS_LIMITES = "antivirus_limites"
    ANTIVIRUS_CHIFFRE = "antivirus_chiffre"
    ANTIVIRUS_MACRO = "antivirus_macro"
    ANTIVIRUS_SUSPECT = "antivirus_suspect"
    INTEGRITE = "integrite"
    RETIREE = "retiree"
    VIRUS = "virus"

    @property
    def phrase(self) -> str:
        """What is wrong and what to do, in French, for the person who sent the file."""
        return _PHRASES.get(self, _ARCHIVE)


def raison_of_signature(signature: str) -> RaisonRefus:
    """The reason behind a name that clamd answered: a virus, or one of its heuristics (trust §2.3)."""
    if not signature.startswith("Heuristics."):
        return RaisonRefus.VIRUS
    for debut, raison in _HEURISTIQUES.items():
        if signature.startswith(debut):
            return raison
    return RaisonRefus.ANTIVIRUS_SUSPECT


_HEURISTIQUES = {
    "Heuristics.Limits.": RaisonRefus.ANTIVIRUS_LIMITES,
    "Heuristics.Encrypted.": RaisonRefus.ANTIVIRUS_CHIFFRE,
    "Heuristics.OLE2.ContainsMacros": RaisonRefus.ANTIVIRUS_MACRO,
}
_MOT_DE_PASSE = "Le fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis envoyez-le à nouveau."
_MACRO = "Le fichier contient des macros. Enregistrez le document sans macro ou en PDF, puis envoyez-le à nouveau."
_IMPRIMER = "Imprimez-le en PDF (Imprimer, puis « Enregistrer au format PDF »), puis envoyez ce nouveau fichier."
_ARCHIVE = (
    "Le document est abîmé ou construit de façon inhabituelle. "
    "Ouvrez-le, enregistrez-le sous un autre nom ou en PDF, puis envoyez-le à nouveau."
)
_PHRASES = {
    RaisonRefus.VIDE: "Le fichier est vide. Vérifiez qu’il s’ouvre sur votre poste, puis envoyez-le à nouveau.",
    RaisonRefus.TROP_GROS: "Le fichier dépasse 5 Mo. Réduisez-le ou partagez-le en plusieurs fichiers de 5 Mo au plus.",
    RaisonRefus.NOM_ABSENT: "Le fichier n’a pas de nom. Donnez-lui un nom, puis envoyez-le à nouveau.",
    RaisonRefus.EXTENSION_NON_ACCEPTEE: (
        "Ce type de fichier n’est pas accepté. Envoyez un fichier PDF, Word (.doc, .docx), Excel (.xls, .xlsx, .csv), TIFF, PNG ou JPEG."
    ),
    RaisonRefus.EXTENSION_DOUBLE: "Le nom du fichier a deux extensions. Renommez-le avec une seule (par exemple « facture.pdf »).",
    RaisonRefus.EXTENSION_MASQUEE: "Le nom du fichier contient des caractères invisibles. Renommez-le, puis envoyez-le à nouveau.",
    RaisonRefus.CONTENU_DIFFERENT: (
        "Le contenu du fichier ne correspond pas à son extension. "
        "Enregistrez-le dans le format voulu au lieu de le renommer, puis envoyez-le à nouveau."
    ),
    RaisonRefus.MOT_DE_PASSE: _MOT_DE_PASSE,
    RaisonRefus.MACRO: _MACRO,
    RaisonRefus.CONTROLE_ACTIVEX: "Le document contient des contrôles ActiveX. Enregistrez-le en PDF, puis envoyez-le à nouveau.",
    RaisonRefus.OBJET_INCORPORE: (
        "Le document contient un autre fichier incorporé. Retirez-le ou enregistrez le document en PDF, puis envoyez-le à nouveau."
    ),
    RaisonRefus.MODELE_DISTANT: (
        "Le document fait appel à un modèle ou à un objet situé hors du fichier. Enregistrez-le en PDF, puis envoyez-le à nouveau."
    ),
    RaisonRefus.PDF_DEBUT: f"Le fichier ne commence pas comme un PDF. {_IMPRIMER}",
    RaisonRefus.PDF_FIN: f"Le PDF est incomplet ou suivi d’autres données. {_IMPRIMER}",
    RaisonRefus.PDF_ILLISIBLE: f"Le PDF est abîmé et ne peut pas être lu. {_IMPRIMER}",
    RaisonRefus.PDF_TROP_DE_PAGES: "Le PDF a plus de 500 pages. Partagez-le en plusieurs fichiers.",
    RaisonRefus.PDF_JAVASCRIPT: f"Le PDF contient un programme (JavaScript). {_IMPRIMER}",
    RaisonRefus.PDF_ACTION_AUTOMATIQUE: f"Le PDF déclenche une action automatique. {_IMPRIMER}",
    RaisonRefus.PDF_LANCEMENT: f"Le PDF lance un programme. {_IMPRIMER}",
    RaisonRefus.PDF_FICHIER_JOINT: f"Le PDF contient un autre fichier. Envoyez cet autre fichier à part. {_IMPRIMER}",
    RaisonRefus.PDF_MULTIMEDIA: f"Le PDF contient un élément multimédia. {_IMPRIMER}",
    RaisonRefus.PDF_FORMULAIRE_XFA: f"Le PDF est un formulaire dynamique (XFA). {_IMPRIMER}",
    RaisonRefus.PDF_ENVOI_FORMULAIRE: f"Le PDF envoie ses données vers une autre adresse. {_IMPRIMER}",
    RaisonRefus.IMAGE_ILLISIBLE: "L’image est abîmée et ne peut pas être lue. Refaites la photo ou la numérisation, puis envoyez-la.",
    RaisonRefus.IMAGE_TROP_GRANDE: "L’image dépasse 50 millions de points. Numérisez-la en 300 points par pouce, puis envoyez-la.",
    RaisonRefus.IMAGE_TROP_DE_PAGES: "L’image TIFF a plus de 50 pages. Partagez-la en plusieurs fichiers ou envoyez un PDF.",
    RaisonRefus.IMAGE_SUITE: (
        "L’image est suivie d’autres données. Ouvrez-la, enregistrez-la sous un autre nom, puis envoyez ce nouveau fichier."
    ),
    RaisonRefus.CSV_ILLISIBLE: "Le CSV n’est pas un texte lisible. Enregistrez-le au format « CSV UTF-8 », puis envoyez-le à nouveau.",
    RaisonRefus.CSV_TROP_DE_LIGNES: "Le fichier CSV a plus de 50 000 lignes. Partagez-le en plusieurs fichiers.",
    RaisonRefus.CSV_PROGRAMME: (
        "Le fichier n’est pas un tableau mais une page web ou un programme. Enregistrez le tableau au format CSV, puis envoyez-le."
    ),
    RaisonRefus.ANTIVIRUS_LIMITES: "Le fichier est trop complexe pour être analysé. Enregistrez-le en PDF, puis envoyez-le à nouveau.",
    RaisonRefus.ANTIVIRUS_CHIFFRE: _MOT_DE_PASSE,
    RaisonRefus.ANTIVIRUS_MACRO: _MACRO,
    RaisonRefus.ANTIVIRUS_SUSPECT: "L’antivirus juge le fichier suspect. Enregistrez-le en PDF, puis envoyez-le à nouveau.",
    RaisonRefus.INTEGRITE: "Le fichier a été abîmé pendant sa conservation. Envoyez-le à nouveau.",
    RaisonRefus.RETIREE: "Le fichier a été retiré avant son analyse. Envoyez-le à nouveau s’il est utile à la demande.",
    RaisonRefus.VIRUS: "L’antivirus a trouvé un virus. Le fichier est détruit : faites vérifier votre poste, puis envoyez un fichier sain.",
}
