"""doc and xls files of the corpus: the streams a reader looks for, in a compound file."""

import struct
from collections.abc import Mapping

from tests.corpus.ole import ole_file

_FIB_CHIFFRE = 0x0100


def doc_file(*, texte: bytes = b"Bonjour", drapeaux: int = 0, plus: Mapping[str, object] | None = None) -> bytes:
    """A Word 97 document with its FIB; `plus` adds streams and storages."""
    fib = struct.pack("<5H", 0xA5EC, 0x00C1, 0, 0x040C, 0) + struct.pack("<H", drapeaux) + b"\0" * 500
    return ole_file({"WordDocument": fib + texte, "1Table": b"\0" * 100, **(plus or {})})


def encrypted_doc() -> bytes:
    """A Word 97 document with a password."""
    return doc_file(drapeaux=_FIB_CHIFFRE)


def xls_file(*, feuille: int = 0, texte: bytes = b"", chiffre: bool = False, plus: Mapping[str, object] | None = None) -> bytes:
    """A BIFF8 workbook with one sheet of this type; `plus` adds streams and storages."""
    flux = _record(0x0809, struct.pack("<4H8x", 0x0600, 0x0005, 0x0DBB, 0x07CC))
    if chiffre:
        flux += _record(0x002F, b"\x01\x00" + b"\0" * 52)
    flux += _record(0x0085, struct.pack("<LBBBB", 0x200, 0, feuille, 5, 0) + b"Feuil")
    flux += _record(0x00FC, texte) if texte else b""
    flux += _record(0x000A, b"")
    return ole_file({"Workbook": flux, **(plus or {})})


def ppt_file() -> bytes:
    """A PowerPoint 97 presentation."""
    return ole_file({"PowerPoint Document": b"\0" * 64, "Current User": b"\0" * 32})


def encrypted_package() -> bytes:
    """The envelope of a password-protected docx or xlsx."""
    return ole_file({"EncryptedPackage": b"\1" * 400, "EncryptionInfo": b"\2" * 64})


def _record(genre: int, donnees: bytes) -> bytes:
    return struct.pack("<2H", genre, len(donnees)) + donnees
