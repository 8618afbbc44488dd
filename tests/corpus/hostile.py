"""Files that must be refused, each with its reason code: every row of trust §2.2 in one variant at least (A2, A3)."""

import base64
import hashlib
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Dictionary, Name, String

from services.attachment.domain.formats import TAILLE_MAX_OCTETS
from services.attachment.domain.raisons import RaisonRefus as R
from tests.corpus import images, office, ole_documents, pdfs
from tests.corpus.zips import Membre, alter, zip_of

_EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 46 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0L\1" + b"\0" * 200
_SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
_ARCHIVE = office.library_zip({"script.ps1": b"Get-Process"})
_DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'
_BIFF_MACRO = 1


def _docx(**plus: bytes) -> bytes:
    """The smallest docx, with parts replaced or added; the keyword `word__a_dot_b` names the part `word/a.b`."""
    return office.library_zip(office.docx_parts() | {nom.replace("__", "/").replace("_dot_", "."): octets for nom, octets in plus.items()})


def _docm(*, renamed_type: bool = True) -> bytes:
    principale = office.DOCM_PRINCIPAL if renamed_type else office.DOCX_PRINCIPAL
    return office.library_zip(
        office.docx_parts() | {"[Content_Types].xml": office.content_types(principale), "word/vbaProject.bin": b"\0" * 32}
    )


def _xlsm_without_project() -> bytes:
    return office.library_zip(
        office.xlsx_parts() | {"[Content_Types].xml": office.content_types(office.XLSM_PRINCIPAL, "/xl/workbook.xml")}
    )


def _distant(genre: str) -> bytes:
    liens = office.relations((genre, "https://exemple.invalid/modele.dotm", True))
    return office.library_zip(office.docx_parts() | {"word/_rels/settings.xml.rels": liens})


def _encrypted_pdf(user: str) -> bytes:
    return pdfs.pdf_by_pikepdf(encryption=pikepdf.Encryption(owner="proprietaire", user=user))


def _nested_js_pdf() -> bytes:
    return pdfs.pdf_by_pikepdf(
        change=pdfs.with_annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, Next=Dictionary(S=Name.JavaScript, JS=String("x"))))
    )


