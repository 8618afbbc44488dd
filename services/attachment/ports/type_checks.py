"""The content checks on libraries that read each format: libmagic, pikepdf, olefile, Pillow, and our own ZIP gate (trust §2.2)."""

import magic

from services.attachment.domain.csv_texte import check_csv
from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FORMATS_IMAGE, FORMATS_OFFICE, FORMATS_OLE, TAILLE_MAX_OCTETS, FormatFichier
from services.attachment.domain.nom_fichier import announced_format
from services.attachment.domain.office import check_office
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.ports.image_checks import check_image
from services.attachment.ports.ole_checks import OLE2_MAGIC, check_ole, is_encrypted_package
from services.attachment.ports.pdf_checks import check_pdf


class LibraryContentChecks:
    """Extension, then libmagic, then the structure of that format: all three must agree."""

    def check(self, contenu: bytes, nom: str) -> FormatFichier:
        """The real format of a file that keeps every rule. Raises: FichierRefuseError, with the reason."""
        if not contenu:
            raise FichierRefuseError(RaisonRefus.VIDE)
        if len(contenu) > TAILLE_MAX_OCTETS:
            raise FichierRefuseError(RaisonRefus.TROP_GROS)
        attendu = announced_format(nom)
        _check_magic(contenu, attendu)
        _check_structure(contenu, attendu)
        return attendu


def _check_magic(contenu: bytes, attendu: FormatFichier) -> None:
    """The opinion of libmagic belongs to the announced format; a password-protected office file is said to be one."""
    if attendu in FORMATS_OFFICE and contenu.startswith(OLE2_MAGIC) and is_encrypted_package(contenu):
        raise FichierRefuseError(RaisonRefus.MOT_DE_PASSE, "EncryptedPackage")
    if attendu is FormatFichier.PDF and not contenu.startswith(b"%PDF-") and b"%PDF-" in contenu[:1024]:
        raise FichierRefuseError(RaisonRefus.PDF_DEBUT)
    type_lu = magic.from_buffer(contenu, mime=True).lower()
    if type_lu not in attendu.magic_types:
        raison = RaisonRefus.CONTENU_DIFFERENT
        if attendu is FormatFichier.CSV and type_lu.startswith(("text/", "image/svg")):
            raison = RaisonRefus.CSV_PROGRAMME
        raise FichierRefuseError(raison, type_lu)


def _check_structure(contenu: bytes, attendu: FormatFichier) -> None:
    if attendu in FORMATS_OFFICE:
        check_office(contenu, attendu)
    elif attendu in FORMATS_OLE:
        check_ole(contenu, attendu)
    elif attendu in FORMATS_IMAGE:
        check_image(contenu, attendu)
    elif attendu is FormatFichier.PDF:
        check_pdf(contenu)
    else:
        check_csv(contenu)
