"""Social-security numbers in free text: refused from the partner, masked for the caisse (RG-11). No field ever asks one."""

import re
from typing import Final

from stdnum.fr import nir

from shared.kernel.errors import FieldError, RuleError

_CANDIDATE: Final = re.compile(r"(?<![0-9A-Za-z])[1-478](?:[ .\-\u00a0\u202f]?[0-9]){4}(?:[ .\-\u00a0\u202f]?(?:[0-9]{2}|2[ABab]))(?:[ .\-\u00a0\u202f]?[0-9]){8}(?![0-9])")  # fmt: skip  # noqa: E501
_SEPARATORS: Final = re.compile(r"[ .\-\u00a0\u202f]")
_MASQUE: Final = "[numéro masqué]"


class NirFoundError(RuleError):
    """The text holds a social-security number."""

    code = "nir-found"

    def __init__(self, champ: str) -> None:
        message = "Retirez le numéro de sécurité sociale : il ne doit pas figurer dans un message."
        super().__init__(message, fields=(FieldError(champ, message, "nir"),))


def check_no_nir(texte: str, *, champ: str = "texte") -> None:
    """Raises: NirFoundError."""
    if any(_is_nir(trouve.group()) for trouve in _CANDIDATE.finditer(texte)):
        raise NirFoundError(champ)


def mask_nir(texte: str) -> str:
    """The text without any such number."""
    return _CANDIDATE.sub(lambda trouve: _MASQUE if _is_nir(trouve.group()) else trouve.group(), texte)


def _is_nir(texte: str) -> bool:
    return bool(nir.is_valid(_SEPARATORS.sub("", texte).upper()))