def _object_stream_js_pdf() -> bytes:
    change = pdfs.with_action(S=Name.JavaScript, JS=String("app.alert(1)"))
    return pdfs.pdf_by_pikepdf(change=change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


_NOM_JS = "/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>"

CONTENU: dict[str, tuple[str, Callable[[], bytes], R]] = {
    "empty": ("vide.pdf", lambda: b"", R.VIDE),
    "one byte too many": ("gros.csv", lambda: b"a;b\n" * (TAILLE_MAX_OCTETS // 4) + b"x", R.TROP_GROS),
    "no extension": ("facture", pdfs.pdf_by_hand, R.EXTENSION_NON_ACCEPTEE),
    "exe": ("jeu.exe", lambda: _EXE, R.EXTENSION_NON_ACCEPTEE),
    "docm": ("courrier.docm", _docm, R.EXTENSION_NON_ACCEPTEE),
    "svg": ("logo.svg", lambda: _SVG, R.EXTENSION_NON_ACCEPTEE),
    "double extension": ("facture.exe.pdf", pdfs.pdf_by_hand, R.EXTENSION_DOUBLE),
    "extension hidden by a direction mark": ("facture\u202efdp.pdf", pdfs.pdf_by_hand, R.EXTENSION_MASQUEE),
    "extension hidden by NUL": ("facture.exe\0.pdf", pdfs.pdf_by_hand, R.EXTENSION_MASQUEE),
    "exe named pdf": ("facture.pdf", lambda: _EXE, R.CONTENU_DIFFERENT),
    "exe named docx": ("facture.docx", lambda: _EXE, R.CONTENU_DIFFERENT),
    "exe named csv": ("facture.csv", lambda: _EXE, R.CONTENU_DIFFERENT),
    "svg named png": ("logo.png", lambda: _SVG, R.CONTENU_DIFFERENT),
    "png named jpeg": ("photo.jpg", lambda: images.image_bytes("PNG"), R.CONTENU_DIFFERENT),
    "pdf named png": ("photo.png", pdfs.pdf_by_hand, R.CONTENU_DIFFERENT),
    "zip of scripts named docx": ("documents.docx", lambda: _ARCHIVE, R.CONTENU_DIFFERENT),
    "xlsx named docx": ("tableau.docx", office.openpyxl_xlsx, R.CONTENU_DIFFERENT),
    "docx named xlsx": ("courrier.xlsx", office.python_docx, R.CONTENU_DIFFERENT),
    "ppt named doc": ("expose.doc", ole_documents.ppt_file, R.CONTENU_DIFFERENT),
    "xls named doc": ("tableau.doc", ole_documents.xls_file, R.CONTENU_DIFFERENT),
    "doc named xls": ("courrier.xls", ole_documents.doc_file, R.CONTENU_DIFFERENT),
    "html before a pdf": ("page.pdf", lambda: _HTML + pdfs.pdf_by_hand(), R.PDF_DEBUT),
    "archive behind a pdf": ("double.pdf", lambda: pdfs.pdf_by_hand() + _ARCHIVE, R.PDF_FIN),
    "pdf cut": ("coupe.pdf", lambda: pdfs.pdf_by_hand()[:-40], R.PDF_FIN),
    "pdf of garbage": ("bruit.pdf", lambda: b"%PDF-1.4\nrien\n%%EOF\n", R.PDF_ILLISIBLE),
    "pdf with a user password": ("secret.pdf", lambda: _encrypted_pdf("secret"), R.MOT_DE_PASSE),
    "pdf with an owner password only": ("proprietaire.pdf", lambda: _encrypted_pdf(""), R.MOT_DE_PASSE),
    "pdf of 501 pages": ("pages.pdf", lambda: pdfs.pdf_by_pikepdf(501), R.PDF_TROP_DE_PAGES),
    "pdf with JavaScript": (
        "js.pdf",
        lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_action(S=Name.JavaScript, JS=String("1"))),
        R.PDF_JAVASCRIPT,
    ),
    "pdf with JavaScript in an object stream": ("js2.pdf", _object_stream_js_pdf, R.PDF_JAVASCRIPT),
    "pdf with JavaScript after another action": ("js3.pdf", _nested_js_pdf, R.PDF_JAVASCRIPT),
    "pdf with JavaScript spelt in hexadecimal": ("js4.pdf", lambda: pdfs.pdf_by_hand(catalogue=_NOM_JS), R.PDF_JAVASCRIPT),
    "pdf that launches": (
        "lance.pdf",
        lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_action(S=Name.Launch, F=String("cmd"))),
        R.PDF_LANCEMENT,
    ),
    "pdf with automatic actions": ("aa.pdf", lambda: pdfs.pdf_by_hand(catalogue="/AA << /WC << /S /URI >> >>"), R.PDF_ACTION_AUTOMATIQUE),
    "pdf with a file inside": ("joint.pdf", lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_attachment), R.PDF_FICHIER_JOINT),
    "pdf with rich media": (
        "media.pdf",
        lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_annotation(Subtype=Name.RichMedia)),
        R.PDF_MULTIMEDIA,
    ),
    "pdf with XFA": ("xfa.pdf", lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_xfa), R.PDF_FORMULAIRE_XFA),
    "pdf that sends a form": (
        "envoi.pdf",
        lambda: pdfs.pdf_by_pikepdf(change=pdfs.with_annotation(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm))),
        R.PDF_ENVOI_FORMULAIRE,
    ),
    "docm renamed docx": ("courrier.docx", _docm, R.MACRO),
    "vbaProject under docx types": ("courrier.docx", lambda: _docm(renamed_type=False), R.MACRO),
    "macroEnabled types without a project": ("tableau.xlsx", _xlsm_without_project, R.MACRO),
    "excel 4 macro sheet": ("xlm.xlsx", lambda: office.library_zip(office.xlsx_parts() | {"xl/macrosheets/sheet1.xml": b"<a/>"}), R.MACRO),
    "activeX": ("activex.docx", lambda: _docx(word__activeX__activeX1_dot_xml=b"<a/>"), R.CONTROLE_ACTIVEX),
    "embedding": ("objet.docx", lambda: _docx(word__embeddings__oleObject1_dot_bin=b"\0"), R.OBJET_INCORPORE),
    "remote template": ("modele.docx", lambda: _distant("attachedTemplate"), R.MODELE_DISTANT),
    "remote object": ("objet.docx", lambda: _distant("oleObject"), R.MODELE_DISTANT),
    "remote frame": ("cadre.docx", lambda: _distant("frame"), R.MODELE_DISTANT),
    "doctype": ("xxe.docx", lambda: _docx(word__document_dot_xml=_DOCTYPE), R.DOCTYPE),
    "doctype in utf-16": ("xxe16.docx", lambda: _docx(word__document_dot_xml=_DOCTYPE.decode().encode("utf-16")), R.DOCTYPE),
    "archive in a docx": ("poupee.docx", lambda: _docx(word__media__a_dot_zip=_ARCHIVE), R.PARTIE_INATTENDUE),
    "script in a docx": ("script.docx", lambda: _docx(word__a_dot_js=b"1"), R.PARTIE_INATTENDUE),
    "content types that are not XML": (
        "types.docx",
        lambda: office.library_zip(office.docx_parts() | {"[Content_Types].xml": b"<a"}),
        R.OFFICE_ILLISIBLE,
    ),
    "docx with a password": ("secret.docx", ole_documents.encrypted_package, R.MOT_DE_PASSE),
    "xlsx with a password": ("secret.xlsx", ole_documents.encrypted_package, R.MOT_DE_PASSE),
    "doc with a password": ("secret.doc", ole_documents.encrypted_doc, R.MOT_DE_PASSE),
    "xls with a password": ("secret.xls", lambda: ole_documents.xls_file(chiffre=True), R.MOT_DE_PASSE),
    "doc with macros": ("macro.doc", lambda: ole_documents.doc_file(plus={"Macros": {"VBA": {"dir": b"1"}}}), R.MACRO),
    "xls with macros": ("macro.xls", lambda: ole_documents.xls_file(plus={"_VBA_PROJECT_CUR": {"PROJECT": b"1"}}), R.MACRO),
    "xls with an XLM sheet": ("xlm.xls", lambda: ole_documents.xls_file(feuille=_BIFF_MACRO), R.MACRO),
    "doc with an object": (
        "objet.doc",
        lambda: ole_documents.doc_file(plus={"ObjectPool": {"_1": {"\1Ole10Native": b"x"}}}),
        R.OBJET_INCORPORE,
    ),
    "xls with a package": ("objet.xls", lambda: ole_documents.xls_file(plus={"MBD0001": {"\1Ole10Native": b"x"}}), R.OBJET_INCORPORE),
    "doc cut": ("coupe.doc", lambda: ole_documents.doc_file()[:600], R.OFFICE_ILLISIBLE),
    "archive behind a png": ("photo.png", lambda: images.image_bytes("PNG") + _ARCHIVE, R.IMAGE_SUITE),
    "archive behind a jpeg": ("photo.jpg", lambda: images.image_bytes("JPEG") + _ARCHIVE, R.IMAGE_SUITE),
    "archive in a Samsung trailer": ("photo.jpg", lambda: images.samsung_jpeg(_ARCHIVE * 40), R.IMAGE_SUITE),
    "archive before a Samsung trailer": ("photo.jpg", lambda: images.samsung_jpeg(recul=40), R.IMAGE_SUITE),
    "png cut": ("coupe.png", lambda: images.image_bytes("PNG")[:-30], R.IMAGE_ILLISIBLE),
    "jpeg cut": ("coupe.jpg", lambda: images.image_bytes("JPEG")[:-30], R.IMAGE_ILLISIBLE),
    "png with a bad checksum": ("crc.png", lambda: _flip(images.image_bytes("PNG"), 60), R.IMAGE_ILLISIBLE),
    "png of 900 Mpx": ("bombe.png", images.png_flood, R.IMAGE_TROP_GRANDE),
    "tiff of 900 Mpx": ("bombe.tiff", images.tiff_flood, R.IMAGE_TROP_GRANDE),
    "tiff of 60 Mpx": ("grande.tiff", lambda: images.tiff_flood(7_800), R.IMAGE_TROP_GRANDE),
    "tiff of 51 pages": ("fax.tiff", lambda: images.tiff_pages(51), R.IMAGE_TROP_DE_PAGES),
    "html named csv": ("tableau.csv", lambda: _HTML, R.CSV_PROGRAMME),
    "svg named csv": ("tableau.csv", lambda: _SVG, R.CSV_PROGRAMME),
    "shell script named csv": ("tableau.csv", lambda: b"#!/bin/sh\nrm -rf /\n", R.CSV_PROGRAMME),
    "page behind a table": ("tableau.csv", lambda: b"a;b\n" * 3_000 + b"<script>alert(1)</script>", R.CSV_PROGRAMME),
    "csv with NUL": ("nul.csv", lambda: b"a;b\n\0c;d\n" * 20, R.CONTENU_DIFFERENT),
    "csv with control characters": ("cloche.csv", lambda: b"a;b\n" * 400 + b"\x07\x1b[31m", R.CSV_ILLISIBLE),
    "csv in no known encoding": ("codage.csv", lambda: b"a;b\n" * 400 + b"\x81\x8d\x8f", R.CSV_ILLISIBLE),
    "csv of 50,001 lines": ("long.csv", lambda: b"a;1\n" * 50_001, R.CSV_TROP_DE_LIGNES),
}


