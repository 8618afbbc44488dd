"""A7: whatever a file is called, its name is harmless, and the header of its download parses back to it."""

import re
import unicodedata
from email.headerregistry import HeaderRegistry
from email.message import Message
from email.utils import collapse_rfc2231_value

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attachment.api.headers import content_disposition
from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.nom_fichier import NOM_MAX_OCTETS, announced_format, clean_nom_fichier
from tests.unit.attachment.builders import une_piece_jointe

PIEGES = [
    "..",
    "/",
    "\\",
    "\0",
    "\u202e",
    "\u200f",
    "CON",
    "nul",
    ".",
    " ",
    "-",
    '"',
    "%",
    ";",
    "é",
    "e\u0301",
    "\U0001f600",
    "\r\n",
    ".pdf",
    ".exe",
]
NOMS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(), max_size=60),
    st.lists(st.sampled_from(PIEGES), max_size=40).map("".join),
)
INTERDITS = re.compile(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f/\\:*?"<>|\ud800-\udfff]')
RESERVES = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")


@settings(max_examples=2_000)
@given(NOMS)
def test_a_cleaned_nom_is_harmless(brut: str) -> None:
    nom = clean_nom_fichier(brut)

    assert nom
    assert len(nom.encode()) <= NOM_MAX_OCTETS
    assert not INTERDITS.search(nom)
    assert not nom.startswith((".", "-", " "))
    assert not nom.endswith((".", " "))
    assert not RESERVES.fullmatch(nom)
    assert unicodedata.is_normalized("NFC", nom)


@settings(max_examples=1_000)
@given(NOMS)
def test_cleaning_twice_changes_nothing(brut: str) -> None:
    nom = clean_nom_fichier(brut)

    assert clean_nom_fichier(nom) == nom


@settings(max_examples=2_000)
@given(NOMS)
def test_the_header_parses_back_to_the_cleaned_nom(brut: str) -> None:
    nom = clean_nom_fichier(brut)

    entete = content_disposition(nom)

    assert entete.isascii()
    assert "\r" not in entete
    assert "\n" not in entete
    assert _read_by_message(entete) == nom
    assert _read_by_header_registry(entete) == nom


def _read_by_message(entete: str) -> str:
    """The older parser of the standard library: extended values come as (charset, language, text)."""
    message = Message()
    message["Content-Disposition"] = entete
    etendus = [valeur for _, valeur in message.get_params([], "Content-Disposition") if isinstance(valeur, tuple)]
    return collapse_rfc2231_value(etendus[0])


def _read_by_header_registry(entete: str) -> str:
    """The newer one, which shares no code with it; given the extended value alone, as RFC 6266 prefers it."""
    etendu = entete.partition("; ")[0] + "; " + entete.rpartition("; ")[2]
    lu = HeaderRegistry()("Content-Disposition", etendu)
    return str(lu.params["filename"])


@settings(max_examples=1_000)
@given(NOMS)
def test_the_key_in_the_store_never_holds_the_nom(brut: str) -> None:
    piece = une_piece_jointe(nom=clean_nom_fichier(brut))

    assert re.fullmatch(r"\d{3}/[0-9a-f-]{36}", piece.objet)


@settings(max_examples=1_000)
@given(NOMS)
def test_an_announced_format_is_the_one_the_cleaned_nom_shows(brut: str) -> None:
    try:
        format_ = announced_format(brut)
    except FichierRefuseError:
        return
    extension = clean_nom_fichier(brut).rpartition(".")[2].lower()
    assert {"jpg": "jpeg", "tif": "tiff"}.get(extension, extension) == format_.value
