"""The form of any offre, made from the catalogue alone: no offre and no motif is written here (P-02 to P-06, UX-F01).

Sections stand in a fixed order: Motif, Conditions, Personne concernée, Précisions, Pièces jointes, Commentaires, Engagements.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.gateway.web.saisie import JUSTIFICATION_SANTE, Saisie
from shared.contracts.http.intake import FormulaireVue
from shared.contracts.reference import Champ as ChampRef
from shared.contracts.reference import MotifRef
from shared.webkit.forms import Champ, Formulaire, Genre, Option
from shared.webkit.french import alphabetical

_MOST_RADIOS: Final = 6
_CONSENT_FLAG: Final = "consentement_requis"
_CONSENT_TEXT: Final = "consentement_mas"
_CONSENT_BOX: Final = "consentement_oral"
_PROCURATION: Final = "procuration"
_SIGNED_ON: Final = "date_signature_procuration"
_PERSONNE: Final = "personne_concernee"
_APART: Final = frozenset({"motif", "pieces_jointes", "commentaire"})
_HEALTH_HINT: Final = "N'indiquez pas de donnée de santé ni d'information inutile : la personne peut relire ce texte."
_HINTS: Final = {
    "date_incomplete": "JJ/MM/AAAA, par exemple 04/11/1950. Jour ou mois inconnu : écrivez 00, par exemple 00/00/1950.",
    "date": "JJ/MM/AAAA",
    "telephone": "Par exemple 06.00.00.00.00. Les numéros étrangers sont acceptés.",
}
_GENRES: Final = {
    "texte": Genre.TEXTE,
    "texte_long": Genre.TEXTE_LONG,
    "choix_multiple": Genre.CASES,
    "case": Genre.CASE,
    "moment": Genre.MOMENT,
}
_WATCHED: Final = frozenset({"date_incomplete", "date", "telephone"})
_ON_THE_ACCOUNT: Final = ("compte_ameli", "accessible")
_ON_THE_ACCOUNT_TEXT: Final = (
    "L'attestation sera déposée sur le compte ameli de la personne : il vous appartiendra de la récupérer avec elle."
)
_DATE: Final = re.compile(r"(\d{1,2})\D+(\d{1,2})\D+(\d{4})|(\d{2})(\d{2})(\d{4})")
_TELEPHONE_DIGITS: Final = 9
_INPUT_MODES: Final = {"date_incomplete": "numeric", "date": "numeric", "telephone": "tel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A fieldset of the form; `cle` names it for the template."""

    cle: str
    legende: str
    aide: str = ""
    champs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffreForm:
    """Everything the template shows: fields with their values, sections, and what the chosen motif asks for."""

    vue: FormulaireVue
    motif: MotifRef | None
    formulaire: Formulaire
    sections: tuple[Section, ...]
    pieces_attendues: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    conseils: tuple[str, ...]

    def is_hors_liste(self, type_piece: str) -> bool:
        """Whether a file of this type must say why it is joined (RG-01)."""
        return self.motif is not None and type_piece not in self.motif.pieces_attendues

    @property
    def accept(self) -> str:
        """What the file chooser proposes; the camera of a telephone included (UX-U15)."""
        return ",".join(["image/*", *(f".{extension}" for extension in self.extensions)])

    @property
    def extensions(self) -> list[str]:
        """The formats of the caisse, with their other spellings."""
        aliases = {"jpeg": ["jpg"], "tiff": ["tif"]}
        formats = self.vue.formats_autorises
        return [*formats, *(alias for name in formats for alias in aliases.get(name, []))]


def build_form(vue: FormulaireVue, saisie: Saisie) -> OffreForm:
    """The form as it stands after what was typed so far."""
    motif = next((motif for motif in vue.motifs if motif.code == saisie.texte("motif")), None)
    sections = tuple(_sections(vue, motif, saisie))
    codes = [code for section in sections for code in section.champs]
    controlling = {vue.champs[code].requis_si[0] for code in vue.champs if vue.champs[code].requis_si}  # type: ignore[index]  # just tested
    champs = [_champ(vue, motif, code, saisie, recalcule=code in controlling) for code in codes]
    return OffreForm(
        vue=vue,
        motif=motif,
        formulaire=Formulaire.of(champs),
        sections=sections,
        pieces_attendues=tuple(_expected(vue, code) for code in (motif.pieces_attendues if motif else [])),
        types=tuple(_types(vue, motif)),
        conseils=tuple(_advice(vue, motif)),
    )