def _flip(contenu: bytes, ou: int) -> bytes:
    return contenu[:ou] + bytes([contenu[ou] ^ 0xFF]) + contenu[ou + 1 :]


def _membres() -> list[Membre]:
    return office.membres_of(office.docx_parts())


def _bomb() -> bytes:
    return zip_of([*_membres(), Membre(nom=b"word/media/bombe.xml", contenu=b"\0" * 10_000_000)])


def _total_bomb() -> bytes:
    morceau = hashlib.shake_128(b"graine").digest(130_000) + b"\0" * 13_000_000
    return zip_of([*_membres(), *[Membre(nom=f"word/m{n}.xml".encode(), contenu=morceau) for n in range(5)]])


def _lies() -> bytes:
    """Declares less than it inflates to."""
    return zip_of(alter(_membres(), 2, taille=10))


def _entries(nombre: int) -> bytes:
    return zip_of([*_membres(), *[Membre(nom=f"word/p{n}.xml".encode(), contenu=b"<a/>", methode=0) for n in range(nombre)]])


_ZIP64_EXTRA = b"\x01\x00\x10\x00" + b"\0" * 16
_LIEN = 0o120777 << 16

EVASIONS: dict[str, tuple[Callable[[], bytes], R]] = {
    "zip64 in a central extra": (lambda: zip_of(alter(_membres(), 1, extra=_ZIP64_EXTRA)), R.ZIP_64),
    "zip64 in a local extra": (lambda: zip_of(alter(_membres(), 1, extra_local=_ZIP64_EXTRA)), R.ZIP_64),
    "a second name": (lambda: zip_of(alter(_membres(), 2, extra=b"\x75\x70\x09\x00\x01" + b"\0" * 4 + b"a.js")), R.ZIP_NOM),
    "extra fields that do not add up": (lambda: zip_of(alter(_membres(), 2, extra=b"\x01")), R.ZIP_REPERTOIRE),
    "zip64 count": (lambda: zip_of(_membres(), nombre=0xFFFF), R.ZIP_64),
    "two archives glued, the hostile one first": (lambda: _ARCHIVE + office.office_zip(office.docx_parts()), R.ZIP_FIN),
    "lzma": (lambda: zip_of(alter(_membres(), 2, methode=14, donnees=b"x")), R.ZIP_METHODE),
    "bzip2": (lambda: zip_of(alter(_membres(), 2, methode=12, donnees=b"x")), R.ZIP_METHODE),
    "bad local signature": (lambda: zip_of(alter(_membres(), 2, signature_locale=b"PK\x03\x05")), R.ZIP_ENTETE_LOCAL),
    "another local name": (lambda: zip_of(alter(_membres(), 2, nom_local=b"word/vbaproject.b")), R.ZIP_ENTETE_LOCAL),
    "another local method": (lambda: zip_of(alter(_membres(), 2, methode_locale=0)), R.ZIP_ENTETE_LOCAL),
    "encryption flag": (lambda: zip_of(alter(_membres(), 2, drapeaux=1)), R.MOT_DE_PASSE),
    "prepended bytes": (lambda: b"MZ prefixe" + office.office_zip(office.docx_parts()), R.ZIP_DEBUT),
    "trailing bytes": (lambda: office.office_zip(office.docx_parts()) + b"suite", R.ZIP_FIN),
    "comment": (lambda: zip_of(_membres(), commentaire=b"un commentaire"), R.ZIP_FIN),
    "gap": (lambda: zip_of(alter(_membres(), 1, apres=b"cache")), R.ZIP_ORDRE),
    "bytes before the central directory": (lambda: zip_of(_membres(), avant_central=b"cache"), R.ZIP_ORDRE),
    "duplicate name": (lambda: zip_of([*_membres(), Membre(nom=b"WORD/document.xml", contenu=b"<a/>")]), R.ZIP_DOUBLON),
    "symbolic link": (lambda: zip_of(alter(_membres(), 2, externes=_LIEN)), R.ZIP_LIEN),
    "traversal": (lambda: zip_of([*_membres(), Membre(nom=b"word/../../a.xml", contenu=b"<a/>")]), R.ZIP_NOM),
    "backslash": (lambda: zip_of([*_membres(), Membre(nom=b"word\\a.xml", contenu=b"<a/>")]), R.ZIP_NOM),
    "absolute name": (lambda: zip_of([*_membres(), Membre(nom=b"/a.xml", contenu=b"<a/>")]), R.ZIP_NOM),
    "NUL in a name": (lambda: zip_of([*_membres(), Membre(nom=b"a.xml\0.exe", contenu=b"<a/>")]), R.ZIP_NOM),
    "bomb": (_bomb, R.ZIP_TAUX),
    "bomb in several members": (_total_bomb, R.ZIP_TROP_VOLUMINEUX),
    "declares less than it holds": (_lies, R.ZIP_DONNEES),
    "wrong crc": (lambda: zip_of(alter(_membres(), 2, crc=1)), R.ZIP_DONNEES),
    "stored with two sizes": (lambda: zip_of(alter(_membres(), 2, methode=0, taille=3)), R.ZIP_DONNEES),
    "bytes after the deflate stream": (lambda: zip_of(alter(_membres(), 2, donnees=_trailing_deflate())), R.ZIP_DONNEES),
    "bad descriptor": (lambda: zip_of(alter(_membres(), 2, drapeaux=8, descripteur=b"PK\x07\x08" + b"\1" * 12)), R.ZIP_DESCRIPTEUR),
    "2,001 entries": (lambda: _entries(1_998), R.ZIP_TROP_D_ENTREES),
    "too short": (lambda: b"PK\x03\x04", R.ZIP_DEBUT),
    "no end": (lambda: office.office_zip(office.docx_parts())[:-10], R.ZIP_FIN),
}


