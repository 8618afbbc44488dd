"""From the catalogue to what one caisse offers: the reference data that readers copy, without its version number.

A caisse inherits every value it does not state (domain §12.2). Pure: same catalogue, same result.
"""

import unicodedata
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from services.directory.domain.errors import CaisseNotFoundError
from services.directory.operations.catalogue import (
    ActivationSource,
    CaisseSource,
    Catalogue,
    ChampSource,
    MotifSource,
    OffreSource,
    SlaSource,
)
from shared.contracts.reference import (
    Champ,
    Choix,
    Horaire,
    MotifRef,
    OffreRef,
    Parametres,
    ReferentielCaisse,
    Regle,
    Sla,
    Texte,
)
from shared.kernel.identifiers import CaisseCode

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def compile_referentiel(catalogue: Catalogue, caisse_code: CaisseCode, *, version: int, en_vigueur_le: datetime) -> ReferentielCaisse:
    """Everything this caisse decides, ready to be published as `version`.

    Raises: CaisseNotFoundError.
    """
    caisse = _caisse(catalogue, caisse_code)
    enumerations = {nom: _labels(valeurs) for nom, valeurs in catalogue.enumerations.items()}
    enumerations["type_structure"] = dict(catalogue.types_structure)
    enumerations["habilitation"] = {code: source.libelle for code, source in catalogue.habilitations.items()}
    return ReferentielCaisse(
        caisse_code=caisse.code,
        libelle=caisse.libelle,
        version=version,
        en_vigueur_le=en_vigueur_le,
        offres=_offres(catalogue, caisse),
        champs={champ.code: _champ(champ, enumerations) for champ in catalogue.champs},
        personne_concernee=catalogue.blocs.personne_concernee,
        types_pieces=dict(catalogue.pieces_jointes.types),
        regles={code: Regle(code=code, effet=regle.effet, texte=regle.texte) for code, regle in catalogue.regles.items()},
        textes={code: Texte(version=texte.version, texte=texte.texte) for code, texte in catalogue.textes.items()},
        enumerations=enumerations,
        parametres=_parametres(catalogue, caisse),
    )


def first_en_vigueur_le(catalogue: Catalogue, caisse_code: CaisseCode) -> datetime:
    """When a caisse's first version enters into force: the start of the catalogue's day of effect, local to the caisse."""
    fuseau = _parametres(catalogue, _caisse(catalogue, caisse_code)).fuseau
    midnight = datetime.combine(catalogue.date_effet, time.min, ZoneInfo(fuseau))
    return midnight.astimezone(UTC)


def _caisse(catalogue: Catalogue, caisse_code: CaisseCode) -> CaisseSource:
    """What this caisse says differently from the country. Raises: CaisseNotFoundError."""
    caisse = next((caisse for caisse in catalogue.caisses if caisse.code == caisse_code), None)
    if caisse is None:
        raise CaisseNotFoundError(caisse_code)
    return caisse


def _offres(catalogue: Catalogue, caisse: CaisseSource) -> list[OffreRef]:
    """The offres this caisse opened, in the catalogue's order."""
    activations = {activation.code: activation for activation in caisse.offres}
    return [_offre(offre, activations[offre.code], catalogue, caisse) for offre in catalogue.offres if offre.code in activations]


def _offre(offre: OffreSource, activation: ActivationSource, catalogue: Catalogue, caisse: CaisseSource) -> OffreRef:
    """The offre as this caisse shows it, with its active motifs ordered by label."""
    motifs = [_motif(motif, offre, catalogue.sla_defaut, caisse) for motif in offre.motifs if motif.code in activation.motifs]
    return OffreRef(
        code=offre.code,
        libelle=offre.libelle,
        titre=offre.titre_formulaire or offre.titre_page or offre.libelle,
        libelle_selecteur=offre.libelle_selecteur,
        description=activation.description or offre.description,
        avertissement=offre.avertissement,
        personne_concernee=offre.personne_concernee == "requise",
        pieces_autorisees=offre.pieces_jointes.autorisees,
        acces_parametre=offre.acces.parametre,
        acces_habilitation=offre.acces.habilitation,
        preconditions=offre.preconditions,
        champs=offre.champs,
        regles=offre.regles,
        motifs=sorted(motifs, key=lambda motif: _collation(motif.libelle)),
        ouvert_du=activation.date_debut,
        ouvert_au=activation.date_fin,
    )


