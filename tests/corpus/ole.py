"""A writer of OLE2 compound files, just enough to build doc and xls files of the corpus in code (MS-CFB, version 3)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTEUR = 512
_SEUIL_MINI = 4096  # streams are padded to it, so that no mini stream is needed
_FIN, _LIBRE, _FAT, _AUCUN = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_RACINE, _STOCKAGE, _FLUX = 5, 1, 2


@dataclass
class _Noeud:
    nom: str
    genre: int
    contenu: bytes = b""
    enfants: "list[_Noeud]" = field(default_factory=list)
    numero: int = 0
    suivant: int = _AUCUN
    secteur: int = _FIN


def ole_file(arbre: Mapping[str, object]) -> bytes:
    """A compound file with these streams (bytes) and storages (mappings)."""
    racine = _Noeud("Root Entry", _RACINE, enfants=_nodes(arbre))
    noeuds = _number(racine)
    secteurs: list[bytes] = []
    fat: list[int] = []
    for noeud in noeuds:
        if noeud.genre == _FLUX:
            noeud.secteur = _append(secteurs, fat, noeud.contenu.ljust(_SEUIL_MINI, b"\0"))
    repertoire = _append(secteurs, fat, b"".join(_entry(noeud) for noeud in noeuds))
    fat_sectors = _append_fat(secteurs, fat)
    difat = struct.pack("<109L", *(fat_sectors + [_LIBRE] * (109 - len(fat_sectors))))
    entete = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    entete += struct.pack("<5H6x9L", 0x3E, 3, 0xFFFE, 9, 6, 0, len(fat_sectors), repertoire, 0, _SEUIL_MINI, _FIN, 0, _FIN, 0)
    return entete + difat + b"".join(secteurs)


def _nodes(arbre: Mapping[str, object]) -> list[_Noeud]:
    noeuds = []
    for nom, valeur in arbre.items():
        if isinstance(valeur, bytes):
            noeuds.append(_Noeud(nom, _FLUX, valeur))
        elif isinstance(valeur, Mapping):
            noeuds.append(_Noeud(nom, _STOCKAGE, enfants=_nodes(valeur)))
    return sorted(noeuds, key=lambda noeud: (len(noeud.nom), noeud.nom.upper()))


def _number(racine: _Noeud) -> list[_Noeud]:
    """Every node in directory order; brothers are chained to the right, which is a valid tree since they are sorted."""
    noeuds = [racine]
    for noeud in noeuds:  # the list grows while it is walked: breadth first
        for enfant in noeud.enfants:
            enfant.numero = len(noeuds)
            noeuds.append(enfant)
        for gauche, droite in zip(noeud.enfants, noeud.enfants[1:], strict=False):
            gauche.suivant = droite.numero
    return noeuds


def _append(secteurs: list[bytes], fat: list[int], contenu: bytes) -> int:
    premier = len(secteurs)
    morceaux = [contenu[ou : ou + _SECTEUR].ljust(_SECTEUR, b"\0") for ou in range(0, len(contenu), _SECTEUR)]
    secteurs.extend(morceaux)
    fat.extend([*range(premier + 1, premier + len(morceaux)), _FIN])
    return premier


def _append_fat(secteurs: list[bytes], fat: list[int]) -> list[int]:
    par_secteur = _SECTEUR // 4
    nombre = 1
    while len(fat) + nombre > nombre * par_secteur:
        nombre += 1
    numeros = list(range(len(secteurs), len(secteurs) + nombre))
    complet = fat + [_FAT] * nombre
    complet += [_LIBRE] * (nombre * par_secteur - len(complet))
    table = struct.pack(f"<{len(complet)}L", *complet)
    secteurs.extend(table[ou : ou + _SECTEUR] for ou in range(0, len(table), _SECTEUR))
    return numeros


def _entry(noeud: _Noeud) -> bytes:
    nom = noeud.nom.encode("utf-16-le") + b"\0\0"
    premier_enfant = noeud.enfants[0].numero if noeud.enfants else _AUCUN
    taille = max(len(noeud.contenu), _SEUIL_MINI) if noeud.genre == _FLUX else 0
    return (
        nom.ljust(64, b"\0")
        + struct.pack("<HBB3L", len(nom), noeud.genre, 1, _AUCUN, noeud.suivant, premier_enfant)
        + b"\0" * 16
        + struct.pack("<L", 0)
        + b"\0" * 16
        + struct.pack("<LQ", noeud.secteur if noeud.genre == _FLUX else _FIN, taille)
    )
