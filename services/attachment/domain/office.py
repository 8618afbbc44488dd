"""What a docx or xlsx may contain, once its archive passed the gate (trust §2.2, rule 10 included)."""

import re
import xml.etree.ElementTree as ET

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.domain.zip_gate import Entree, open_archive

_TYPES = "[content_types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
_PARTIE_PRINCIPALE = {
    FormatFichier.DOCX: _OOXML + "wordprocessingml.document.main+xml",
    FormatFichier.XLSX: _OOXML + "spreadsheetml.sheet.main+xml",
}
# The parts that Word, Excel, LibreOffice, Google and the usual libraries write. `bin` only where printers leave their settings.
_EXTENSIONS = frozenset(
    {
        "xml",
        "rels",
        "vml",
        "psmdcp",
        "sigs",
        "odttf",
        "fntdata",
        "png",
        "jpg",
        "jpeg",
        "jfif",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "emf",
        "wmf",
        "wdp",
        "webp",
        "svg",
    }
)
_BIN_ADMIS = re.compile(r"(?:^|/)(?:printersettings/printersettings|customproperty/?customproperty|customproperty)\d*\.bin$")
_RELATIONS_DISTANTES = ("attachedtemplate", "oleobject", "frame", "subdocument", "afchunk")
_ENCODAGES = frozenset({b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"})
_PARTIES_XML = (".xml", ".rels", ".vml", ".svg")
_ENCODAGE_DECLARE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']", re.IGNORECASE)


def check_office(contenu: bytes, attendu: FormatFichier) -> None:
    """A genuine docx or xlsx without anything active nor distant. Raises: FichierRefuseError."""
    archive = open_archive(contenu)
    if _TYPES not in archive.noms:
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT, "zip 10: no content types")
    for entree in archive.entrees:
        _check_partie_active(entree.nom_lisible)
        _check_extension(entree)
    textes: dict[str, str] = {}
    for nom, partie in archive.membres():
        if nom.endswith(_PARTIES_XML):
            utf8 = _check_xml(nom, partie)
            if nom == _TYPES or nom.endswith(".rels"):
                textes[nom] = utf8.decode()
    _check_types(textes.pop(_TYPES), attendu)
    for nom, texte in textes.items():
        _check_relations(nom, texte)


def _check_partie_active(nom: str) -> None:
    """Rule 10: nothing executable nor embedded, whatever its case."""
    if nom.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in f"/{nom}":
        raise FichierRefuseError(RaisonRefus.MACRO, nom)
    if "/activex/" in f"/{nom}":
        raise FichierRefuseError(RaisonRefus.CONTROLE_ACTIVEX, nom)
    if "/embeddings/" in f"/{nom}":
        raise FichierRefuseError(RaisonRefus.OBJET_INCORPORE, nom)


def _check_extension(entree: Entree) -> None:
    nom = entree.nom_lisible
    if nom.endswith("/") and entree.taille == 0:
        return
    extension = nom.rpartition(".")[2] if "." in nom else ""
    if extension not in _EXTENSIONS and not _BIN_ADMIS.search(nom):
        raise FichierRefuseError(RaisonRefus.PARTIE_INATTENDUE, nom)


def _check_xml(nom: str, partie: bytes) -> bytes:
    """No DOCTYPE (XXE), in an encoding that every reader understands alike. Returns: the part in UTF-8. Raises: FichierRefuseError."""
    if partie[:2] in (b"\xff\xfe", b"\xfe\xff"):
        partie = partie.decode("utf-16", "replace").encode()
    elif b"\0" in partie:
        raise FichierRefuseError(RaisonRefus.OFFICE_ILLISIBLE, f"{nom}: unknown encoding")
    declare = _ENCODAGE_DECLARE.match(partie)
    if declare and declare.group(1).lower() not in _ENCODAGES:
        raise FichierRefuseError(RaisonRefus.OFFICE_ILLISIBLE, f"{nom}: unusual encoding")
    if b"<!DOCTYPE" in partie or b"<!ENTITY" in partie:  # XML knows them in capitals only
        raise FichierRefuseError(RaisonRefus.DOCTYPE, nom)
    return partie.removeprefix(b"\xef\xbb\xbf") if partie.isascii() or _is_utf8(partie) else partie.decode("latin-1").encode()


def _is_utf8(partie: bytes) -> bool:
    try:
        partie.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parse(nom: str, texte: str) -> ET.Element:
    sans_declaration = re.sub(r"^\s*<\?xml[^>]*\?>", "", texte)
    try:
        return ET.fromstring(sans_declaration)  # noqa: S314  # no entity can exist: a DOCTYPE was refused before
    except ET.ParseError as error:
        raise FichierRefuseError(RaisonRefus.OFFICE_ILLISIBLE, nom) from error


def _check_types(texte: str, attendu: FormatFichier) -> None:
    """`[Content_Types].xml` announces this format, only it, and no macro."""
    types = {element.get("ContentType", "").strip().lower() for element in _parse(_TYPES, texte).iter()}
    if any("macroenabled" in type_ or "vbaproject" in type_ for type_ in types):
        raise FichierRefuseError(RaisonRefus.MACRO, "content types")
    principales = {format_ for format_, type_ in _PARTIE_PRINCIPALE.items() if type_ in types}
    if principales != {attendu}:
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT, "content types")


def _check_relations(nom: str, texte: str) -> None:
    """No template, object or frame is fetched from outside the file (remote template injection)."""
    for element in _parse(nom, texte).iter():
        genre = element.get("Type", "").rpartition("/")[2].lower()
        if element.get("TargetMode", "").lower() == "external" and genre in _RELATIONS_DISTANTES:
            raise FichierRefuseError(RaisonRefus.MODELE_DISTANT, nom)
