"""The nine formats a file may have, and what each is called by extensions and by libmagic (domain §3.5).

Nothing here looks at content: see zip_gate, office and the checks behind `ports.type_checks`.
"""

from enum import StrEnum

TAILLE_MAX_OCTETS = 5_242_880  # 5 Mo = 5 × 1024², inclusive (domain §3.5)


class FormatFichier(StrEnum):
    """What a file really is; its value is the canonical extension."""

    PDF = "pdf"
    DOC = "doc"
    DOCX = "docx"
    XLS = "xls"
    XLSX = "xlsx"
    CSV = "csv"
    TIFF = "tiff"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def type_mime(self) -> str:
        """The MIME type we store and serve, whatever the browser declared."""
        return _TYPES_MIME[self]

    @property
    def magic_types(self) -> frozenset[str]:
        """What libmagic may answer for a genuine file of this format."""
        return _MAGIC_TYPES[self]


FORMATS_OFFICE = frozenset({FormatFichier.DOCX, FormatFichier.XLSX})
FORMATS_OLE = frozenset({FormatFichier.DOC, FormatFichier.XLS})
FORMATS_IMAGE = frozenset({FormatFichier.TIFF, FormatFichier.PNG, FormatFichier.JPEG})

_ALIAS = {"jpg": FormatFichier.JPEG, "tif": FormatFichier.TIFF}
_OOXML = "application/vnd.openxmlformats-officedocument."
_TYPES_MIME = {
    FormatFichier.PDF: "application/pdf",
    FormatFichier.DOC: "application/msword",
    FormatFichier.DOCX: _OOXML + "wordprocessingml.document",
    FormatFichier.XLS: "application/vnd.ms-excel",
    FormatFichier.XLSX: _OOXML + "spreadsheetml.sheet",
    FormatFichier.CSV: "text/csv",
    FormatFichier.TIFF: "image/tiff",
    FormatFichier.PNG: "image/png",
    FormatFichier.JPEG: "image/jpeg",
}
# libmagic names an office archive by the order of its entries, and an OLE2 file by its summary: both may be missing
# in genuine files. The generic names are let through here because the structure checks decide alone for these formats.
_ZIP_GENERIC = frozenset({"application/zip", "application/octet-stream"})
_OLE_GENERIC = frozenset({"application/x-ole-storage", "application/cdfv2", "application/vnd.ms-office"})
_MAGIC_TYPES = {
    FormatFichier.PDF: frozenset({"application/pdf"}),
    FormatFichier.DOC: _OLE_GENERIC | {"application/msword"},
    FormatFichier.DOCX: _ZIP_GENERIC | {_TYPES_MIME[FormatFichier.DOCX]},
    FormatFichier.XLS: _OLE_GENERIC | {"application/vnd.ms-excel"},
    FormatFichier.XLSX: _ZIP_GENERIC | {_TYPES_MIME[FormatFichier.XLSX]},
    # libmagic takes a table whose first columns are « ID;PRENOM » for a SYLK file, and some tables for Algol 68.
    FormatFichier.CSV: frozenset({"text/csv", "text/plain", "application/csv", "application/x-sylk", "text/x-algol68"}),
    FormatFichier.TIFF: frozenset({"image/tiff"}),
    FormatFichier.PNG: frozenset({"image/png"}),
    FormatFichier.JPEG: frozenset({"image/jpeg"}),
}


def format_of_extension(extension: str) -> FormatFichier | None:
    """The format a lower-case extension announces (`jpg` and `tif` are aliases), or None when it is not on the list."""
    if extension in _ALIAS:
        return _ALIAS[extension]
    return FormatFichier(extension) if extension in set(FormatFichier) else None
