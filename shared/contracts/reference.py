"""Reference data owned by directory and copied by whoever needs it to accept an act (house §2).

Every version is kept with the instant it enters into force: an act is judged by the version in force at its instant.
The lists keep the catalogue's order; motifs are ordered by label, as drop-downs show them (domain §1.2).
"""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class Choix(Contract):
    """One value of a closed list, with the words people read."""

    code: str
    libelle: str


class Champ(Contract):
    """A field of a form (domain §1.3). `type` decides how it is checked and shown.

    Types: motif, texte, texte_long, choix, choix_multiple, case, date, date_incomplete, departement_ou_pays, telephone,
    moment, fichiers. `requis_si`: (other field or "piece_jointe" or "avertissement", value) that makes it required.
    """

    code: str
    libelle: str
    type: str
    aide: str = ""
    requis: bool = False
    requis_si: tuple[str, str] | None = None
    choix: list[Choix] = []
    min: int | None = None
    max: int | None = None
    valeur_exigee: bool = False
    futur: bool = True
    annee_min: int | None = None
    regex: str | None = None


class Sla(Contract):
    """Deadlines of a motif (domain §6.3). `pec` and `res`: "4h" opening hours or "2j" working days."""

    priorite: int  # 1 to 4
    pec: str
    res: str
    cap_heures: int | None = None  # calendar hours
    cap_jours: int | None = None  # calendar days, same local time


class Regle(Contract):
    """A rule of use shown or enforced (domain §1.5). `effet`: aide, refus, avertissement_bloquant."""

    code: str
    effet: str
    texte: str


class MotifRef(Contract):
    """A motif as this caisse offers it; `ouvert_du`/`ouvert_au` are local days, bounds included."""

    code: str
    libelle: str
    file_attente: str  # generale, mas, partenariat
    drapeaux: list[str] = []
    champs: list[str] = []  # besides those of the offre
    habilitation: str | None = None
    habilitations_suffisantes: list[str] = []
    pieces_autorisees: bool
    types_seuls: list[str] = []
    pieces_attendues: list[str] = []
    regles: list[str] = []
    bandeau: str = ""
    aide: str = ""
    sla: Sla
    escalades_pct: list[int] = [100]
    requalifiable_en: tuple[str, str] | None = None  # offre, motif
    ouvert_du: date | None = None
    ouvert_au: date | None = None


class OffreRef(Contract):
    """One of the five offres de service, as this caisse offers it."""

    code: str
    libelle: str
    titre: str
    libelle_selecteur: str
    description: str
    avertissement: str = ""
    personne_concernee: bool
    pieces_autorisees: bool
    acces_parametre: str | None = None  # name of the setting that opens it
    acces_habilitation: str | None = None
    preconditions: list[str] = []
    champs: list[str]
    regles: list[str] = []
    motifs: list[MotifRef]
    ouvert_du: date | None = None
    ouvert_au: date | None = None


class Horaire(Contract):
    """Opening hours of a weekday, local time of the caisse, "08:30"; ISO weekday 1 = Monday."""

    jour: int
    ouverture: str
    fermeture: str


class Parametres(Contract):
    """Settings of a caisse (domain §12.2), one field each; durations carry their unit in their name."""

    formats_autorises: list[str]
    max_fichiers: int
    max_octets: int
    telechargement_jours: int
    telechargement_rappel_jours_avant: int
    doublon: Literal["avertir_bloquant", "interdire"]
    doublon_entre_structures: Literal["agents_seulement", "aucun"]
    ame_premiere_demande: Literal["refusee", "acceptee"]
    ame_fenetre_renouvellement_mois: int
    ame_retroactivite_jours: int
    acces_demander_document: Literal["habilitation", "toutes_structures"]
    procuration_validite_mois: int
    pieces_identite_exigees: Literal["assure", "assure_et_mandataire"]
    cumul_avenant_procuration: bool
    tutelle_toujours_pj: bool
    complement_attestation_jours: int
    formation_mas_requise: bool
    mas_premier_contact_jours_ouvres: int
    mas_tentatives: int
    mas_tentatives_jours_ouvres: int
    echange_rappel_jours: int
    echange_cloture_jours: int
    retour_apres_resolu: Literal["demande_liee", "relancer"]
    retour_apres_resolu_jours: int
    zone: str
    fuseau: str
    horaires: list[Horaire]
    vendredi_saint_ferie: bool
    lundi_pentecote_ferie: bool
    fermetures: list[date]
    sla_alertes_pct: list[int]
    echeance_visible_partenaire: bool
    conservation_demande_mois: int
    conservation_pj_envoyees_jours: int
    conservation_procuration_ans: int
    conservation_journaux_mois: int
    compte_desactivation_mois: int
    compte_suppression_mois: int
    structure_dormante_jours: int
    revue_acces_mois: int
    petits_effectifs_seuil: int
    garde_donnees_sante: str


class Texte(Contract):
    """A text people accept or read, with the version that is stored beside their act."""

    version: int
    texte: str


class ReferentielCaisse(Contract):
    """Everything one caisse decides, in one version. Asked by `ask.directory.referentiel.v1`."""

    caisse_code: str
    libelle: str
    version: int
    en_vigueur_le: AwareDatetime
    offres: list[OffreRef]
    champs: dict[str, Champ]
    personne_concernee: list[str]  # field codes of the block
    types_pieces: dict[str, str]  # code -> label
    regles: dict[str, Regle]
    textes: dict[str, Texte]
    enumerations: dict[str, dict[str, str]]
    parametres: Parametres

    def offre(self, code: str) -> OffreRef | None:
        """The offre with this code, or None."""
        return next((offre for offre in self.offres if offre.code == code), None)


class Habilitation(Contract):
    """An authorisation granted to a structure by a caisse (domain §2.5); `retiree_le` None while it holds."""

    code: str
    accordee_le: AwareDatetime
    retiree_le: AwareDatetime | None = None


class StructureRef(Contract):
    """A structure as one caisse knows it: convention, avenant and habilitations are with that caisse only."""

    structure_id: UUID
    caisse_code: str
    nom: str
    type_structure: str
    convention_statut: str  # domain §2.4; only `active` files new demandes
    avenant_en_vigueur: bool = False
    formee_mas: bool = False
    habilitations: list[Habilitation] = []
    version: int

    def is_habilitee(self, code: str) -> bool:
        """Whether the habilitation holds now (`demander_document` brings `recevoir_pj_sortantes`, domain §2.5)."""
        tenues = {habilitation.code for habilitation in self.habilitations if habilitation.retiree_le is None}
        return code in tenues or (code == "recevoir_pj_sortantes" and "demander_document" in tenues)
