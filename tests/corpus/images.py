"""Images of the corpus, small unless the point is their size."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin


def image_bytes(format_: str, mode: str = "RGB", cote: int = 64, **options: object) -> bytes:
    """An image of noise in this format and mode."""
    flux = io.BytesIO()
    Image.effect_noise((cote, cote), 60).convert(mode).save(flux, format_, **options)
    return flux.getvalue()


def tiff_pages(pages: int, compression: str = "group4") -> bytes:
    """A fax or a scan of several pages."""
    images = [Image.effect_noise((40, 40), 60).convert("1") for _ in range(pages)]
    flux = io.BytesIO()
    images[0].save(flux, "TIFF", save_all=True, append_images=images[1:], compression=compression)
    return flux.getvalue()


def png_flood(cote: int = 30_000) -> bytes:
    """A one-bit png of `cote`² pixels in a few kilobytes."""
    flux = zlib.compressobj(9)
    ligne = b"\0" * (1 + (cote + 7) // 8)
    donnees = b"".join(flux.compress(ligne) for _ in range(cote)) + flux.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">2L5B", cote, cote, 1, 0, 0, 0, 0))
        + _chunk(b"IDAT", donnees)
        + _chunk(b"IEND", b"")
    )


def tiff_flood(cote: int = 30_000) -> bytes:
    """A group 4 tiff that announces `cote`² pixels."""
    bande = b"\0" * 24_000
    champs = [
        (256, 4, cote),
        (257, 4, cote),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, cote),
        (279, 4, len(bande)),
    ]
    ifd = struct.pack("<H", len(champs)) + b"".join(
        struct.pack("<HHLL" if genre == 4 else "<HHLHxx", tag, genre, 1, valeur)  # LONG
        for tag, genre, valeur in champs
    )
    return b"II*\0" + struct.pack("<L", 8 + len(bande)) + bande + ifd + b"\0\0\0\0"


def phone_jpeg() -> bytes:
    """Two JPEGs in one file, as phones write their previews (multi-picture format), with some padding between."""
    return image_bytes("JPEG") + b"\0" * 16 + image_bytes("JPEG", cote=16)


def samsung_jpeg(donnees: bytes = b"1772528400000", *, recul: int = 0) -> bytes:
    """A JPEG with the trailer that Samsung phones append; `recul` makes its directory lie."""
    nom = b"Image_UTC_Data"
    bloc = struct.pack("<2xHL", 0x0A01, len(nom)) + nom + donnees
    repertoire = struct.pack("<4s2L", b"SEFH", 107, 1) + struct.pack("<2xH2L", 0x0A01, len(bloc) + recul, len(bloc))
    return image_bytes("JPEG") + bloc + repertoire + struct.pack("<L", len(repertoire)) + b"SEFT"


def text_chunk(texte: str) -> PngImagePlugin.PngInfo:
    """A text chunk for a png."""
    infos = PngImagePlugin.PngInfo()
    infos.add_text("Comment", texte)
    return infos


def _chunk(genre: bytes, donnees: bytes) -> bytes:
    return struct.pack(">L", len(donnees)) + genre + donnees + struct.pack(">L", zlib.crc32(genre + donnees))
