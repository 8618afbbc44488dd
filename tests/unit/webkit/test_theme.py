"""The palette keeps its promises (ux §2.4, UX-X02): every contrast recomputed, both dark blocks alike."""

import gzip
import re
import tomllib
from hashlib import sha256

import pytest

from shared.webkit.static_files import STATIC

THEME = (STATIC / "theme.css").read_text()
MINIMUM = {"text": 4.5, "edge": 3.0, "decor": 0.0}
_INK = re.compile(r"--(?P<nom>[\w-]+): (?P<encre>#[0-9a-f]{6});(?: /\* (?P<note>[^*]*) \*/)?")
_CONTRAST = re.compile(r"contrast (?P<rapport>[\d.]+) on (?P<fond>#[0-9a-f]{6}), (?P<role>text|edge|decor)")
_SURFACES = re.compile(r"^ep-(surface|.*-soft)")


def luminance(couleur: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(couleur[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ink", list(_INK.finditer(THEME)), ids=lambda found: f"{found['nom']}-{found.start()}")
def test_every_ink_has_the_contrast_it_states(ink: re.Match[str]) -> None:
    stated = list(_CONTRAST.finditer(ink["note"] or ""))

    assert stated or _SURFACES.match(ink["nom"]), f"{ink['nom']} is an ink without a measured contrast"
    for pair in stated:
        measured = contrast(ink["encre"], pair["fond"])
        assert measured == pytest.approx(float(pair["rapport"]), abs=0.01)
        assert measured >= MINIMUM[pair["role"]]


def test_both_dark_blocks_hold_the_same_values() -> None:
    system, chosen = THEME.split("color-scheme: dark;")[1:]

    assert _INK.findall(system) == _INK.findall(chosen)


@pytest.mark.parametrize("fichier", tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text())["fichier"], ids=lambda f: f["nom"])
def test_h1_vendored_files_are_those_of_vendor_toml(fichier: dict[str, str]) -> None:
    assert sha256((STATIC / fichier["chemin"]).read_bytes()).hexdigest() == fichier["sha256"]
    assert (STATIC / fichier["licence_chemin"]).is_file()


@pytest.mark.parametrize(("ending", "budget"), [("css", 14 * 1024), ("js", 30 * 1024)])
def test_the_weight_of_the_pages_stays_in_its_budget(ending: str, budget: int) -> None:
    """Performance budgets of ux §2.5, gzipped."""
    weight = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.rglob(f"*.{ending}"))

    assert weight <= budget


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    style = (STATIC / "ep.css").read_text()

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s)])", style) == []
    assert "@import" not in style
