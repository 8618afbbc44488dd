"""Pages of a list: what the macro `pagination` shows (UX-L01, L02)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

_NEIGHBOURS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """Position in a list of `total` rows; every other criterion of the URL is kept in `criteres`."""

    page: int
    taille: int
    total: int
    chemin: str
    criteres: Mapping[str, str]

    @property
    def nb_pages(self) -> int:
        """At least one, even for an empty list."""
        return max(1, -(-self.total // self.taille))

    @property
    def au_dela(self) -> bool:
        """Whether the address asks for a page after the last one: an old bookmark, a list that has shrunk. Lead to `derniere` then."""
        return self.page > self.nb_pages

    @property
    def derniere(self) -> str:
        """Address of the last page."""
        return self.url(page=self.nb_pages)

    @property
    def premier(self) -> int:
        """Rank of the first row shown, 0 when there is none."""
        return 0 if self.total == 0 else (self.page - 1) * self.taille + 1

    @property
    def dernier(self) -> int:
        """Rank of the last row shown."""
        return min(self.page * self.taille, self.total)

    @property
    def pages(self) -> list[int | None]:
        """Page numbers to show; None stands for a gap."""
        shown = {1, self.nb_pages, *range(self.page - _NEIGHBOURS, self.page + _NEIGHBOURS + 1)}
        numbers = sorted(number for number in shown if 1 <= number <= self.nb_pages)
        result: list[int | None] = []
        for previous, number in zip([0, *numbers], numbers, strict=False):
            if number - previous > 1:
                result.append(None)
            result.append(number)
        return result

    def url(self, **changes: str | int) -> str:
        """The same list with some criteria changed; empty values leave the URL."""
        criteres = {**self.criteres, **{nom: str(valeur) for nom, valeur in changes.items()}}
        shown = {nom: valeur for nom, valeur in criteres.items() if valeur}
        return f"{self.chemin}?{urlencode(shown)}" if shown else self.chemin
