"""Headers of a served file: it is saved, never shown nor run, whatever it holds (trust §2.6)."""

import unicodedata
from urllib.parse import quote

from services.attachment.domain.piece_jointe import PieceJointe

_ATTR_CHARS = "!#$&+-.^_`|~"  # what RFC 8187 lets through unescaped, besides letters and digits
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def download_headers(piece: PieceJointe) -> dict[str, str]:
    """Every header of a download but its type and length."""
    return {**_FIXED, "Content-Disposition": content_disposition(piece.nom)}


def content_disposition(nom: str) -> str:
    """RFC 6266: an ASCII name for old readers, the real one in UTF-8 (RFC 8187) for the others. `nom` is already cleaned."""
    ascii_nom = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode()
    prudent = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in ascii_nom).strip() or "fichier"
    return f"attachment; filename=\"{prudent}\"; filename*=UTF-8''{quote(nom, safe=_ATTR_CHARS)}"
