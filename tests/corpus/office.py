"""Office documents of the corpus: parts, and the archives of them that producers really write."""

import io
import zipfile

import docx
import openpyxl
import xlsxwriter

from tests.corpus.zips import Membre, zip_of

_OOXML = "application/vnd.openxmlformats-officedocument."
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DOCX_PRINCIPAL = _OOXML + "wordprocessingml.document.main+xml"
XLSX_PRINCIPAL = _OOXML + "spreadsheetml.sheet.main+xml"
DOCM_PRINCIPAL = "application/vnd.ms-word.document.macroEnabled.main+xml"
XLSM_PRINCIPAL = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def content_types(principale: str, partie: str = "/word/document.xml", plus: str = "") -> bytes:
    """A `[Content_Types].xml` that names this main part."""
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="{partie}" ContentType="{principale}"/>{plus}</Types>'
    ).encode()


def relations(*liens: tuple[str, str, bool]) -> bytes:
    """A `.rels` part: (last word of the type, target, external)."""
    elements = "".join(
        f'<Relationship Id="rId{rang}" Type="{_REL}{genre}" Target="{cible}"' + (' TargetMode="External"/>' if externe else "/>")
        for rang, (genre, cible, externe) in enumerate(liens, 1)
    )
    return f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{elements}</Relationships>'.encode()


def document_xml(texte: str = "Bonjour") -> bytes:
    """The main part of a docx with one paragraph."""
    espace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'{_XML}<w:document xmlns:w="{espace}"><w:body><w:p><w:r><w:t>{texte}</w:t></w:r></w:p></w:body></w:document>'.encode()


def docx_parts(texte: str = "Bonjour") -> dict[str, bytes]:
    """The parts of the smallest docx."""
    return {
        "[Content_Types].xml": content_types(DOCX_PRINCIPAL),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", False)),
        "word/document.xml": document_xml(texte),
    }


def xlsx_parts() -> dict[str, bytes]:
    """The parts of the smallest xlsx."""
    espace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    classeur = f'{_XML}<workbook xmlns="{espace}"><sheets/></workbook>'.encode()
    return {
        "[Content_Types].xml": content_types(XLSX_PRINCIPAL, "/xl/workbook.xml"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": classeur,
    }


def membres_of(parties: dict[str, bytes], **champs: int) -> list[Membre]:
    """These parts as members of a hand-written archive."""
    return [Membre(nom=nom.encode(), contenu=contenu, **champs) for nom, contenu in parties.items()]  # type: ignore[arg-type]  # header fields


def office_zip(parties: dict[str, bytes], **champs: int) -> bytes:
    """An archive of these parts."""
    return zip_of(membres_of(parties, **champs))


class _Tuyau(io.RawIOBase):
    """A destination that cannot seek: zipfile then writes descriptors, as streaming producers do."""

    def __init__(self) -> None:
        super().__init__()
        self.octets = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, donnees: object) -> int:
        morceau = bytes(donnees)  # type: ignore[call-overload]  # any buffer
        self.octets += morceau
        return len(morceau)


def streamed_zip(parties: dict[str, bytes]) -> bytes:
    """An archive written to a pipe: flag bit 3 and descriptors with their signature."""
    tuyau = _Tuyau()
    with zipfile.ZipFile(tuyau, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu)
    return bytes(tuyau.octets)


def library_zip(parties: dict[str, bytes], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive as the standard library writes it."""
    flux = io.BytesIO()
    with zipfile.ZipFile(flux, "w", methode) as archive:
        for nom, contenu in parties.items():
            archive.writestr(nom, contenu)
    return flux.getvalue()


def python_docx(texte: str = "Attestation sur l'honneur", *, image: bytes | None = None, table: bool = False) -> bytes:
    """A document of python-docx, from Word's own default template."""
    document = docx.Document()
    document.add_heading("Courrier", 1)
    document.add_paragraph(texte)
    if image is not None:
        document.add_picture(io.BytesIO(image))
    if table:
        document.add_table(3, 4)
    flux = io.BytesIO()
    document.save(flux)
    return flux.getvalue()


def openpyxl_xlsx(lignes: int = 10) -> bytes:
    """A workbook of openpyxl."""
    classeur = openpyxl.Workbook()
    for rang in range(lignes):
        classeur.worksheets[0].append([f"ligne {rang}", rang, "=A1"])
    flux = io.BytesIO()
    classeur.save(flux)
    return flux.getvalue()


def xlsxwriter_xlsx(lignes: int = 10, *, constant_memory: bool = False, image: bytes | None = None) -> bytes:
    """A workbook of XlsxWriter."""
    flux = io.BytesIO()
    with xlsxwriter.Workbook(flux, {"constant_memory": constant_memory, "in_memory": not constant_memory}) as classeur:
        feuille = classeur.add_worksheet("Devis")
        for rang in range(lignes):
            feuille.write(rang, 0, f"poste {rang}")
            feuille.write(rang, 1, rang * 12.5)
        if image is not None:
            feuille.insert_image("D2", "logo.png", {"image_data": io.BytesIO(image)})
    return flux.getvalue()
