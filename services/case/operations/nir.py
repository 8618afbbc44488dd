"""Social-security numbers in free text: refused from the partner, masked for the caisse (RG-11). No field ever asks one."""

import re
from typing import Final

from stdnum.fr import nir

from shared.kernel.errors import FieldError, RuleError

# The same shape as intake finds at the filing (services never import each other; a test holds both to the same texts): sex, year,
# month, département or Corsica, commune, order, then its key or none. A letter may touch it, a digit makes it another number.
_SEPARATEUR: Final = r"[ \u00a0\u202f.\-_/]{0,2}"
_CANDIDATE: Final = re.compile(
    rf"(?<!\d)([1-478]){_SEPARATEUR}(\d{{2}}){_SEPARATEUR}(0[1-9]|1[0-2]|[2-9]\d){_SEPARATEUR}(\d{{2}}|2[AaBb])"
    rf"{_SEPARATEUR}(\d{{3}}){_SEPARATEUR}(\d{{3}})(?:{_SEPARATEUR}(\d{{2}})(?!\d)|(?!\d)(?!{_SEPARATEUR}\d{{2}}(?!\d)))",
    re.ASCII,
)
_MASQUE: Final = "[numéro masqué]"


class NirFoundError(RuleError):
    """The text holds a social-security number."""

    code = "nir-found"

    def __init__(self, champ: str) -> None:
        message = "Retirez le numéro de sécurité sociale : il ne doit pas figurer dans un message."
        super().__init__(message, fields=(FieldError(champ, message, "nir"),))


def check_no_nir(texte: str, *, champ: str = "texte") -> None:
    """Raises: NirFoundError."""
    if any(_is_nir(trouve) for trouve in _CANDIDATE.finditer(texte)):
        raise NirFoundError(champ)


def mask_nir(texte: str) -> str:
    """The text without any such number."""
    return _CANDIDATE.sub(lambda trouve: _MASQUE if _is_nir(trouve) else trouve.group(), texte)


def _is_nir(trouve: re.Match[str]) -> bool:
    *corps, cle = trouve.groups()
    return cle is None or cle == nir.calc_check_digits("".join(corps).upper())
