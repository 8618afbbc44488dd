"""A pdf is whole, readable without a password, and does nothing by itself (trust §2.2)."""

import re
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.raisons import RaisonRefus

PAGES_MAX = 500
OBJETS_MAX = 500_000  # nested ones included: beyond, reading takes seconds
PROFONDEUR_MAX = 60

_FIN_OCTETS = 1024
_FIN = re.compile(rb"%%EOF[\x00\t\n\x0c\r ]*\Z")
_CLES = {
    "/JavaScript": RaisonRefus.PDF_JAVASCRIPT,
    "/JS": RaisonRefus.PDF_JAVASCRIPT,
    "/Launch": RaisonRefus.PDF_LANCEMENT,
    "/EmbeddedFiles": RaisonRefus.PDF_FICHIER_JOINT,
    "/EF": RaisonRefus.PDF_FICHIER_JOINT,
    "/RichMedia": RaisonRefus.PDF_MULTIMEDIA,
    "/RichMediaContent": RaisonRefus.PDF_MULTIMEDIA,
    "/XFA": RaisonRefus.PDF_FORMULAIRE_XFA,
    "/SubmitForm": RaisonRefus.PDF_ENVOI_FORMULAIRE,
    "/AA": RaisonRefus.PDF_ACTION_AUTOMATIQUE,
}
# The value of /S (an action), /Type or /Subtype that makes an object active.
_GENRES = {
    "/JavaScript": RaisonRefus.PDF_JAVASCRIPT,
    "/Launch": RaisonRefus.PDF_LANCEMENT,
    "/SubmitForm": RaisonRefus.PDF_ENVOI_FORMULAIRE,
    "/ImportData": RaisonRefus.PDF_ENVOI_FORMULAIRE,
    "/EmbeddedFile": RaisonRefus.PDF_FICHIER_JOINT,
    "/FileAttachment": RaisonRefus.PDF_FICHIER_JOINT,
    "/GoToE": RaisonRefus.PDF_FICHIER_JOINT,
    "/RichMedia": RaisonRefus.PDF_MULTIMEDIA,
    "/RichMediaExecute": RaisonRefus.PDF_MULTIMEDIA,
    "/Movie": RaisonRefus.PDF_MULTIMEDIA,
    "/Sound": RaisonRefus.PDF_MULTIMEDIA,
    "/Screen": RaisonRefus.PDF_MULTIMEDIA,
    "/3D": RaisonRefus.PDF_MULTIMEDIA,
}


def check_pdf(contenu: bytes) -> None:
    """Raises: FichierRefuseError when the file is not a whole, open and inert pdf."""
    if not contenu.startswith(b"%PDF-"):
        raise FichierRefuseError(RaisonRefus.PDF_DEBUT)
    if not _FIN.search(contenu[-_FIN_OCTETS:]):
        raise FichierRefuseError(RaisonRefus.PDF_FIN)
    try:
        with pikepdf.open(BytesIO(contenu), suppress_warnings=True) as pdf:
            if "/Encrypt" in pdf.trailer:  # an empty user password opens it, clamd does not tell
                raise FichierRefuseError(RaisonRefus.MOT_DE_PASSE, "/Encrypt")
            if len(pdf.pages) > PAGES_MAX:
                raise FichierRefuseError(RaisonRefus.PDF_TROP_DE_PAGES)
            if len(pdf.pages) == 0:
                raise FichierRefuseError(RaisonRefus.PDF_ILLISIBLE, "no page")
            _check_objects(pdf)
    except pikepdf.PasswordError as error:
        raise FichierRefuseError(RaisonRefus.MOT_DE_PASSE, "password") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError) as error:  # qpdf reports some damage as RuntimeError
        raise FichierRefuseError(RaisonRefus.PDF_ILLISIBLE, type(error).__name__) from error


def _check_objects(pdf: pikepdf.Pdf) -> None:
    """Every dictionary of the file, direct ones included, is inert."""
    vus = 0
    for objet in pdf.objects:
        for dictionnaire in _dictionaries(objet, 0):
            vus += 1
            if vus > OBJETS_MAX:
                raise FichierRefuseError(RaisonRefus.PDF_ILLISIBLE, "too many objects")
            _check_dictionary(dictionnaire)


def _dictionaries(objet: pikepdf.Object, profondeur: int) -> Iterator[pikepdf.Object]:
    """The dictionaries of one indirect object, without following references: each of those has its own turn."""
    if profondeur > PROFONDEUR_MAX:
        raise FichierRefuseError(RaisonRefus.PDF_ILLISIBLE, "nested too deep")
    if isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
        yield objet
        enfants = [objet.get(cle) for cle in objet.keys()]  # noqa: SIM118  # a stream iterates otherwise
    elif isinstance(objet, pikepdf.Array):
        enfants = list(objet)
    else:
        return
    for enfant in enfants:
        if isinstance(enfant, pikepdf.Object) and not enfant.is_indirect:
            yield from _dictionaries(enfant, profondeur + 1)


def _check_dictionary(dictionnaire: pikepdf.Object) -> None:
    cles = set(dictionnaire.keys())
    for cle in cles & _CLES.keys():
        raise FichierRefuseError(_CLES[cle], f"key {cle}")
    for cle in cles & {"/S", "/Type", "/Subtype"}:
        genre = str(dictionnaire.get(cle))
        if genre in _GENRES:
            raise FichierRefuseError(_GENRES[genre], f"{cle} {genre}")