def _sections(vue: FormulaireVue, motif: MotifRef | None, saisie: Saisie) -> Iterable[Section]:
    own = _own_codes(vue, motif, saisie)
    engaged = _engagements(vue, own)
    yield Section(cle="motif", legende=vue.offre.libelle_selecteur, champs=("motif",))
    if vue.offre.preconditions:
        yield Section(cle="conditions", legende="Conditions", aide=vue.offre.avertissement, champs=tuple(vue.offre.preconditions))
    if vue.offre.personne_concernee:
        yield Section(cle="personne", legende="Personne concernée", champs=tuple(vue.personne_concernee))
    precisions = tuple(code for code in own if code not in engaged)
    if precisions:
        yield Section(cle="precisions", legende="Précisions", champs=precisions)
    if _pieces_allowed(vue, motif) or saisie.pieces:  # files joined under another motif can be taken away
        yield Section(cle="pieces", legende="Pièces jointes")
    yield Section(cle="commentaire", legende="Commentaires", champs=("commentaire",))
    if saisie.sante:
        yield Section(cle="sante", legende="Donnée de santé", champs=(JUSTIFICATION_SANTE,))
    if engaged:
        yield Section(cle="engagements", legende="Engagements", champs=engaged)
    if saisie.doublon:
        yield Section(cle="doublon", legende="Une autre démarche", champs=("doublon_confirme", "justification_doublon"))


def _own_codes(vue: FormulaireVue, motif: MotifRef | None, saisie: Saisie) -> list[str]:
    """Fields of the offre and of the motif beside the common ones; those another value calls for only when it does."""
    asked = [*vue.offre.champs, *(motif.champs if motif else [])]
    apart = {*_APART, _PERSONNE, *vue.personne_concernee, *vue.offre.preconditions}
    known = [code for code in dict.fromkeys(asked) if code in vue.champs and code not in apart]
    return [code for code in known if _is_called_for(vue.champs[code], vue, saisie)]


def _is_called_for(champ: ChampRef, vue: FormulaireVue, saisie: Saisie) -> bool:
    if champ.requis_si is None:
        return True
    autre, valeur = champ.requis_si
    if autre == "piece_jointe":
        return True
    return autre in vue.champs and saisie.texte(autre) == valeur


def _engagements(vue: FormulaireVue, codes: list[str]) -> tuple[str, ...]:
    """Boxes that must be ticked, and the fields that speak of the same thing (same first word of their code)."""
    themes = {code.split("_")[0] for code in codes if vue.champs[code].type == "case" and vue.champs[code].valeur_exigee}
    return tuple(code for code in codes if code.split("_")[0] in themes)


def _champ(vue: FormulaireVue, motif: MotifRef | None, code: str, saisie: Saisie, *, recalcule: bool) -> Champ:
    if code == "motif":
        return _motif_champ(vue, saisie)
    if code == JUSTIFICATION_SANTE:
        return _health_champ(saisie)
    ref = vue.champs[code]
    personal = code in vue.personne_concernee
    conditional = ref.requis_si is not None and ref.requis_si[0] == "piece_jointe"
    return Champ(
        nom=code,
        libelle=ref.libelle,
        genre=_genre(ref),
        valeur=saisie.texte(code),
        valeurs=tuple(saisie.liste(code)),
        options=tuple(Option(choix.code, choix.libelle) for choix in ref.choix),
        aide=_aide(vue, motif, ref),
        avertissement=_warning(vue, ref, saisie.texte(code)),
        requis=(ref.requis or ref.requis_si is not None or ref.valeur_exigee) and not conditional,
        autocomplete="off" if personal else "",
        inputmode=_INPUT_MODES.get(ref.type, ""),
        max=ref.max if ref.type == "texte_long" else None,
        court=ref.type in {"date", "date_incomplete", "telephone"},
        en_ligne=len(ref.choix) == 2,
        suggestions=tuple(vue.pays) if ref.type == "departement_ou_pays" else (),
        recalcule=recalcule or ref.type in _WATCHED,
        libelle_cache=ref.type == "texte_long",
    )


def _motif_champ(vue: FormulaireVue, saisie: Saisie) -> Champ:
    few = len(vue.motifs) <= _MOST_RADIOS
    return Champ(
        nom="motif",
        libelle=vue.offre.libelle_selecteur,
        libelle_cache=True,
        genre=Genre.RADIOS if few else Genre.LISTE,
        valeur=saisie.texte("motif"),
        options=tuple(Option(motif.code, motif.libelle) for motif in vue.motifs),
        invite="Sélectionner un motif",
        recalcule=True,
    )


