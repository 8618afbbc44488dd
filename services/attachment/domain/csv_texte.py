"""A csv is text that a spreadsheet reads, not a page nor a program (trust §2.2). Formula cells are let in."""

import re

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.raisons import RaisonRefus

LIGNES_MAX = 50_000

_COMMANDES = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PROGRAMME = re.compile(
    r"\s*(?:<(?:!doctype|!--|\?xml|\?php|%|html|head|body|script|svg|iframe|style|meta|hta:|math)|#!|%!ps|@echo\b|\{\\rtf|mime-version:)",
    re.IGNORECASE,
)
_BALISES = re.compile(r"<(?:script|iframe|object|embed|svg|html|body)[\s/>]", re.IGNORECASE)


def check_csv(contenu: bytes) -> None:
    """Text in UTF-8 or cp1252, at most 50,000 lines, no markup. Raises: FichierRefuseError."""
    texte = _decode(contenu)
    if _COMMANDES.search(texte):
        raise FichierRefuseError(RaisonRefus.CSV_ILLISIBLE, "control characters")
    if len(texte.splitlines()) > LIGNES_MAX:
        raise FichierRefuseError(RaisonRefus.CSV_TROP_DE_LIGNES)
    if _PROGRAMME.match(texte) or _BALISES.search(texte):
        raise FichierRefuseError(RaisonRefus.CSV_PROGRAMME)


def _decode(contenu: bytes) -> str:
    if b"\0" in contenu:
        raise FichierRefuseError(RaisonRefus.CSV_ILLISIBLE, "NUL")
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return contenu.decode(encodage)
        except UnicodeDecodeError:
            continue
    raise FichierRefuseError(RaisonRefus.CSV_ILLISIBLE, "neither utf-8 nor cp1252")
