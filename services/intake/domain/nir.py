"""A social-security number inside free text: found by its shape, told apart by its key (domain RG-11). None is ever collected."""

import re
from collections.abc import Callable, Iterator

# Sex, year, month (20 to 42 and 50 up: month unknown), département or Corsica, commune, order; separators as people put them.
# A letter may touch it (« NIR185… »), a digit may not: the middle of a longer number is no NIR.
_SEPARATEUR = r"[ \u00a0\u202f.\-_/]{0,2}"
_FORME = re.compile(
    rf"(?<!\d)([1-478]){_SEPARATEUR}(\d{{2}}){_SEPARATEUR}(0[1-9]|1[0-2]|[2-9]\d){_SEPARATEUR}(\d{{2}}|2[AaBb])"
    rf"{_SEPARATEUR}(\d{{3}}){_SEPARATEUR}(\d{{3}})(?:{_SEPARATEUR}(\d{{2}})(?!\d)|(?!\d)(?!{_SEPARATEUR}\d{{2}}(?!\d)))",
    re.ASCII,
)


def candidates(texte: str) -> Iterator[tuple[str, str | None]]:
    """Everything shaped like a NIR: its 13 characters, upper case, and its key when one follows."""
    for match in _FORME.finditer(texte):
        *corps, cle = match.groups()
        yield "".join(corps).upper(), cle


def has_nir(texte: str, key_of: Callable[[str], str]) -> bool:
    """Whether the text holds a NIR: 15 characters with the right key, or 13 without any. `key_of` computes the key."""
    return any(cle is None or cle == key_of(corps) for corps, cle in candidates(texte))
