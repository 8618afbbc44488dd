"""What surrounds every page: who looks, from where, and the links of the front (ux §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.webkit.messages_fr import PREMIERE_CONNEXION, PageErreur


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry of the main menu. `compte` is shown beside the words when it is not zero; `roles` are those that see it, empty for all."""

    cle: str
    libelle: str
    url: str
    compte: int = 0
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """One of the two fronts, as its pages know it: fixed at start."""

    nom: str  # "partenaire" or "agent": names its cookies
    titre: str = "Espace Partenaires"
    sous_titre: str = ""
    accueil: str = "/"
    demo: bool = False
    feuilles: tuple[str, ...] = ()  # further style sheets of this front, under /static
    elements: tuple[str, ...] = ()  # further custom elements of this front, under /static/elements
    contact: str = ""
    profil: str = ""  # the person's own page, when the front has one
    premiere_connexion: str = PREMIERE_CONNEXION  # whom to ask for an account or a new password, on its sign-in page
    erreurs: Mapping[int, PageErreur] = field(default_factory=dict)  # where the house's words are not for those who enter here
    presentation: str = ""  # the front in one sentence, on its sign-in page
    roles: Mapping[str, str] = field(default_factory=dict)  # those that enter here, each with its words
    nav: tuple[NavLink, ...] = ()

    def nav_of(self, role: str) -> tuple[NavLink, ...]:
        """The menu of this role."""
        return tuple(lien for lien in self.nav if not lien.roles or role in lien.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One request's frame. Anonymous pages (sign-in, errors, legal) have no `utilisateur`.

    `csrf` is the token every form carries. `fuseau` is the caisse's zone, in which local days and hours read.
    """

    utilisateur: str = ""
    role: str = ""
    organisme: str = ""
    structure: str = ""
    csrf: str = ""
    fuseau: str = "Europe/Paris"
    nav: tuple[NavLink, ...] = ()
    actif: str = ""
    plusieurs_perimetres: bool = False
    avis_non_lus: int = 0
    expire_dans_secondes: int | None = None
    bandeaux: tuple[str, ...] = field(default=())

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self.utilisateur)


def actif_of(nav: Sequence[NavLink], chemin: str) -> str:
    """Key of the link a page is under: the longest address it begins with, none when it is under none."""
    above = [lien for lien in nav if chemin == lien.url or chemin.startswith(f"{lien.url}/")]
    return max(above, key=lambda lien: len(lien.url)).cle if above else ""