def _trailing_deflate() -> bytes:
    flux = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return flux.compress(office.document_xml()) + flux.flush() + b"cache"


EICAR = base64.b64decode("WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo=")


def _eicar_pdf() -> bytes:
    return pdfs.pdf_by_hand().replace(b"%\xe2\xe3\xcf\xd3\n", b"%" + EICAR + b"\n")


def _eicar_tiff() -> bytes:
    return images.image_bytes("TIFF", description=EICAR.decode())


def _eicar_png() -> bytes:
    infos = images.text_chunk(EICAR.decode())
    return images.image_bytes("PNG", pnginfo=infos)


# A file of each format that keeps every structural rule and carries EICAR: only the antivirus can stop it (A4).
EICAR_INSIDE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("virus.pdf", _eicar_pdf),
    "doc": ("virus.doc", lambda: ole_documents.doc_file(texte=EICAR)),
    "docx": ("virus.docx", lambda: office.python_docx(EICAR.decode())),
    "xls": ("virus.xls", lambda: ole_documents.xls_file(texte=EICAR)),
    "xlsx": ("virus.xlsx", lambda: office.library_zip(office.xlsx_parts() | {"xl/sharedStrings.xml": b"<s>" + EICAR + b"</s>"})),
    "csv": ("virus.csv", lambda: b"nom;valeur\n" + EICAR + b";1\n"),
    "tiff": ("virus.tiff", _eicar_tiff),
    "png": ("virus.png", _eicar_png),
    "jpeg": ("virus.jpg", lambda: images.image_bytes("JPEG", comment=EICAR)),
}
