"""The name of a file: for display only, never a path nor a key (trust §2.6)."""

import re
import unicodedata

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier, format_of_extension
from services.attachment.domain.raisons import RaisonRefus

NOM_MAX_OCTETS = 150  # of UTF-8 (trust §2.6)
NOM_PAR_DEFAUT = "fichier"

_EXTENSION_MAX = 16
# C0 and C1 controls, bidirectional and invisible marks, what Windows or a header cannot bear, unpaired surrogates, noncharacters.
_INTERDITS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\u2028\u2029"
    r'/\\:*?"<>|]'
)
_TROMPEURS = re.compile(r"[\x00\u202a-\u202e\u2066-\u2069]")
_RESERVES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"} | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
)
# An inner extension of this list tries to pass for a document: « facture.exe.pdf ».
_RISQUEES = frozenset(
    {
        "exe", "com", "bat", "cmd", "scr", "pif", "msi", "msp", "cpl", "dll", "jar", "js", "jse", "vbs", "vbe", "wsf", "wsh", "hta", "ps1",
        "sh", "py", "php", "pl", "lnk", "url", "reg", "html", "htm", "xhtml", "svg", "mht", "xml", "docm", "dotm", "xlsm", "xltm", "xlsb",
        "zip", "rar", "7z", "gz", "tar", "iso", "img", "cab", "apk", "app", "dmg",
    }
)  # fmt: skip


def clean_nom_fichier(brut: str) -> str:
    """The name we keep and show: total, idempotent, never empty, at most 150 bytes of UTF-8 with its extension kept."""
    dernier = re.split(r"[/\\]", brut)[-1]
    nom = _trim(_INTERDITS.sub("", unicodedata.normalize("NFC", dernier)))
    if not nom:
        return NOM_PAR_DEFAUT
    if nom.partition(".")[0].rstrip(" ").lower() in _RESERVES:
        nom = "_" + nom
    return _shorten(nom)


def extension_of(nom: str) -> str:
    """The lower-case extension of a cleaned name, without its dot; empty when there is none."""
    return nom.rpartition(".")[2].lower() if "." in nom else ""


def announced_format(brut: str) -> FormatFichier:
    """The format the name announces. Raises: FichierRefuseError when there is none, or when the name hides another one."""
    if not brut.strip():
        raise FichierRefuseError(RaisonRefus.NOM_ABSENT)
    if _TROMPEURS.search(brut):
        raise FichierRefuseError(RaisonRefus.EXTENSION_MASQUEE)
    nom = clean_nom_fichier(brut)
    annonce = format_of_extension(extension_of(nom))
    if annonce is None:
        raise FichierRefuseError(RaisonRefus.EXTENSION_NON_ACCEPTEE)
    interieures = {morceau.strip().lower() for morceau in nom.split(".")[1:-1]}
    if interieures & _RISQUEES:
        raise FichierRefuseError(RaisonRefus.EXTENSION_DOUBLE)
    return annonce


def _trim(nom: str) -> str:
    """Without leading dots, dashes and spaces, nor trailing dots and spaces, until nothing changes."""
    return nom.strip().lstrip(".- \u00a0\u202f\u3000").rstrip(". \u00a0\u202f\u3000").strip()


def _shorten(nom: str) -> str:
    """Cut the stem, not the extension; a cut never leaves half a character."""
    if len(nom.encode()) <= NOM_MAX_OCTETS:
        return nom
    base, point, extension = nom.rpartition(".")
    suffixe = point + extension if base and len(extension.encode()) <= _EXTENSION_MAX else ""
    base = base if suffixe else nom
    coupe = base.encode()[: NOM_MAX_OCTETS - len(suffixe.encode())].decode("utf-8", "ignore")
    return _trim(unicodedata.normalize("NFC", coupe)) + suffixe
