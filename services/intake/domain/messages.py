"""What is said beside a faulty field: what to do, never « champ invalide » (ux F06). A field without words of its own gets its label."""

_VIDES: dict[str, str] = {
    "civilite": "Sélectionnez la civilité",
    "nom": "Saisissez le nom",
    "prenom": "Saisissez le prénom",
    "date_naissance": "Saisissez la date de naissance",
    "lieu_naissance": "Saisissez le lieu de naissance : numéro du département ou pays",
    "telephone": "Saisissez le téléphone",
    "modalite_rdv": "Sélectionnez la modalité de rendez-vous",
    "commentaire": "Saisissez le commentaire",
    "consentement_donne_par": "Indiquez qui a donné son consentement",
    "consentement_recueilli_le": "Saisissez la date et l'heure auxquelles le consentement a été recueilli",
    "nature_ame": "Indiquez s'il s'agit d'un renouvellement ou d'une première demande",
    "compte_ameli": "Indiquez si la personne a un compte ameli",
    "motif_inaccessibilite": "Indiquez pourquoi le compte ameli est inaccessible",
    "qualite_partenaire": "Indiquez en quelle qualité vous agissez pour cette personne",
    "date_signature_procuration": "Saisissez la date de signature de la procuration",
    "justification_doublon": "Précisez en quoi il s'agit d'une autre démarche",
    "justification_sante": "Dites pourquoi cette donnée de santé est nécessaire",
    "consentement_oral": "Cochez la case : la saisine exige la déclaration du consentement oral de la personne",
    "assure_non_autonome": "Cochez la case : cette offre est réservée aux personnes non autonomes et sans compte ameli",
    "assure_sans_compte_ameli": "Cochez la case : cette offre est réservée aux personnes non autonomes et sans compte ameli",
}
_SUJETS: dict[str, str] = {
    "nom": "Le nom",
    "prenom": "Le prénom",
    "telephone": "Le téléphone",
    "commentaire": "Le commentaire",
    "justification_doublon": "La précision",
    "justification_sante": "La justification",
}
_DATES: dict[str, str] = {
    "date_naissance": "La date de naissance",
    "consentement_recueilli_le": "La date du consentement",
    "date_signature_procuration": "La date de signature de la procuration",
}
FUTUR = "futur"  # code of what is refused because its day has not come
NIR = "Supprimez le numéro de sécurité sociale : il ne doit figurer dans aucun champ"
MAL_FORME = "Saisissez à nouveau cette valeur : elle n'a pas pu être lue"
CARACTERES = "Supprimez les caractères invisibles de ce texte"


def ask_for(code: str, libelle: str) -> str:
    """The field is empty."""
    return _VIDES.get(code, f"Renseignez « {libelle} »")


def ask_for_motif(libelle_selecteur: str) -> str:
    """No motif chosen, or one that this structure may not choose. The selector of documents is called so (domain §1.1)."""
    return "Sélectionnez le document demandé" if libelle_selecteur == "Documents" else "Sélectionnez le motif de la demande"


def too_long(code: str, libelle: str, maximum: int) -> str:
    """The text is longer than the field holds."""
    return f"{_subject(code, libelle)} doit faire {maximum:,} caractères ou moins".replace(",", "\u202f")


def too_short(code: str, libelle: str, minimum: int) -> str:
    """The text says too little."""
    return f"{_subject(code, libelle)} doit faire {minimum} caractères ou plus"


def in_future(code: str, libelle: str) -> str:
    """The day has not come: which date it is is said too, a form has several."""
    return f"{_DATES.get(code, f'La date « {libelle} »')} ne doit pas être dans le futur"


def not_in_list(libelle: str) -> str:
    """The value is none of the list."""
    return f"Sélectionnez une réponse de la liste « {libelle} »"


def health_found(mots: tuple[str, ...]) -> str:
    """Soft block of RG-03: the words shown are the lexicon's."""
    return f"Ce texte semble contenir une donnée de santé ({', '.join(mots)}) : retirez-la, ou justifiez pourquoi elle est nécessaire"


def _subject(code: str, libelle: str) -> str:
    return _SUJETS.get(code, f"« {libelle} »")
