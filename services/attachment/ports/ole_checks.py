"""A doc or xls is a Word or Excel document of the old format, readable, without macro nor embedded object (trust §2.2)."""

import struct
from io import BytesIO

import olefile

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.raisons import RaisonRefus

OLE2_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_MACROS = ("_vba_project", "macros")  # prefixes of a storage's name
_INCORPORES = ("objectpool", "\x01ole10native", "mbd")
_CHIFFRES = ("encryptedpackage", "encryptioninfo")
_NOMS_REFUSES = ((_CHIFFRES, RaisonRefus.MOT_DE_PASSE), (_MACROS, RaisonRefus.MACRO), (_INCORPORES, RaisonRefus.OBJET_INCORPORE))
_BOUNDSHEET, _FILEPASS = 0x0085, 0x002F  # BIFF records
_FEUILLE_MACRO, _MODULE_VBA = 0x01, 0x06  # BIFF sheet types
_FIB_IDENT = 0xA5EC
_FIB_CHIFFRE = 0x0100


def is_encrypted_package(contenu: bytes) -> bool:
    """Whether an OLE2 file is the envelope of a password-protected docx or xlsx."""
    try:
        with olefile.OleFileIO(BytesIO(contenu)) as ole:
            return any(ole.exists(nom) for nom in ("EncryptedPackage", "EncryptionInfo"))
    except (OSError, ValueError, IndexError, struct.error):  # olefile's ways to say "damaged"
        return False


def check_ole(contenu: bytes, attendu: FormatFichier) -> None:
    """Raises: FichierRefuseError when the file is not a plain doc, respectively xls."""
    if not contenu.startswith(OLE2_MAGIC):
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT, "not OLE2")
    try:
        with olefile.OleFileIO(BytesIO(contenu)) as ole:
            _check_entries(ole)
            if attendu is FormatFichier.DOC:
                _check_word(ole)
            else:
                _check_excel(ole)
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise FichierRefuseError(RaisonRefus.OFFICE_ILLISIBLE, type(error).__name__) from error


def _check_entries(ole: olefile.OleFileIO) -> None:
    """No name of a stream or storage that only a macro, an object or an encrypted document has."""
    noms = [partie.lower() for chemin in ole.listdir(streams=True, storages=True) for partie in chemin]
    for prefixes, raison in _NOMS_REFUSES:
        if any(nom.startswith(prefixes) for nom in noms):
            raise FichierRefuseError(raison, "entry name")


def _check_word(ole: olefile.OleFileIO) -> None:
    if not ole.exists("WordDocument") or ole.exists("Workbook") or ole.exists("PowerPoint Document"):
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT, "no WordDocument")
    debut = ole.openstream("WordDocument").read(12)
    identifiant, drapeaux = struct.unpack_from("<H8xH", debut)
    if identifiant != _FIB_IDENT:
        raise FichierRefuseError(RaisonRefus.OFFICE_ILLISIBLE, "FIB")
    if drapeaux & _FIB_CHIFFRE:
        raise FichierRefuseError(RaisonRefus.MOT_DE_PASSE, "FIB fEncrypted")


def _check_excel(ole: olefile.OleFileIO) -> None:
    if not ole.exists("Workbook") or ole.exists("WordDocument") or ole.exists("PowerPoint Document"):
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT, "no Workbook")
    flux = ole.openstream("Workbook").read()
    ou = 0
    while ou + 4 <= len(flux):
        genre, longueur = struct.unpack_from("<2H", flux, ou)
        _check_record(genre, flux[ou + 4 : ou + 4 + longueur])
        ou += 4 + longueur


def _check_record(genre: int, donnees: bytes) -> None:
    if genre == _FILEPASS:
        raise FichierRefuseError(RaisonRefus.MOT_DE_PASSE, "FILEPASS")
    if genre == _BOUNDSHEET and len(donnees) > 5 and donnees[5] in (_FEUILLE_MACRO, _MODULE_VBA):  # offset of the sheet's type
        raise FichierRefuseError(RaisonRefus.MACRO, "XLM sheet")
