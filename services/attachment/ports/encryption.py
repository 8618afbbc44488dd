"""Sealing of files at rest (trust §1, A10): AES-256-GCM, a data key per file, itself sealed by a key of the master ring.

Sealed object  = b"EP1" + nonce (12 bytes) + ciphertext and tag (16 bytes).  Associated data: id | owner | sha256 of the clear bytes.
Wrapped key    = nonce (12 bytes) + sealed data key (32 + 16 bytes).         Associated data: b"EP1-key" | master key id | id.
So a flipped bit, an object under another id, or a key beside another file is refused. Destroying the wrapped key destroys the file.
Rotation of the master ring: add a key everywhere, make it active, `rewrap-keys`, drop the old one.
"""

import hashlib
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.attachment.domain.errors import FichierAltereError, PieceJointeExpiredError
from services.attachment.domain.piece_jointe import CleScellee, PieceJointe

_VERSION = b"EP1"
_KEY_BITS = 256
_NONCE_BYTES = 12


class MasterKeyRing:
    """Wraps with the active key, unwraps with any key of the ring."""

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        self._aead = {kid: AESGCM(key) for kid, key in keys.items()}
        self._active = active
        if active not in self._aead:
            raise LookupError(f"the active master key {active} is not in the ring")

    @property
    def active(self) -> str:
        """The key id that wraps."""
        return self._active

    def seal(self, piece: PieceJointe, contenu: bytes) -> tuple[bytes, CleScellee]:
        """The sealed bytes of a file and its wrapped key."""
        data_key, nonce = AESGCM.generate_key(_KEY_BITS), os.urandom(_NONCE_BYTES)
        sealed = _VERSION + nonce + AESGCM(data_key).encrypt(nonce, contenu, _bound_to(piece))
        return sealed, self._wrap(piece, data_key)

    def open(self, piece: PieceJointe, sealed: bytes) -> bytes:
        """The clear bytes, proven to be those that were uploaded.

        Raises: FichierAltereError when anything was altered or swapped; PieceJointeExpiredError when its key is destroyed;
            LookupError when the master key is not in the ring.
        """
        try:
            debut = len(_VERSION) + _NONCE_BYTES
            contenu = AESGCM(self._unwrap(piece)).decrypt(sealed[len(_VERSION) : debut], sealed[debut:], _bound_to(piece))
        except (InvalidTag, ValueError) as error:
            raise FichierAltereError(piece.id) from error
        if not sealed.startswith(_VERSION) or hashlib.sha256(contenu).hexdigest() != piece.sha256:
            raise FichierAltereError(piece.id)
        return contenu

    def rewrap(self, piece: PieceJointe) -> CleScellee:
        """The same data key under the active master key. Raises: as `open`."""
        try:
            return self._wrap(piece, self._unwrap(piece))
        except InvalidTag as error:
            raise FichierAltereError(piece.id) from error

    def _wrap(self, piece: PieceJointe, data_key: bytes) -> CleScellee:
        nonce = os.urandom(_NONCE_BYTES)
        return CleScellee(self._active, nonce + self._aead[self._active].encrypt(nonce, data_key, _key_bound_to(self._active, piece)))

    def _unwrap(self, piece: PieceJointe) -> bytes:
        key = piece.cle
        if key is None:
            raise PieceJointeExpiredError(piece.id)
        if key.kid not in self._aead:
            raise LookupError(f"master key {key.kid} is not in the ring")
        return self._aead[key.kid].decrypt(key.octets[:_NONCE_BYTES], key.octets[_NONCE_BYTES:], _key_bound_to(key.kid, piece))


def _bound_to(piece: PieceJointe) -> bytes:
    return f"{piece.id}|{piece.proprietaire}|{piece.sha256}".encode()


def _key_bound_to(kid: str, piece: PieceJointe) -> bytes:
    return b"EP1-key|" + f"{kid}|{piece.id}".encode()
