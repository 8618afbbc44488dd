"""What the address of a view of the queue says, read without ever refusing a page: an unknown value counts for none (UX-A02)."""

from typing import Final, Literal

from pydantic import BaseModel

from services.case.domain.vue import Vue
from services.case.operations.list_file import TRI_ECHEANCE, TRIS, FiltresFile
from services.case.web.bureau import PAGE
from shared.webkit.form_data import whole_number
from shared.webkit.pagination import Pagination

TAILLES: Final = (10, PAGE, 50)
_LAST_PAGE: Final = 10_000
_DESC: Final = "desc"
Sens = Literal["ascending", "descending"]


class FileQuery(BaseModel):
    """As a form or a bookmark has it; never a name (UX-L03). `motif`: « offre/motif ». `repere`, `total`: what was on screen."""

    vue: str = ""
    page: str = ""
    taille: str = ""
    tri: str = ""
    ordre: str = ""
    offre: str = ""
    motif: str = ""
    agent: str = ""
    repere: str = ""
    total: str = ""
    fait: str = ""

    @property
    def vue_ouverte(self) -> Vue:
        """The view asked for, else the first one."""
        return Vue(self.vue) if self.vue in set(Vue) else Vue.A_PRENDRE_EN_CHARGE

    @property
    def lignes_par_page(self) -> int:
        """One of the three lengths."""
        asked = whole_number(self.taille)
        return asked if asked in TAILLES else PAGE

    @property
    def tri_demande(self) -> str:
        """A column the queue can be sorted by."""
        return self.tri if self.tri in TRIS else TRI_ECHEANCE

    @property
    def descendant(self) -> bool:
        """From the last to the first."""
        return self.ordre == _DESC

    def filtres(self) -> FiltresFile:
        """For the desk. A motif says its offre; one of another offre than the chosen one does not count."""
        offre, _, motif = self.motif.partition("/")
        if not motif or self.offre not in {"", offre}:
            offre, motif = self.offre, ""
        return FiltresFile(
            vue=self.vue_ouverte.value,
            page=min(max(whole_number(self.page) or 1, 1), _LAST_PAGE),
            taille=self.lignes_par_page,
            tri=self.tri_demande,
            descendant=self.descendant,
            offre=offre,
            motif=motif,
            agent=self.agent,
        )

    def criteres(self) -> dict[str, str]:
        """What every link of the view keeps; what is by default is not said."""
        return {
            "vue": self.vue_ouverte.value,
            "offre": self.offre,
            "motif": self.motif,
            "agent": self.agent,
            "taille": "" if self.lignes_par_page == PAGE else str(self.lignes_par_page),
            "tri": "" if self.tri_demande == TRI_ECHEANCE else self.tri_demande,
            "ordre": _DESC if self.descendant else "",
        }

    def entetes(self, pages: Pagination) -> dict[str, tuple[str, Sens | None]]:
        """For each column that sorts: where its header leads, and which way the rows go by it now (UX-A01)."""
        return {tri: (pages.url(tri=tri, ordre=self._next_ordre(tri)), self._sens(tri)) for tri in TRIS}

    def _next_ordre(self, tri: str) -> str:
        return _DESC if tri == self.tri_demande and not self.descendant else ""

    def _sens(self, tri: str) -> Sens | None:
        if tri != self.tri_demande:
            return None
        return "descending" if self.descendant else "ascending"
