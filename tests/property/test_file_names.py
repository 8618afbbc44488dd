"""A7: whatever a file is called, its name is harmless, and the header of its download parses back to it."""

import re
import unicodedata
from email.headerregistry import HeaderRegistry, ParameterizedMIMEHeader
from email.message import Message
from email.utils import collapse_rfc2231_value

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attachment.api.headers import content_disposition
from services.attachment.domain.nom_fichier import NOM_MAX_OCTETS, clean_nom_fichier

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
    """The older parser of the standard library: an extended value comes as (charset, language, text)."""
    message = Message()
    message["Content-Disposition"] = entete
    valeurs: list[object] = [valeur for _, valeur in message.get_params([], "Content-Disposition")]
    return next(collapse_rfc2231_value(valeur) for valeur in valeurs if isinstance(valeur, tuple))


def _read_by_header_registry(entete: str) -> str:
    """The newer one, which shares no code with it; given the extended value alone, as RFC 6266 prefers it."""
    etendu = entete.partition("; ")[0] + "; " + entete.rpartition("; ")[2]
    lu = HeaderRegistry()("Content-Disposition", etendu)
    assert isinstance(lu, ParameterizedMIMEHeader)
    return str(lu.params["filename"])