def _health_champ(saisie: Saisie) -> Champ:
    """RG-03: a health word is removed, or its necessity told; what is told here is not kept."""
    aide = "À remplir seulement si vous laissez cette donnée : dites pourquoi l'instruction de la demande l'exige."
    libelle = "Pourquoi cette donnée de santé est-elle nécessaire ?"
    return Champ(nom=JUSTIFICATION_SANTE, libelle=libelle, aide=aide, valeur=saisie.texte(JUSTIFICATION_SANTE), requis=False)


def _genre(ref: ChampRef) -> Genre:
    if ref.type == "choix":
        return Genre.RADIOS if len(ref.choix) <= _MOST_RADIOS else Genre.LISTE
    return _GENRES.get(ref.type, Genre.TEXTE)


def _aide(vue: FormulaireVue, motif: MotifRef | None, ref: ChampRef) -> str:
    parts = [ref.aide or _HINTS.get(ref.type, "")]
    if ref.type == "texte_long":
        parts.append(_HEALTH_HINT)
    if ref.requis_si and ref.requis_si[0] == "piece_jointe":
        parts.append(f"Obligatoire si vous joignez cette pièce : {_expected(vue, ref.requis_si[1])}.")
    if motif and _CONSENT_FLAG in motif.drapeaux and ref.code == _CONSENT_BOX and _CONSENT_TEXT in vue.textes:
        parts.append(vue.textes[_CONSENT_TEXT].texte)
    return " ".join(part if part.endswith((".", "?")) or len(parts) == 1 else f"{part}." for part in parts if part)


def _warning(vue: FormulaireVue, ref: ChampRef, valeur: str) -> str:
    """What is good to know and stops nothing: a date, a telephone, where an attestation will go (UX-F10, F13, F16, F19)."""
    if ref.type == "date_incomplete":
        return "Date inhabituelle, vérifiez." if _is_no_day(valeur) else ""
    if ref.code == _SIGNED_ON and vue.procuration_depuis is not None:
        return _old_procuration(vue.procuration_validite_mois, vue.procuration_depuis, valeur)
    if (ref.code, valeur) == _ON_THE_ACCOUNT:
        return _ON_THE_ACCOUNT_TEXT
    if ref.type == "telephone" and valeur and sum(map(str.isdigit, valeur)) < _TELEPHONE_DIGITS:
        return "Numéro inhabituel, vérifiez."
    return ""


def _old_procuration(mois: int, depuis: date, valeur: str) -> str:
    signed = _day(valeur)
    if signed is None or signed >= depuis:
        return ""
    return f"Cette procuration a {mois} mois ou plus : votre organisme peut la refuser. Joignez-en une plus récente si possible."


def _is_no_day(valeur: str) -> bool:
    """A whole date that no calendar has: a lunar one, or 31/02/1975."""
    return _DATE.fullmatch(valeur.strip()) is not None and _day(valeur) is None


def _day(valeur: str) -> date | None:
    """The day typed as « JJ/MM/AAAA » or in its other spellings, None while it is none."""
    found = _DATE.fullmatch(valeur.strip())
    if found is None:
        return None
    jour, mois, annee = (int(part) for part in found.groups() if part)
    try:
        return date(annee, mois, jour)
    except ValueError:
        return None


def _expected(vue: FormulaireVue, code: str) -> str:
    """A piece as it is asked for: a procuration with the age it may have."""
    libelle = vue.types_pieces.get(code, code)
    if code == _PROCURATION and vue.procuration_depuis is not None:
        return f"{libelle} de moins de {vue.procuration_validite_mois} mois"
    return libelle


def _pieces_allowed(vue: FormulaireVue, motif: MotifRef | None) -> bool:
    return motif.pieces_autorisees if motif else vue.offre.pieces_autorisees


def _types(vue: FormulaireVue, motif: MotifRef | None) -> Iterable[tuple[str, str]]:
    """Types a file may be given: those the motif expects first, then by label; only its own when the motif takes no other.

    What comes from a database has lost the catalogue's order: the labels give one.
    """
    expected = motif.pieces_attendues if motif else []
    allowed = motif.types_seuls if motif and motif.types_seuls else list(vue.types_pieces)
    others = sorted((code for code in allowed if code not in expected), key=lambda code: alphabetical(vue.types_pieces[code]))
    for code in [*(code for code in expected if code in allowed), *others]:
        yield code, vue.types_pieces[code]


def _advice(vue: FormulaireVue, motif: MotifRef | None) -> Iterable[str]:
    """What to know before filing under this motif: its help, and its own rules of use."""
    if motif is None:
        return
    if motif.aide:
        yield motif.aide
    for code in motif.regles:
        if code in vue.regles and code not in vue.offre.regles:
            yield vue.regles[code].texte
