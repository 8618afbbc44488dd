"""Files that honest people send: every one must be accepted (trust A2)."""

from collections.abc import Callable

import pikepdf
from PIL import Image

from tests.corpus import images, office, ole_documents, pdfs

_TABLEAU = "nom;montant;date\nEXEMPLE;12,50;2026-03-01\nÉCHANTILLON;=1+1;2026-03-02\n"


def _libreoffice_docx() -> bytes:
    """LibreOffice writes the relations first and the content types last."""
    parties = office.docx_parts()
    return office.library_zip({nom: parties[nom] for nom in ("_rels/.rels", "word/document.xml", "[Content_Types].xml")})


def _google_docx() -> bytes:
    """Google Docs streams the parts, the numbering first, the content types last."""
    parties = office.docx_parts() | {"word/numbering.xml": b"<n/>", "word/fonts/font1.odttf": b"\0\1police"}
    return office.streamed_zip({nom: parties[nom] for nom in ("word/numbering.xml", "word/fonts/font1.odttf", *office.docx_parts())})


def _utf16_docx() -> bytes:
    parties = office.docx_parts() | {"customXml/item1.xml": '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16")}
    return office.library_zip(parties)


def _hyperlink_docx() -> bytes:
    lien = office.relations(("hyperlink", "https://www.ameli.fr", True), ("image", "media/image1.png", False))
    image = images.image_bytes("PNG")
    return office.library_zip(office.docx_parts() | {"word/_rels/document.xml.rels": lien, "word/media/image1.png": image})


def _printer_xlsx() -> bytes:
    return office.library_zip(office.xlsx_parts() | {"xl/printerSettings/printerSettings1.bin": b"\0" * 64})


def _folders_docx() -> bytes:
    return office.library_zip({"word/": b""} | office.docx_parts())


def _exif_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Exemple"
    return images.image_bytes("JPEG", exif=exif)


GENUINE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf by hand": ("courrier.pdf", pdfs.pdf_by_hand),
    "pdf whose end has spaces": ("courrier.PDF", lambda: pdfs.pdf_by_hand(fin=b"%%EOF \r\n\n")),
    "pdf without a last newline": ("sans fin de ligne.pdf", lambda: pdfs.pdf_by_hand(fin=b"%%EOF")),
    "pdf of pikepdf": ("a.b.pdf", lambda: pdfs.pdf_by_pikepdf(3)),
    "pdf with object streams": ("objets.pdf", lambda: pdfs.pdf_by_pikepdf(3, object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    "linear pdf": ("lineaire.pdf", lambda: pdfs.pdf_by_pikepdf(2, linearize=True)),
    "pdf with a link": ("lien.pdf", lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_link)),
    "pdf form": ("formulaire.pdf", lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_plain_form)),
    "scanned pdf": ("numérisation.pdf", pdfs.scanned_pdf),
    "pdf of 500 pages": ("gros.pdf", lambda: pdfs.pdf_by_pikepdf(500)),
    "docx of python-docx": ("Att sur honneur.docx", office.python_docx),
    "docx with a table": ("tableau.docx", lambda: office.python_docx(table=True)),
    "docx with a picture": ("image.docx", lambda: office.python_docx(image=images.image_bytes("PNG"))),
    "docx of LibreOffice": ("lo.docx", _libreoffice_docx),
    "docx of Google": ("google.docx", _google_docx),
    "docx streamed": ("flux.docx", lambda: office.streamed_zip(office.docx_parts())),
    "docx stored": ("stocke.docx", lambda: office.library_zip(office.docx_parts(), 0)),
    "docx with an utf-16 part": ("utf16.docx", _utf16_docx),
    "docx with a web link": ("lien.docx", _hyperlink_docx),
    "docx with folder entries": ("dossiers.docx", _folders_docx),
    "xlsx of openpyxl": ("BS.xlsx", office.openpyxl_xlsx),
    "xlsx of 3,000 rows": ("long.xlsx", lambda: office.openpyxl_xlsx(3_000)),
    "xlsx of XlsxWriter": ("devis.xlsx", office.xlsxwriter_xlsx),
    "xlsx of XlsxWriter, streamed": ("flux.xlsx", lambda: office.xlsxwriter_xlsx(200, constant_memory=True)),
    "xlsx with a picture": ("logo.xlsx", lambda: office.xlsxwriter_xlsx(image=images.image_bytes("PNG"))),
    "xlsx streamed": ("google.xlsx", lambda: office.streamed_zip(office.xlsx_parts())),
    "xlsx with printer settings": ("imprimante.xlsx", _printer_xlsx),
    "doc": ("courrier.doc", ole_documents.doc_file),
    "doc, long": ("long.doc", lambda: ole_documents.doc_file(texte=b"mot " * 40_000)),
    "xls": ("tableau.xls", ole_documents.xls_file),
    "xls with a chart sheet": ("graphique.xls", lambda: ole_documents.xls_file(feuille=2)),
    "csv utf-8": ("tableau.csv", _TABLEAU.encode),
    "csv utf-8 with BOM": ("excel.csv", lambda: _TABLEAU.encode("utf-8-sig")),
    "csv cp1252": ("windows.csv", lambda: (_TABLEAU + "œuvre;1€;\n").encode("cp1252")),
    "csv with formulas": ("formules.csv", lambda: b"nom;total\nA;=SOMME(B1:B2)\n+33;-1\n@a;b\n"),
    "csv of 50,000 lines": ("grand.csv", lambda: b"a;1\n" * 50_000),
    "csv with carriage returns": ("mac.csv", lambda: b"a,b\rc,d\r"),
    "png": ("photo.png", lambda: images.image_bytes("PNG")),
    "png with transparency": ("logo.png", lambda: images.image_bytes("PNG", "RGBA")),
    "png with a palette": ("palette.png", lambda: images.image_bytes("PNG", "P")),
    "png in grey": ("gris.png", lambda: images.image_bytes("PNG", "L")),
    "png with text": ("texte.png", lambda: images.image_bytes("PNG", pnginfo=images.text_chunk("scanner"))),
    "jpeg": ("photo.jpeg", lambda: images.image_bytes("JPEG")),
    "jpg": ("photo.JPG", lambda: images.image_bytes("JPEG", "L")),
    "progressive jpeg": ("web.jpg", lambda: images.image_bytes("JPEG", progressive=True)),
    "cmyk jpeg": ("imprimeur.jpg", lambda: images.image_bytes("JPEG", "CMYK")),
    "jpeg with exif": ("appareil.jpg", _exif_jpeg),
    "jpeg with restart markers": ("reprises.jpg", lambda: images.image_bytes("JPEG", restart_marker_blocks=2)),
    "jpeg of a phone": ("telephone.jpg", images.phone_jpeg),
    "jpeg of a Samsung phone": ("20260303_090000.jpg", images.samsung_jpeg),
    "csv whose first column is an id": ("export.csv", lambda: b"ID;PRENOM;NOM\n1;Anne;EXEMPLE\n"),
    "tiff": ("scan.tiff", lambda: images.image_bytes("TIFF")),
    "tif lzw": ("scan.tif", lambda: images.image_bytes("TIFF", compression="tiff_lzw")),
    "tiff deflate": ("deflate.tiff", lambda: images.image_bytes("TIFF", compression="tiff_adobe_deflate")),
    "tiff jpeg": ("jpeg.tiff", lambda: images.image_bytes("TIFF", compression="jpeg")),
    "tiff of 50 pages": ("fax.tiff", lambda: images.tiff_pages(50)),
}
