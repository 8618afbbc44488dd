"""An image is of a reasonable size before it is decoded, and nothing follows it (trust §2.2, A6)."""

import struct
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.raisons import RaisonRefus

PIXELS_MAX = 50_000_000
FRAMES_TIFF_MAX = 50
SAMSUNG_MAX_OCTETS = 4_096  # the date and the settings of a photo; a film hidden behind it is far longer

_PNG_DEBUT = b"\x89PNG\r\n\x1a\n"
_JPEG_DEBUT = b"\xff\xd8"
_SEFH, _SEF_BLOC = struct.Struct("<4s2L"), struct.Struct("<2xH2L")
_SANS_LONGUEUR = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and restart markers
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_BOMBE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow raises on a damaged file.
_DEGATS = (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, OverflowError)


def check_image(contenu: bytes, attendu: FormatFichier) -> None:
    """Raises: FichierRefuseError when the image is damaged, too large, or followed by something."""
    try:
        if attendu is FormatFichier.PNG:
            _check_png_end(contenu)
        elif attendu is FormatFichier.JPEG:
            _check_jpeg_end(contenu)
        with Image.open(BytesIO(contenu), formats=[attendu.name]) as image:
            _check_sizes(image)
        with Image.open(BytesIO(contenu), formats=[attendu.name]) as image:
            image.verify()
    except _BOMBE as error:
        raise FichierRefuseError(RaisonRefus.IMAGE_TROP_GRANDE, "bomb") from error
    except _DEGATS as error:
        raise FichierRefuseError(RaisonRefus.IMAGE_ILLISIBLE, type(error).__name__) from error


def _check_sizes(image: Image.Image) -> None:
    """Each frame is small enough; frames are read one by one, so a chain of a million is never walked."""
    frame = 0
    while True:
        if image.width * image.height > PIXELS_MAX:
            raise FichierRefuseError(RaisonRefus.IMAGE_TROP_GRANDE)
        if image.format != "TIFF":
            return
        frame += 1
        try:
            image.seek(frame)
        except EOFError:
            return
        if frame >= FRAMES_TIFF_MAX:
            raise FichierRefuseError(RaisonRefus.IMAGE_TROP_DE_PAGES)


def _check_png_end(contenu: bytes) -> None:
    """Walk the chunks: IEND is the last thing of the file; the declared size is looked at before Pillow sees it."""
    if not contenu.startswith(_PNG_DEBUT):
        raise FichierRefuseError(RaisonRefus.CONTENU_DIFFERENT)
    largeur, hauteur = struct.unpack_from(">2L", contenu, 16)
    if largeur * hauteur > PIXELS_MAX:
        raise FichierRefuseError(RaisonRefus.IMAGE_TROP_GRANDE)
    ou = len(_PNG_DEBUT)
    while True:
        longueur, genre = struct.unpack_from(">L4s", contenu, ou)
        ou += 12 + longueur
        if genre == b"IEND":
            break
    if ou < len(contenu):
        raise FichierRefuseError(RaisonRefus.IMAGE_SUITE, "after IEND")


def _check_jpeg_end(contenu: bytes) -> None:
    """Walk the markers to EOI. Only what phones write may follow: whole JPEGs, padding, and a short Samsung trailer."""
    fin = len(contenu) - _samsung_trailer_bytes(contenu)
    ou = 0
    while ou < fin:
        if not contenu.startswith(_JPEG_DEBUT, ou):
            raison = RaisonRefus.IMAGE_SUITE if ou else RaisonRefus.CONTENU_DIFFERENT
            raise FichierRefuseError(raison, "after EOI")
        ou = _end_of_jpeg(contenu, ou + 2)
        while ou < fin and contenu[ou] == 0:
            ou += 1


def _samsung_trailer_bytes(contenu: bytes) -> int:
    """The length of the trailer that Samsung phones append to nearly every photo, 0 when there is none.

    It ends with a directory (`SEFH`, version, count, then per block: type, distance back, size), the directory's length and `SEFT`.
    Only one that is short, and whose blocks fill it exactly, counts: anything else is something behind the image.
    """
    if not contenu.endswith(b"SEFT"):
        return 0
    (longueur,) = struct.unpack_from("<L", contenu, len(contenu) - 8)
    debut = len(contenu) - 8 - longueur
    if debut < 0 or longueur < _SEFH.size:
        return 0
    magique, _version, nombre = _SEFH.unpack_from(contenu, debut)
    if magique != b"SEFH" or longueur != _SEFH.size + nombre * _SEF_BLOC.size:
        return 0
    blocs = [_SEF_BLOC.unpack_from(contenu, debut + _SEFH.size + rang * _SEF_BLOC.size) for rang in range(nombre)]
    blocs_octets = sum(taille for _, _, taille in blocs)
    recul = max((distance for _, distance, _ in blocs), default=0)
    total = recul + longueur + 8
    return total if blocs_octets == recul and total <= SAMSUNG_MAX_OCTETS else 0


def _end_of_jpeg(contenu: bytes, ou: int) -> int:
    """The offset after EOI of the image whose first marker is at `ou`."""
    while True:
        if contenu[ou] != 0xFF:  # every marker starts with FF
            raise FichierRefuseError(RaisonRefus.IMAGE_ILLISIBLE, "marker expected")
        marqueur = contenu[ou + 1]
        ou += 1 if marqueur == 0xFF else 2  # FF bytes may pad before a marker
        if marqueur == _EOI:
            return ou
        if marqueur == 0xFF or marqueur in _SANS_LONGUEUR:  # as above
            continue
        ou += struct.unpack_from(">H", contenu, ou)[0]
        if marqueur == _SOS:
            ou = _end_of_scan(contenu, ou)


def _end_of_scan(contenu: bytes, ou: int) -> int:
    """The offset of the next real marker after entropy-coded data."""
    while True:
        ou = contenu.index(b"\xff", ou)
        suivant = contenu[ou + 1]
        if suivant != 0 and suivant not in _SANS_LONGUEUR:
            return ou
        ou += 2
