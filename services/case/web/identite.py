"""The person an agent types when a demande that named nobody is requalified (domain §12, Q4)."""

from typing import Final

from shared.contracts.depots import PersonneConcernee
from shared.webkit.forms import Champ, Formulaire, Genre, Option

IDENTITE: Final = ("civilite", "nom", "prenom", "date_naissance", "lieu_naissance", "telephone")
_CIVILITES: Final = (Option("madame", "Madame"), Option("monsieur", "Monsieur"))


def identite_form() -> Formulaire:
    """The six fields, empty; nothing is completed by the browser (ux §2.6)."""
    return Formulaire.of(
        [
            Champ(nom="civilite", libelle="Civilité", genre=Genre.RADIOS, options=_CIVILITES, en_ligne=True, requis=False),
            Champ(nom="nom", libelle="Nom", autocomplete="off", requis=False),
            Champ(nom="prenom", libelle="Prénom", autocomplete="off", requis=False),
            Champ(nom="date_naissance", libelle="Date de naissance", aide="JJ/MM/AAAA", court=True, autocomplete="off", requis=False),
            Champ(nom="lieu_naissance", libelle="Département ou pays de naissance", autocomplete="off", requis=False),
            Champ(nom="telephone", libelle="Téléphone", inputmode="tel", autocomplete="off", requis=False),
        ]
    )


def personne_of(formulaire: Formulaire) -> PersonneConcernee | None:
    """The person as typed, kept as it stands; None while the name is missing."""
    typed = {nom: formulaire[nom].valeur.strip() for nom in IDENTITE}
    return PersonneConcernee(**typed) if typed["nom"] and typed["prenom"] else None
