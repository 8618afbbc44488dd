"""What the partner front writes for other programs, whatever people typed."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.web.demandes import neutral_cell

_HOSTILE: Final = "=+-@\0\t\n\r＝＋－＠"


@given(st.builds(str.__add__, st.sampled_from(["", *_HOSTILE]), st.text(max_size=40)))
def test_a12_no_cell_opens_a_formula_and_none_loses_a_character(texte: str) -> None:
    cell = neutral_cell(texte)

    assert cell[:1] not in set(_HOSTILE)
    assert cell in {texte, f"'{texte}"}
