"""Archives written byte by byte, so that each rule of the canonical-ZIP gate can be broken alone (trust §2.2, A3)."""

import struct
import zlib
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Membre:
    """One member, with every field of its headers free to lie."""

    nom: bytes
    contenu: bytes
    methode: int = 8
    drapeaux: int = 0
    externes: int = 0
    nom_local: bytes | None = None
    methode_locale: int | None = None
    signature_locale: bytes = b"PK\x03\x04"
    extra: bytes = b""
    extra_local: bytes = b""
    taille: int | None = None
    donnees: bytes | None = None
    descripteur: bytes | None = None
    apres: bytes = b""  # bytes that belong to nothing
    crc: int | None = None


def deflate(contenu: bytes) -> bytes:
    """Raw deflate, as in a ZIP."""
    flux = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return flux.compress(contenu) + flux.flush()


def zip_of(membres: list[Membre], *, commentaire: bytes = b"", avant_central: bytes = b"", nombre: int | None = None) -> bytes:
    """An archive of these members, in this order."""
    corps, central = b"", b""
    for membre in membres:
        position = len(corps)
        local, entree = _headers(membre, position)
        corps += local
        central += entree
    corps += avant_central
    total = len(membres) if nombre is None else nombre
    fin = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, total, total, len(central), len(corps), len(commentaire))
    return corps + central + fin + commentaire


def _headers(membre: Membre, position: int) -> tuple[bytes, bytes]:
    donnees = membre.donnees
    if donnees is None:
        donnees = deflate(membre.contenu) if membre.methode == 8 else membre.contenu  # deflate
    crc = zlib.crc32(membre.contenu) if membre.crc is None else membre.crc
    taille = len(membre.contenu) if membre.taille is None else membre.taille
    streame = bool(membre.drapeaux & 8)
    local_nom = membre.nom if membre.nom_local is None else membre.nom_local
    methode_locale = membre.methode if membre.methode_locale is None else membre.methode_locale
    annonces = (0, 0, 0) if streame else (crc, len(donnees), taille)
    local = struct.pack(
        "<4s5H3L2H",
        membre.signature_locale,
        20,
        membre.drapeaux,
        methode_locale,
        0,
        0x21,
        *annonces,
        len(local_nom),
        len(membre.extra_local),
    )
    descripteur = membre.descripteur
    if descripteur is None:
        descripteur = b"PK\x07\x08" + struct.pack("<3L", crc, len(donnees), taille) if streame else b""
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, membre.drapeaux, membre.methode, 0, 0x21, crc, len(donnees), taille,
        len(membre.nom), len(membre.extra), 0, 0, 0, membre.externes, position,
    )  # fmt: skip
    return local + local_nom + membre.extra_local + donnees + descripteur + membre.apres, central + membre.nom + membre.extra


def alter(membres: list[Membre], rang: int, **champs: object) -> list[Membre]:
    """The same members, one of them changed."""
    return [replace(m, **champs) if i == rang else m for i, m in enumerate(membres)]  # type: ignore[arg-type]  # fields are free on purpose
