"""The canonical-ZIP gate: one reading of an archive, the same for clamd, for Office and for us (trust §2.2).

Every byte belongs to exactly one entry, its descriptor, its central record or the end record; whatever another reader could
understand differently is refused before any unzip library sees it. Rules are numbered as in trust §2.2; a refusal names its rule.
Numbers are little-endian.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.raisons import RaisonRefus

ENTREES_MAX = 2_000  # rule 4
TOTAL_MAX_OCTETS = 62_914_560  # 60 MiB declared in total, rule 4
TAUX_MAX = 200  # rule 4, for an entry declared above TAUX_A_PARTIR_DE
TAUX_A_PARTIR_DE_OCTETS = 100_000

_FIN = struct.Struct("<4s4H2LH")  # end record, 22 bytes
_CENTRAL = struct.Struct("<4s6H3L5H2L")  # central record, 46 bytes
_LOCAL = struct.Struct("<4s5H3L2H")  # local header, 30 bytes
_PAS_OCTETS = 1 << 20  # inflate step, rule 7
_MAX_32, _MAX_16 = 0xFFFFFFFF, 0xFFFF
_CHIFFREMENT = 1 << 0 | 1 << 6 | 1 << 13
_DESCRIPTEUR = 1 << 3
_STOCKE, _DEFLATE = 0, 8
_VERSION_MAX = 45
_EXTRA_ZIP64, _EXTRA_NOM_UNICODE = 0x0001, 0x7075
_LIEN_UNIX, _TYPE_UNIX = 0o120000, 0o170000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entree:
    """One member, as central and local headers agree to describe it. `nom` is the raw name."""

    nom: bytes
    drapeaux: int
    methode: int
    crc: int
    taille_comprimee: int
    taille: int
    position: int

    @property
    def nom_lisible(self) -> str:
        """The name as text, lower-cased: for comparisons only."""
        return self.nom.decode("utf-8", "replace").lower()


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose directory passed rules 1 to 5; its data has passed rules 6 to 9 once `membres` is exhausted."""

    contenu: bytes
    entrees: tuple[Entree, ...]  # by position
    debut_central: int

    @property
    def noms(self) -> tuple[str, ...]:
        """Lower-case names, unique, in the order of the file."""
        return tuple(entree.nom_lisible for entree in self.entrees)

    def membres(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each member, one at a time. Raises: FichierRefuseError, with the rule that failed."""
        return _read_membres(self.contenu, self.entrees, self.debut_central)


def open_archive(contenu: bytes) -> Archive:
    """Read the directory of an archive through rules 1 to 5. Raises: FichierRefuseError, with the rule that failed."""
    debut_central, nombre = _read_fin(contenu)
    entrees = _read_central(contenu, debut_central, nombre)
    return Archive(contenu, tuple(sorted(entrees, key=lambda entree: entree.position)), debut_central)


def _refuse(raison: RaisonRefus, regle: int, detail: str = "") -> FichierRefuseError:
    return FichierRefuseError(raison, f"zip {regle}: {detail}" if detail else f"zip {regle}")


def _read_fin(contenu: bytes) -> tuple[int, int]:
    """Rules 1 to 4 on the end record: where the central directory starts, and how many entries it has."""
    longueur = len(contenu)
    if longueur < _FIN.size or contenu[:4] != b"PK\x03\x04":
        raise _refuse(RaisonRefus.ZIP_DEBUT, 1)
    signature, disque, disque_central, ici, nombre, taille, position, commentaire = _FIN.unpack_from(contenu, longueur - _FIN.size)
    if signature != b"PK\x05\x06" or disque or disque_central or ici != nombre or commentaire:
        raise _refuse(RaisonRefus.ZIP_FIN, 2)
    if nombre == _MAX_16 or _MAX_32 in (taille, position):
        raise _refuse(RaisonRefus.ZIP_64, 3)
    if position + taille != longueur - _FIN.size:
        raise _refuse(RaisonRefus.ZIP_FIN, 3, "central directory does not end at the end record")
    if not 0 < nombre <= ENTREES_MAX:
        raise _refuse(RaisonRefus.ZIP_TROP_D_ENTREES, 4)
    return position, nombre


def _read_central(contenu: bytes, debut: int, nombre: int) -> list[Entree]:
    """Rules 3 to 5 on every central record; the walk ends exactly at the end record."""
    entrees: list[Entree] = []
    noms: set[str] = set()
    ou, fin, total = debut, len(contenu) - _FIN.size, 0
    for _ in range(nombre):
        entree, ou = _read_record(contenu, ou, fin)
        total += entree.taille
        if entree.nom_lisible in noms:
            raise _refuse(RaisonRefus.ZIP_DOUBLON, 5)
        noms.add(entree.nom_lisible)
        entrees.append(entree)
    if ou != fin:
        raise _refuse(RaisonRefus.ZIP_REPERTOIRE, 5, "bytes after the last record")
    if total > TOTAL_MAX_OCTETS:
        raise _refuse(RaisonRefus.ZIP_TROP_VOLUMINEUX, 4)
    return entrees


def _read_record(contenu: bytes, ou: int, fin: int) -> tuple[Entree, int]:
    """One central record at `ou`, and where the next one starts."""
    if ou + _CENTRAL.size > fin:
        raise _refuse(RaisonRefus.ZIP_REPERTOIRE, 5, "record cut")
    champs = _CENTRAL.unpack_from(contenu, ou)
    signature, _fait_par, version, drapeaux, methode, _heure, _jour, crc, comprimee, taille = champs[:10]
    long_nom, long_extra, long_commentaire, disque, _internes, externes, position = champs[10:]
    debut_nom = ou + _CENTRAL.size
    debut_extra = debut_nom + long_nom
    suivant = debut_extra + long_extra + long_commentaire
    if signature != b"PK\x01\x02" or disque or suivant > fin:
        raise _refuse(RaisonRefus.ZIP_REPERTOIRE, 5, "signature, disk or length")
    if _MAX_32 in (comprimee, taille, position) or _has_zip64(contenu[debut_extra : debut_extra + long_extra]):
        raise _refuse(RaisonRefus.ZIP_64, 3)
    _check_version(version)
    entree = Entree(
        nom=contenu[debut_nom:debut_extra], drapeaux=drapeaux, methode=methode,
        crc=crc, taille_comprimee=comprimee, taille=taille, position=position,
    )  # fmt: skip
    _check_record(entree, mode_unix=externes >> 16)
    return entree, suivant


def _has_zip64(extra: bytes) -> bool:
    """Whether an extra field of type 0x0001 is there (rule 3).

    Fields that do not add up are refused, but for padding with zeros, and so is one that gives the entry a second name.
    """
    ou = 0
    while ou + 4 <= len(extra):
        genre, longueur = struct.unpack_from("<2H", extra, ou)
        if genre == _EXTRA_ZIP64:
            return True
        if genre == _EXTRA_NOM_UNICODE:
            raise _refuse(RaisonRefus.ZIP_NOM, 5, "second name")
        ou += 4 + longueur
    if ou > len(extra) or any(extra[ou:]):
        raise _refuse(RaisonRefus.ZIP_REPERTOIRE, 3, "extra fields do not add up")
    return False


def _check_version(version: int) -> None:
    """Rule 5: a reader that honours « version needed » must not leave the entry aside: 45 is the last one that our methods may ask."""
    if version & 0xFF > _VERSION_MAX:
        raise _refuse(RaisonRefus.ZIP_METHODE, 5, f"version {version}")


def _check_record(entree: Entree, *, mode_unix: int) -> None:
    """Rules 4 and 5 on one entry."""
    if entree.drapeaux & _CHIFFREMENT:
        raise _refuse(RaisonRefus.MOT_DE_PASSE, 5, "encryption flag")
    if entree.methode not in (_STOCKE, _DEFLATE):
        raise _refuse(RaisonRefus.ZIP_METHODE, 5, str(entree.methode))
    if mode_unix & _TYPE_UNIX == _LIEN_UNIX:
        raise _refuse(RaisonRefus.ZIP_LIEN, 5)
    nom = entree.nom
    if not nom or b"\0" in nom or b"\\" in nom or nom.startswith(b"/") or b".." in nom.split(b"/"):
        raise _refuse(RaisonRefus.ZIP_NOM, 5)
    if entree.taille > TAUX_A_PARTIR_DE_OCTETS and entree.taille > TAUX_MAX * entree.taille_comprimee:
        raise _refuse(RaisonRefus.ZIP_TAUX, 4)


def _read_membres(contenu: bytes, entrees: tuple[Entree, ...], debut_central: int) -> Iterator[tuple[str, bytes]]:
    """Rules 6 to 9: each entry begins where the previous one ended, the last one ends at the central directory."""
    ou = 0
    for entree in entrees:
        if entree.position != ou:
            raise _refuse(RaisonRefus.ZIP_ORDRE, 6, "gap, overlap or bytes before")
        debut_donnees = _check_local(contenu, entree, debut_central)
        fin_donnees = debut_donnees + entree.taille_comprimee
        if fin_donnees > debut_central:
            raise _refuse(RaisonRefus.ZIP_ORDRE, 6, "data beyond the central directory")
        yield entree.nom_lisible, _extract(contenu[debut_donnees:fin_donnees], entree)
        ou = _skip_descripteur(contenu, entree, fin_donnees) if entree.drapeaux & _DESCRIPTEUR else fin_donnees
    if ou != debut_central:
        raise _refuse(RaisonRefus.ZIP_ORDRE, 9, "bytes before the central directory")


def _check_local(contenu: bytes, entree: Entree, debut_central: int) -> int:
    """Rule 6: the local header says the same as the central one. Returns: where the data starts."""
    debut_nom = entree.position + _LOCAL.size
    if debut_nom > debut_central:
        raise _refuse(RaisonRefus.ZIP_ENTETE_LOCAL, 6, "cut")
    champs = _LOCAL.unpack_from(contenu, entree.position)
    signature, version, drapeaux, methode, _heure, _jour, crc, comprimee, taille, long_nom, long_extra = champs
    _check_version(version)
    debut_extra: int = debut_nom + long_nom
    communs = 1 << 0 | _DESCRIPTEUR
    if signature != b"PK\x03\x04" or contenu[debut_nom:debut_extra] != entree.nom or methode != entree.methode:
        raise _refuse(RaisonRefus.ZIP_ENTETE_LOCAL, 6, "signature, name or method")
    if (drapeaux ^ entree.drapeaux) & communs or drapeaux & _CHIFFREMENT:
        raise _refuse(RaisonRefus.ZIP_ENTETE_LOCAL, 6, "flags")
    if _MAX_32 in (comprimee, taille) or _has_zip64(contenu[debut_extra : debut_extra + long_extra]):
        raise _refuse(RaisonRefus.ZIP_64, 3, "local")
    if not drapeaux & _DESCRIPTEUR and (crc, comprimee, taille) != (entree.crc, entree.taille_comprimee, entree.taille):
        raise _refuse(RaisonRefus.ZIP_ENTETE_LOCAL, 6, "crc or sizes")
    return debut_extra + int(long_extra)


def _extract(donnees: bytes, entree: Entree) -> bytes:
    """Rule 7: the data is exactly what is declared, size and CRC-32."""
    if entree.methode == _STOCKE:
        contenu = donnees if entree.taille == entree.taille_comprimee else None
    else:
        contenu = _inflate(donnees, entree.taille)
    if contenu is None or zlib.crc32(contenu) != entree.crc:
        raise _refuse(RaisonRefus.ZIP_DONNEES, 7)
    return contenu


def _inflate(donnees: bytes, taille: int) -> bytes | None:
    """The inflated bytes; None as soon as they cannot be exactly `taille` long or something is left over."""
    flux = zlib.decompressobj(-zlib.MAX_WBITS)
    morceaux: list[bytes] = []
    produit, reste = 0, donnees
    try:
        while not flux.eof:
            morceau = flux.decompress(reste, _PAS_OCTETS)
            reste = flux.unconsumed_tail
            produit += len(morceau)
            if produit > taille or (not morceau and not reste and not flux.eof):
                return None
            morceaux.append(morceau)
    except zlib.error:
        return None
    return b"".join(morceaux) if produit == taille and not flux.unused_data and not reste else None


def _skip_descripteur(contenu: bytes, entree: Entree, ou: int) -> int:
    """Rule 8: 12 bytes, or 16 with their signature, repeat CRC and sizes. Returns: where they end."""
    attendu = struct.pack("<3L", entree.crc, entree.taille_comprimee, entree.taille)
    if contenu[ou : ou + 16] == b"PK\x07\x08" + attendu:
        return ou + 16
    if contenu[ou : ou + 12] == attendu:
        return ou + 12
    raise _refuse(RaisonRefus.ZIP_DESCRIPTEUR, 8)
