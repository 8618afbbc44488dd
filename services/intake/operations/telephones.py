"""Telephone numbers in one spelling where they are recognised; never a reason to refuse a filing (ux F13)."""

from typing import Final

import phonenumbers

# A number of the overseas départements is dialled like any other from France, but has a country code of its own.
_OUTRE_MER: Final[dict[str, str]] = {
    "0590": "GP", "0690": "GP", "0691": "GP", "0594": "GF", "0694": "GF", "0596": "MQ", "0696": "MQ", "0697": "MQ",
    "0262": "RE", "0263": "RE", "0692": "RE", "0693": "RE", "0269": "YT", "0639": "YT", "0508": "PM",
}  # fmt: skip


def normalize_telephone(texte: str) -> str:
    """E.164 when the number is a possible one, else the text as typed."""
    chiffres = "".join(c for c in texte if c.isdigit())
    try:
        numero = phonenumbers.parse(texte, _OUTRE_MER.get(chiffres[:4], "FR"))
    except phonenumbers.NumberParseException:
        return texte
    if not phonenumbers.is_possible_number(numero):
        return texte
    return phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
