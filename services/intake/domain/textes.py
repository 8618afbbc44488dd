"""Text as people type it: normalised once, compared without accents, case nor hyphens."""

import unicodedata

# Letters that NFKD leaves whole although a French keyboard has no key for them.
_SANS_DECOMPOSITION = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)


def normalize(texte: str) -> str:
    """Composed letters, one kind of newline, no blanks around: what a length is counted on (ux F20)."""
    return unicodedata.normalize("NFC", texte.replace("\r\n", "\n").replace("\r", "\n")).strip()


def fold(texte: str) -> str:
    """Lower case without accents: what words are looked for in."""
    decomposed = unicodedata.normalize("NFKD", texte.translate(_SANS_DECOMPOSITION).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def search_key(texte: str) -> str:
    """Upper-case letters and digits alone: `D’Agostino`, `d'agostino` and `DAGOSTINO` are one key (ux F12, L04)."""
    return "".join(c for c in fold(texte).upper() if c.isalnum())


def is_text(texte: str) -> bool:
    """Whether every character can be shown and stored: no control but newline and tab."""
    return all(c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"} for c in texte)
