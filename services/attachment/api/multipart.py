"""One file per request, read as it streams in: counted, kept in memory only, refused at the first byte too many (trust A1, A10).

Starlette's own form parser writes large parts to temporary files in clear: it is not used here.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import TAILLE_MAX_OCTETS
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.operations.receive_piece_jointe import FichierEnvoye
from shared.kernel.errors import ContractError

CHAMP = "fichier"
READ_DEADLINE = timedelta(seconds=60)  # of the whole body: a slow-loris does not keep its place

_OVERHEAD_MAX_BYTES = 16_384  # boundaries and headers around the file
_HEADER_MAX_BYTES = 4_096


class UploadError(ContractError):
    """The body is not a multipart form with one file part."""

    code = "upload-malformed"
    title = "Envoi mal formé"


async def read_upload(request: Request) -> FichierEnvoye:
    """The one file of the request.

    Raises: FichierRefuseError (too large), UploadError, HTTPException 408 when the body takes too long.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > TAILLE_MAX_OCTETS + _OVERHEAD_MAX_BYTES:
        raise FichierRefuseError(RaisonRefus.TROP_GROS, "content-length")
    reader = _Reader(_boundary(request))
    try:
        async with asyncio.timeout(READ_DEADLINE.total_seconds()):
            await reader.feed(request.stream())
    except TimeoutError as error:
        raise HTTPException(408) from error
    except ClientDisconnect as error:
        raise HTTPException(400) from error  # the sender left: nobody reads the answer
    except FormParserError as error:
        raise UploadError("not a multipart body") from error
    else:
        return reader.fichier()
    finally:
        reader.release()


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise UploadError("multipart/form-data is needed")
    return options[b"boundary"]


class _Reader:
    """Callbacks of the parser: headers of the current part, bytes of the file."""

    def __init__(self, boundary: bytes) -> None:
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._name_read,
                "on_header_value": self._value_read,
                "on_header_end": self._header_read,
                "on_headers_finished": self._headers_read,
                "on_part_data": self._data_read,
                "on_end": self._ended,
            },
        )
        self._nom: str | None = None
        self._morceaux: list[bytes] = []  # small blocks are given back to the system; one growing buffer is not
        self._taille = 0
        self._header, self._value, self._disposition = b"", b"", b""
        self._complete = False

    async def feed(self, morceaux: AsyncIterator[bytes]) -> None:
        """Parse until the end of the body, or the first byte too many."""
        total = 0
        async for morceau in morceaux:
            total += len(morceau)
            if total > TAILLE_MAX_OCTETS + _OVERHEAD_MAX_BYTES:
                raise FichierRefuseError(RaisonRefus.TROP_GROS)
            self._parser.write(morceau)
        self._parser.finalize()

    def fichier(self) -> FichierEnvoye:
        """The file, once the body is whole. Raises: UploadError."""
        if self._nom is None or not self._complete:
            raise UploadError(f"one part named {CHAMP} with a file name is needed")
        return FichierEnvoye(self._nom, b"".join(self._morceaux))

    def release(self) -> None:
        """Forget the bytes now: the parser and its callbacks refer to each other, and would keep them until a full collection."""
        self._morceaux = []

    def _begin(self) -> None:
        self._header, self._value, self._disposition = b"", b"", b""

    def _name_read(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._check_header()

    def _value_read(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_header()

    def _check_header(self) -> None:
        if len(self._header) + len(self._value) > _HEADER_MAX_BYTES:
            raise UploadError("part header too long")

    def _header_read(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def _headers_read(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") != CHAMP.encode() or b"filename" not in options or self._nom is not None:
            raise UploadError(f"one part named {CHAMP} with a file name is needed")
        self._nom = options[b"filename"].decode("utf-8", "replace")

    def _data_read(self, data: bytes, start: int, end: int) -> None:
        self._taille += end - start
        if self._taille > TAILLE_MAX_OCTETS:
            raise FichierRefuseError(RaisonRefus.TROP_GROS)
        self._morceaux.append(data[start:end])

    def _ended(self) -> None:
        self._complete = True