def _motif(motif: MotifSource, offre: OffreSource, sla_defaut: SlaSource, caisse: CaisseSource) -> MotifRef:
    """The motif under the label this caisse gives it; what it does not state comes from its offre."""
    pieces = motif.pieces_jointes or offre.pieces_jointes
    requalification = motif.requalifiable_en
    return MotifRef(
        code=motif.code,
        libelle=caisse.libelles_motifs.get(motif.code, motif.libelle),
        file_attente=motif.file_attente,
        drapeaux=motif.drapeaux,
        champs=motif.champs,
        habilitation=motif.habilitation,
        habilitations_suffisantes=motif.habilitations_suffisantes,
        pieces_autorisees=pieces.autorisees,
        types_seuls=pieces.types_seuls,
        pieces_attendues=motif.pieces_attendues,
        regles=motif.regles,
        bandeau=motif.bandeau,
        aide=motif.aide,
        sla=_sla(motif.sla or sla_defaut),
        escalades_pct=motif.escalades_pct,
        requalifiable_en=(requalification.offre, requalification.motif) if requalification else None,
    )


def _sla(source: SlaSource) -> Sla:
    """Deadlines with the priority as the engine counts it: P1 is 1, the most urgent."""
    return Sla(
        priorite=int(source.priorite.removeprefix("P")),
        pec=source.pec,
        res=source.res,
        cap_heures=source.cap.heures if source.cap else None,
        cap_jours=source.cap.jours if source.cap else None,
    )


def _champ(source: ChampSource, enumerations: dict[str, dict[str, str]]) -> Champ:
    """A field with its choices spelt out."""
    valeurs = enumerations[source.enumeration] if source.enumeration else {}
    return Champ(
        code=source.code,
        libelle=source.libelle,
        type=source.type,
        aide=source.aide,
        requis=source.requis,
        requis_si=_requis_si(source.requis_si),
        choix=[Choix(code=code, libelle=libelle) for code, libelle in valeurs.items()],
        min=source.min,
        max=source.max,
        valeur_exigee=source.valeur_exigee,
        futur=source.futur,
        annee_min=source.annee_min,
        regex=source.departement_regex,
    )


def _requis_si(source: dict[str, str | bool] | None) -> tuple[str, str] | None:
    """`{champ: x, vaut: y}` becomes (x, y); `{piece_jointe: t}` and `{avertissement: a}` keep their key."""
    if source is None:
        return None
    if "champ" in source:
        return str(source["champ"]), _text(source["vaut"])
    ((cle, valeur),) = source.items()
    return cle, _text(valeur)


def _text(valeur: str | bool) -> str:
    """A value of the file as JSON would write it inside a form."""
    return str(valeur).lower() if isinstance(valeur, bool) else valeur


def _labels(valeurs: dict[str, str | int] | list[str]) -> dict[str, str]:
    """A closed list as code and label; without labels the code stands for itself."""
    if isinstance(valeurs, list):
        return {valeur: valeur for valeur in valeurs}
    return {code: str(libelle) for code, libelle in valeurs.items()}


def _parametres(catalogue: Catalogue, caisse: CaisseSource) -> Parametres:
    """The settings of the country, with those the caisse states on top."""
    valeurs = catalogue.parametres | caisse.parametres
    horaires = valeurs["horaires"]
    if isinstance(horaires, dict):
        valeurs["horaires"] = [
            Horaire(jour=JOURS.index(jour) + 1, ouverture=bornes[0], fermeture=bornes[1]) for jour, bornes in horaires.items()
        ]
    return Parametres.model_validate(valeurs)


def _collation(libelle: str) -> tuple[str, str]:
    """Alphabetical order as a French drop-down shows it: accents and case count last (domain §1.2)."""
    decomposed = unicodedata.normalize("NFKD", libelle)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold(), libelle
