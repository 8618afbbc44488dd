"""The model of a form between a handler and the macros: values, hints, errors (UX-F03 to F08).

A handler builds a `Formulaire` from what the person typed; a refusal gives it errors by field and renders it again with
status 422, everything kept. Nothing here knows a business field: the catalogue does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby

from shared.kernel.errors import FieldError


class Genre(StrEnum):
    """How a field is shown."""

    TEXTE = "text"
    TEXTE_LONG = "textarea"
    LISTE = "select"
    RADIOS = "radios"
    CASE = "checkbox"
    CASES = "checkboxes"
    DATE = "date"
    FICHIERS = "file"
    MOT_DE_PASSE = "password"
    COURRIEL = "email"
    MOMENT = "moment"
    CACHE = "hidden"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a list, a radio group or a group of checkboxes. `groupe`: of a list, told once above those that follow each other."""

    valeur: str
    libelle: str
    aide: str = ""
    groupe: str = ""


@dataclass(frozen=True, slots=True)
class Groupe:
    """Options that follow each other; without words, just the options."""

    libelle: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Champ:
    """One field as it stands on the page.

    `valeur` for a single value ("oui" for a ticked box), `valeurs` for several. `erreur` blocks, `avertissement` does not.
    `suggestions` feed a datalist. `recalcule`: other fields depend on this one, the form is rendered again on change (UX-F15).
    `libelle_cache`: the legend around already shows these words; they are still read aloud.
    """

    nom: str
    libelle: str
    genre: Genre = Genre.TEXTE
    valeur: str = ""
    valeurs: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    aide: str = ""
    requis: bool = True
    erreur: str = ""
    avertissement: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    max: int | None = None
    court: bool = False
    en_ligne: bool = False
    suggestions: tuple[str, ...] = ()
    accept: str = ""
    invite: str = "Sélectionner"
    recalcule: bool = False
    lignes: int = 6
    libelle_cache: bool = False

    @property
    def groupes(self) -> tuple[Groupe, ...]:
        """The options of a list, under the words they share."""
        return tuple(Groupe(libelle, tuple(options)) for libelle, options in groupby(self.options, key=lambda option: option.groupe))

    @property
    def id(self) -> str:
        """The id of the control that takes the focus: the first one of a group."""
        return f"champ-{self.nom}"

    @property
    def decrit_par(self) -> str:
        """Value of `aria-describedby`: hint, then warning, then error (UX-F05)."""
        parts = [("aide", self.aide), ("avertissement", self.avertissement), ("erreur", self.erreur)]
        return " ".join(f"{self.id}-{suffix}" for suffix, text in parts if text)

    def is_chosen(self, valeur: str) -> bool:
        """Whether this option was chosen."""
        return valeur == self.valeur or valeur in self.valeurs


@dataclass(frozen=True, slots=True)
class ErreurListee:
    """One line of the error summary: its text is the inline message, its target the field (UX-F04)."""

    message: str
    cible: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulaire:
    """Fields by name, in the order of the page, with errors that belong to no field."""

    champs: Mapping[str, Champ] = field(default_factory=dict)
    erreurs_generales: tuple[ErreurListee, ...] = ()

    @classmethod
    def of(cls, champs: Iterable[Champ]) -> "Formulaire":
        """A form without error; the order of the fields is the order of the page."""
        return cls(champs={champ.nom: champ for champ in champs})

    def __getitem__(self, nom: str) -> Champ:
        return self.champs[nom]

    def __contains__(self, nom: object) -> bool:
        return nom in self.champs

    @property
    def erreurs(self) -> tuple[ErreurListee, ...]:
        """The lines of the summary, in the order of the page, general ones last."""
        inline = tuple(ErreurListee(champ.erreur, champ.id) for champ in self.champs.values() if champ.erreur)
        return inline + self.erreurs_generales

    @property
    def is_valid(self) -> bool:
        """Whether nothing blocks."""
        return not self.erreurs

    def with_errors(self, erreurs: Sequence[FieldError], *, cibles: Mapping[str, str] | None = None) -> "Formulaire":
        """The same form, every value kept, each message beside its field.

        `cibles`: ids on the page of things that are no field (the file zone). A message without place goes to the summary alone.
        """
        champs = dict(self.champs)
        generales = list(self.erreurs_generales)
        for erreur in erreurs:
            champ = champs.get(erreur.champ)
            if champ is None:
                generales.append(ErreurListee(erreur.message, (cibles or {}).get(erreur.champ, "")))
            elif not champ.erreur:
                champs[erreur.champ] = replace(champ, erreur=erreur.message)
        return Formulaire(champs=champs, erreurs_generales=tuple(generales))

    def with_values(self, valeurs: Mapping[str, str | Sequence[str]]) -> "Formulaire":
        """The same form holding what the person typed (UX-F07)."""
        champs = {nom: _filled(champ, valeurs.get(nom)) for nom, champ in self.champs.items()}
        return Formulaire(champs=champs, erreurs_generales=self.erreurs_generales)


def _filled(champ: Champ, valeur: str | Sequence[str] | None) -> Champ:
    if valeur is None:
        return champ
    if isinstance(valeur, str):
        return replace(champ, valeur=valeur)
    return replace(champ, valeurs=tuple(valeur))
