"""Reads a posted form, with its limits and the token of the session (H9)."""

from typing import Final

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from shared.webkit.security import CsrfRefusedError
from shared.webkit.sessions import is_same_csrf

# How much a request may weigh before anything of it is read: a field, a form, one file of 5 Mo and its envelope (attachment counts the
# file itself), a form with its nine files when no script runs.
SMALL_FORM_BYTES: Final = 64 * 1024
FORM_BYTES: Final = 1024 * 1024
UPLOAD_BYTES: Final = 6 * 1024 * 1024
FORM_WITH_FILES_BYTES: Final = 48 * 1024 * 1024
CSRF_FIELD: Final = "_csrf"
CSRF_HEADER: Final = "x-csrf-token"
_MAX_FIELDS: Final = 200
_MAX_PART_BYTES: Final = 64 * 1024  # of a field; a file is counted by the service that stores it
# A file of a form stays in memory until it is stored: nothing readable is ever written to a temporary folder (trust A10).
MultiPartParser.spool_max_size = 6 * 1024 * 1024
_MAX_DIGITS: Final = 9  # more than any page, rank or version has; thousands of them, and `int` refuses to read
MAX_FILES: Final = 9  # one more than a form accepts, so that the ninth is refused with words (UX-U07)


async def read_form(request: Request, csrf: str) -> FormData:
    """The fields of the form; whoever reads it closes it. Raises: CsrfRefusedError without the session's token."""
    form = await request.form(max_files=MAX_FILES, max_fields=_MAX_FIELDS, max_part_size=_MAX_PART_BYTES)
    given = form.get(CSRF_FIELD)
    if not is_same_csrf(csrf, given if isinstance(given, str) else ""):
        await form.close()
        raise CsrfRefusedError
    return form


def check_csrf_header(request: Request, csrf: str) -> None:
    """For an upload by script: the token comes in a header, before a byte is read. Raises: CsrfRefusedError."""
    if not is_same_csrf(csrf, request.headers.get(CSRF_HEADER, "")):
        raise CsrfRefusedError


def text_of(form: FormData, nom: str) -> str:
    """One text field, newlines normalised as the limits count them; empty when absent."""
    value = form.get(nom)
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""


def whole_number(texte: str) -> int | None:
    """The page, rank or version that a form or an address carries; None for what cannot be one."""
    return int(texte) if texte.isdecimal() and len(texte) <= _MAX_DIGITS else None


def texts_of(form: FormData, nom: str) -> list[str]:
    """Every value of a repeated field."""
    return [value for value in form.getlist(nom) if isinstance(value, str)]
