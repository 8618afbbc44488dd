"""Secrets of one stack: generated once, kept in `secrets/secrets.json`, rendered into one env file per process.

Env files are shell assignments: supervisor's programs source them, and so may a developer. Mode 0600, folder 0700.
"""

import base64
import json
import os
import secrets as random
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import nkeys
from joserfc.jwk import OKPKey

_SEED_BYTES = 32


class SecretStore:
    """Named secrets; one that is asked for and missing is made, so that an older stack gains what a newer house needs."""

    def __init__(self, folder: Path) -> None:
        """Open the store of that folder, made if it is not there."""
        self._folder = folder
        self._path = folder / "secrets.json"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        self._values: dict[str, str] = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}

    def password(self, name: str) -> str:
        """A URL-safe password of 192 bits."""
        return self._get(name, lambda: random.token_urlsafe(24))

    def key(self, name: str) -> str:
        """32 random bytes, base64."""
        return self._get(name, lambda: base64.b64encode(random.token_bytes(32)).decode())

    def nkey_seed(self, name: str) -> str:
        """The seed of a NATS user."""
        return self._get(name, lambda: nkeys.encode_seed(random.token_bytes(_SEED_BYTES), nkeys.PREFIX_BYTE_USER).decode())

    def nkey_public(self, name: str) -> str:
        """The public key that goes with `nkey_seed(name)`."""
        pair = nkeys.from_seed(bytearray(self.nkey_seed(name), "ascii"))
        return bytes(pair.public_key).decode()

    def private_jwk(self, name: str, kid: str) -> str:
        """An Ed25519 private key, as JWK."""
        return self._get(name, lambda: json.dumps(OKPKey.generate_key("Ed25519", {"kid": kid}).as_dict(private=True)))

    def public_jwk(self, name: str, kid: str) -> dict[str, object]:
        """The public half of `private_jwk(name, kid)`."""
        return dict(OKPKey.import_key(json.loads(self.private_jwk(name, kid))).as_dict(private=False))

    def write_env(self, process: str, environment: Mapping[str, str]) -> Path:
        """Write the env file of a process, readable by its user only."""
        path = self._folder / f"{process}.env"
        lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items())
        _write_private(path, lines)
        return path

    def _get(self, name: str, make: Callable[[], str]) -> str:
        if name not in self._values:
            self._values[name] = make()
            _write_private(self._path, json.dumps(self._values, indent=1))
        return self._values[name]


def _write_private(path: Path, content: str) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    part.replace(path)
