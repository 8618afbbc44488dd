"""A3: mutations of a valid docx are refused, or every reader still sees the same members in them."""

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.office import check_office
from services.attachment.domain.zip_gate import open_archive
from tests.corpus import office

ARCHIVES = (office.library_zip(office.docx_parts()), office.streamed_zip(office.docx_parts()), office.python_docx())
MUTATIONS = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4)


def members(contenu: bytes) -> dict[str, bytes]:
    """What the gate sees. Raises: FichierRefuseError."""
    return dict(open_archive(contenu).membres())


@settings(max_examples=1_500)
@given(st.sampled_from(ARCHIVES), MUTATIONS)
def test_an_accepted_mutation_is_read_alike_by_the_standard_library(archive: bytes, mutations: list[tuple[int, int]]) -> None:
    mutee = bytearray(archive)
    for ou, octet in mutations:
        mutee[ou % len(mutee)] = octet
    try:
        vus = members(bytes(mutee))
    except FichierRefuseError:
        return
    with zipfile.ZipFile(io.BytesIO(mutee)) as lecteur:
        autres = {info.filename.lower(): lecteur.read(info) for info in lecteur.infolist()}
    assert autres == vus


@settings(max_examples=500)
@given(st.sampled_from(ARCHIVES), st.binary(min_size=1, max_size=64), st.integers(0, 1 << 16))
def test_an_inserted_byte_is_refused_wherever_it_is(archive: bytes, plus: bytes, ou: int) -> None:
    coupe = ou % (len(archive) + 1)
    allongee = archive[:coupe] + plus + archive[coupe:]
    try:
        members(allongee)
    except FichierRefuseError:
        return
    raise AssertionError("every byte belongs to something: a longer archive cannot keep its offsets")


@settings(max_examples=500)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused_and_never_crash(octets: bytes) -> None:
    for contenu in (octets, b"PK\x03\x04" + octets, b"PK\x03\x04" + octets + b"PK\x05\x06" + b"\0" * 18):
        try:
            check_office(contenu, FormatFichier.DOCX)
        except FichierRefuseError:
            continue
        raise AssertionError("not an archive")
