"""Files are sealed at rest: a flipped bit or a swapped object is refused (A10)."""

import hashlib
import os

import pytest

from services.attachment.domain.errors import FichierAltereError, PieceJointeExpiredError
from services.attachment.domain.piece_jointe import PieceJointe
from services.attachment.ports.encryption import MasterKeyRing
from tests.unit.attachment.builders import une_piece_jointe

CONTENU = b"un justificatif tres reconnaissable" * 100
ANNEAU = {"2026-a": os.urandom(32), "2026-b": os.urandom(32)}


def scellee(keys: MasterKeyRing) -> tuple[PieceJointe, bytes]:
    piece = une_piece_jointe(sha256=hashlib.sha256(CONTENU).hexdigest(), cle=None)
    octets, piece.cle = keys.seal(piece, CONTENU)
    return piece, octets


def test_a_sealed_fichier_opens_to_the_same_bytes_and_shows_none_of_them() -> None:
    keys = MasterKeyRing(ANNEAU, "2026-a")

    piece, octets = scellee(keys)

    assert CONTENU[:20] not in octets
    assert keys.open(piece, octets) == CONTENU


def test_a_fichier_sealed_under_an_older_master_key_still_opens() -> None:
    piece, octets = scellee(MasterKeyRing(ANNEAU, "2026-a"))

    assert MasterKeyRing(ANNEAU, "2026-b").open(piece, octets) == CONTENU


@pytest.mark.parametrize("ou", [0, 2, 3, 14, 15, 500, -1])
def test_a_flipped_bit_is_refused(ou: int) -> None:
    keys = MasterKeyRing(ANNEAU, "2026-a")
    piece, octets = scellee(keys)
    altere = bytearray(octets)
    altere[ou] ^= 1

    with pytest.raises(FichierAltereError):
        keys.open(piece, bytes(altere))


@pytest.mark.parametrize("longueur", [0, 2, 10, 15, 20])
def test_a_cut_object_is_refused(longueur: int) -> None:
    keys = MasterKeyRing(ANNEAU, "2026-a")
    piece, octets = scellee(keys)

    with pytest.raises(FichierAltereError):
        keys.open(piece, octets[:longueur])


def test_another_file_s_object_or_key_is_refused() -> None:
    keys = MasterKeyRing(ANNEAU, "2026-a")
    piece, octets = scellee(keys)
    autre, autres_octets = scellee(keys)

    with pytest.raises(FichierAltereError):
        keys.open(piece, autres_octets)
    piece.cle = autre.cle
    with pytest.raises(FichierAltereError):
        keys.open(piece, octets)


def test_a_destroyed_key_leaves_nothing_to_open() -> None:
    """A9."""
    keys = MasterKeyRing(ANNEAU, "2026-a")
    piece, octets = scellee(keys)
    piece.cle = None

    with pytest.raises(PieceJointeExpiredError):
        keys.open(piece, octets)


def test_an_unknown_master_key_is_a_fault_of_ours_not_of_the_file() -> None:
    piece, octets = scellee(MasterKeyRing(ANNEAU, "2026-a"))

    with pytest.raises(LookupError):
        MasterKeyRing({"2026-b": ANNEAU["2026-b"]}, "2026-b").open(piece, octets)
