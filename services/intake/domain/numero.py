"""The number of a demande: `AACCCNNNNN`, a string always (domain §3.2)."""

import re

from services.intake.domain.errors import NumerotationExhaustedError
from shared.kernel.identifiers import CaisseCode, NumeroDemande

DERNIER_RANG = 99_999
_NUMERO = re.compile(r"\d{10}", re.ASCII)


def number_demande(annee: int, caisse_code: CaisseCode, rang: int) -> NumeroDemande:
    """The number of the `rang`-th demande of this caisse in this local year.

    Raises: NumerotationExhaustedError beyond 99 999.
    """
    if not 1 <= rang <= DERNIER_RANG:
        raise NumerotationExhaustedError(caisse_code, annee)
    return NumeroDemande(f"{annee % 100:02d}{caisse_code}{rang:05d}")


def is_numero(texte: str) -> bool:
    """Whether the text has the form of a number."""
    return _NUMERO.fullmatch(texte) is not None
