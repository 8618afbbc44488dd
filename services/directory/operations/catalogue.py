"""The catalogue as its file writes it: five offres, their motifs, fields, settings, and the variants of each caisse.

Only shape and cross references are checked here; what a caisse offers in the end is compiled by `compile_referentiel`.
"""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Source(BaseModel):
    """A piece of the file: an unknown key is a typing mistake and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CapSource(Source):
    """Calendar alarm from the filing (domain §6.2)."""

    heures: int | None = None
    jours: int | None = None


class SlaSource(Source):
    """Deadlines of a motif (domain §6.3)."""

    priorite: str
    pec: str
    res: str
    cap: CapSource | None = None


class ChampSource(Source):
    """A field of the forms (domain §1.3)."""

    code: str
    libelle: str
    type: str
    aide: str = ""
    requis: bool = False
    requis_si: dict[str, str | bool] | None = None
    enumeration: str | None = None
    min: int | None = None
    max: int | None = None
    valeur_exigee: bool = False
    precoche: bool = False
    futur: bool = True
    annee_min: int | None = None
    departement_regex: str | None = None
    stockage: str = ""
    affichage: str = ""


class PiecesSource(Source):
    """Whether files may be joined, and when only some types may, which."""

    autorisees: bool
    types_seuls: list[str] = []


class AccesSource(Source):
    """Who may use the offre: everybody, or by a setting and a habilitation (domain §12.1 Q6)."""

    ouvert: bool = False
    parametre: str | None = None
    habilitation: str | None = None


class RequalificationSource(Source):
    """Where one action of the agent moves the demande (domain §12.1 Q3)."""

    offre: str
    motif: str


class MotifSource(Source):
    """A motif as the country knows it (domain §1.2)."""

    code: str
    libelle: str
    portee: Literal["nationale", "locale", "fantome"]
    file_attente: str
    drapeaux: list[str] = []
    champs: list[str] = []
    habilitation: str | None = None
    habilitations_suffisantes: list[str] = []
    pieces_jointes: PiecesSource | None = None
    pieces_attendues: list[str] = []
    regles: list[str] = []
    bandeau: str = ""
    aide: str = ""
    sla: SlaSource | None = None
    escalades_pct: list[int] = [100]
    requalifiable_en: RequalificationSource | None = None


class OffreSource(Source):
    """One of the five offres de service (domain §1.1)."""

    code: str
    libelle: str
    libelles_anciens: list[str] = []
    titre_page: str = ""
    titre_formulaire: str = ""
    libelle_selecteur: str
    description: str
    avertissement: str = ""
    personne_concernee: Literal["requise", "absente"]
    pieces_jointes: PiecesSource
    acces: AccesSource
    preconditions: list[str] = []
    champs: list[str]
    regles: list[str] = []
    motifs: list[MotifSource]


class ActivationSource(Source):
    """An offre opened by a caisse, with its active motifs; a description replaces the national one."""

    code: str
    date_debut: date | None = None
    date_fin: date | None = None
    description: str = ""
    motifs: list[str]


class CaisseSource(Source):
    """What one caisse says differently from the country."""

    code: str
    libelle: str
    code_a_verifier: bool
    offres: list[ActivationSource]
    libelles_motifs: dict[str, str] = {}
    parametres: dict[str, object] = {}


class RegleSource(BaseModel):
    """A rule of use (domain §1.5); what only its enforcement needs stays in the service that enforces it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    effet: str
    texte: str


class TexteSource(Source):
    """A text with its version."""

    version: int
    texte: str


class HabilitationSource(Source):
    """An authorisation a caisse may grant (domain §2.5)."""

    libelle: str
    inclut: list[str] = []
    exige: str | None = None
    par_defaut: bool = False
    parametre: str | None = None


class PiecesJointesSource(BaseModel):
    """Types of files with the words people read."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    types: dict[str, str]


class BlocsSource(Source):
    """Groups of fields that come together."""

    personne_concernee: list[str]


class Catalogue(BaseModel):
    """The whole file. Sections that other services enforce on their own (decision table, quotas) are left unread."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    version: int
    date_effet: date
    enumerations: dict[str, dict[str, str | int] | list[str]]
    champs: list[ChampSource]
    blocs: BlocsSource
    pieces_jointes: PiecesJointesSource
    sla_defaut: SlaSource
    offres: list[OffreSource]
    regles: dict[str, RegleSource]
    textes: dict[str, TexteSource]
    habilitations: dict[str, HabilitationSource]
    types_structure: dict[str, str]
    parametres: dict[str, object]
    caisses: list[CaisseSource]

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        """Every code a motif or a caisse names must exist. Raises: ValueError."""
        motifs = {offre.code: {motif.code for motif in offre.motifs} for offre in self.offres}
        champs = {champ.code for champ in self.champs} | {"personne_concernee"}
        named = [(champ, champs) for offre in self.offres for champ in offre.champs]
        for offre in self.offres:
            for motif in offre.motifs:
                named += [(champ, champs) for champ in motif.champs]
                named += [(regle, set(self.regles)) for regle in [*offre.regles, *motif.regles]]
                named += [(piece, set(self.pieces_jointes.types)) for piece in motif.pieces_attendues]
        for caisse in self.caisses:
            named += [(motif, motifs[offre.code]) for offre in caisse.offres for motif in offre.motifs]
            named += [(parametre, set(self.parametres)) for parametre in caisse.parametres]
        unknown = sorted({code for code, known in named if code not in known})
        if unknown:
            message = f"the catalogue names codes that it does not define: {', '.join(unknown)}"
            raise ValueError(message)
        return self
