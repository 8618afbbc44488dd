"""House rules of templates and elements (H1 to H4, ux §8.24 to 31), read from the files of both fronts."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = [ROOT / "shared" / "webkit" / "templates", *sorted((ROOT / "services").glob("*/web/templates"))]
TEMPLATES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.html"))]
SCRIPTS = [
    path for root in ("shared/webkit/static", "services") for path in sorted((ROOT / root).rglob("*.js")) if "vendor" not in path.parts
]
ALLOWED = {
    "hx-get",
    "hx-post",
    "hx-target",
    "hx-swap",
    "hx-trigger",
    "hx-push-url",
    "hx-select",
    "hx-sync",
    "hx-indicator",
    "hx-disable",
    "hx-include",
}
_ATTRIBUTE = re.compile(r"\b(hx-[a-z-]+)(?::[a-z0-9:*-]+)?(?==)")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
class TestTemplate:
    def test_it_holds_no_inline_style_script_or_handler(self, path: Path) -> None:
        text = re.sub(r"\{[%#].*?[%#]\}", "", path.read_text(), flags=re.DOTALL)

        assert not re.search(r"\sstyle\s*=", text)
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)", text)
        assert not re.search(r"\son[a-z]+\s*=", text)
        assert not re.search(r"javascript:|(?:src|href)=[\"']https?://", text)

    def test_it_never_switches_escaping_off(self, path: Path) -> None:
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup", path.read_text())

    def test_h2_only_the_allowed_htmx_attributes_are_used(self, path: Path) -> None:
        text = path.read_text()

        assert {name for name in _ATTRIBUTE.findall(text) if name != "hx-status"} <= ALLOWED
        assert not re.search(r"hx-(on|boost|vals)\b", text)
        assert not re.search(r"hx-trigger=\"[^\"]*\[", text), "a filter needs eval"

    def test_h4_every_htmx_post_sits_on_a_form_that_works_alone(self, path: Path) -> None:
        for tag in re.findall(r"<[a-z-]+[^>]*\bhx-post=[^>]*>", path.read_text()):
            assert tag.startswith("<form")
            assert "action=" in tag
            assert "method=" in tag

    def test_high_punctuation_never_starts_a_line(self, path: Path) -> None:
        """A plain space before : ; ! ? » in a text would let it wrap (ux §8.27)."""
        text = re.sub(r"\{[{%#].*?[}%#]\}|<[^>]*>", "§", path.read_text(), flags=re.DOTALL)

        assert re.findall(r"\w ([:;!?»])(?!\w)", text) == []


def test_h1_htmx_is_configured_once_in_the_base_template() -> None:
    holders = [path.name for path in TEMPLATES if "htmx-config" in path.read_text()]

    assert holders == ["base.html"]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_ux_d10_no_element_writes_to_the_browser_s_storage(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"localStorage|sessionStorage|indexedDB|caches\b|document\.cookie|\beval\(|new Function|\.style\b", text)


def test_the_list_of_elements_is_closed() -> None:
    """Eight elements (ux §2.1), then one ADR for each further one."""
    listed = {"ep-upload", "ep-autosave", "ep-count", "ep-focus", "ep-palette", "ep-keys", "ep-relative-time", "ep-confirm"}
    decided = "\n".join(path.read_text() for path in (ROOT / "docs" / "adr").glob("*.md"))

    defined = {name for path in SCRIPTS for name in re.findall(r"customElements\.define\(\"([\w-]+)\"", path.read_text())}

    assert [name for name in sorted(defined - listed) if name not in decided] == []
