"""What the macros write: labels, hints, errors, values kept (UX-F03 to F08, X01, X09)."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from jinja2 import Environment

from shared.kernel.clock import FixedClock
from shared.kernel.errors import FieldError
from shared.webkit.forms import Champ, Formulaire, Genre, Option
from shared.webkit.frame import Frame
from shared.webkit.pagination import Pagination
from shared.webkit.static_files import HouseStatic
from shared.webkit.templates import build_environment

MAINTENANT = datetime(2026, 2, 16, 15, 30, tzinfo=UTC)
CIVILITES = (Option("madame", "Madame"), Option("monsieur", "Monsieur"))


@pytest.fixture(scope="module")
def environment() -> Environment:
    return build_environment([], static_url=HouseStatic().url, clock=FixedClock(MAINTENANT))


def render(environment: Environment, source: str, **context: object) -> str:
    macros = "error_summary, field, form, pagination, time, badge, statut_badge, file_row, empty_state"
    template = environment.from_string('{% from "macros.html" import ' + macros + " with context %}" + source)
    return template.render({"frame": Frame(csrf="jeton"), **context})


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def one(self, tag: str) -> dict[str, str | None]:
        return next(attrs for name, attrs in self.tags if name == tag)


def test_ux_f05_an_invalid_field_points_to_its_hint_then_its_error(environment: Environment) -> None:
    champ = Champ(nom="nom", libelle="Nom", aide="Tel qu'il est écrit", erreur="Saisissez le nom")

    control = Tags(render(environment, "{{ field(champ) }}", champ=champ)).one("input")

    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "champ-nom-aide champ-nom-erreur"


def test_ux_f04_the_summary_repeats_the_inline_message_and_leads_to_the_field(environment: Environment) -> None:
    formulaire = Formulaire.of([Champ(nom="nom", libelle="Nom")]).with_errors([FieldError("nom", "Saisissez le nom")])

    html = render(environment, "{{ error_summary(f) }}{{ field(f['nom']) }}", f=formulaire)

    assert '<a href="#champ-nom">Saisissez le nom</a>' in html
    assert html.count("Saisissez le nom") == 2
    assert "Il y a un problème" in html
    assert 'id="champ-nom"' in html


def test_ux_f03_the_summary_takes_the_focus_without_script_too(environment: Environment) -> None:
    formulaire = Formulaire.of([Champ(nom="nom", libelle="Nom", erreur="Saisissez le nom")])

    summary = Tags(render(environment, "{{ error_summary(f) }}", f=formulaire)).one("div")

    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"


@pytest.mark.parametrize(
    ("champ", "kept"),
    [
        (Champ(nom="c", libelle="C", genre=Genre.RADIOS, options=CIVILITES, valeur="monsieur"), 'value="monsieur" checked'),
        (Champ(nom="c", libelle="C", genre=Genre.CASES, options=CIVILITES, valeurs=("madame",)), 'value="madame" checked'),
        (Champ(nom="c", libelle="C", genre=Genre.LISTE, options=CIVILITES, valeur="monsieur"), 'value="monsieur" selected'),
        (Champ(nom="c", libelle="C", genre=Genre.CASE, valeur="oui"), 'value="oui" checked'),
        (Champ(nom="c", libelle="C", genre=Genre.TEXTE_LONG, valeur="L'été <b>"), "L&#39;été &lt;b&gt;</textarea>"),
        (Champ(nom="c", libelle="C", valeur='O"Brien'), 'value="O&#34;Brien"'),
    ],
)
def test_ux_f07_every_typed_value_is_shown_again(environment: Environment, champ: Champ, kept: str) -> None:
    assert kept in render(environment, "{{ field(champ) }}", champ=champ)


def test_ux_f08_an_optional_field_says_so_and_no_asterisk_is_used(environment: Environment) -> None:
    optional = render(environment, "{{ field(champ) }}", champ=Champ(nom="d", libelle="Date de fin des droits", requis=False))
    required = render(environment, "{{ field(champ) }}", champ=Champ(nom="d", libelle="Nom"))

    assert "(facultatif)" in optional
    assert "facultatif" not in required
    assert "*" not in required


def test_ux_f14_radios_have_no_default(environment: Environment) -> None:
    html = render(environment, "{{ field(champ) }}", champ=Champ(nom="civilite", libelle="Civilité", genre=Genre.RADIOS, options=CIVILITES))

    assert "checked" not in html
    assert Tags(html).one("legend")


def test_h9_a_posted_form_carries_the_token_of_the_session(environment: Environment) -> None:
    assert 'name="_csrf" value="jeton"' in render(environment, "{% call form('/ici') %}{% endcall %}")
    assert "_csrf" not in render(environment, "{% call form('/ici', methode='get') %}{% endcall %}")


def test_ux_x09_a_moment_is_a_time_element_that_reads_well(environment: Environment) -> None:
    html = render(environment, "{{ time(instant) }}", instant=MAINTENANT)

    assert html == '<time datetime="2026-02-16T15:30:00+00:00">16\u00a0février 2026 à 16\u00a0h\u00a030</time>'


def test_a_statut_is_told_by_words_and_icon(environment: Environment) -> None:
    html = render(environment, "{{ statut_badge('PRIS_EN_CHARGE') }}")

    assert "Pris en charge" in html
    assert "<svg" in html


def test_ux_l02_the_pages_of_a_list_keep_the_criteria(environment: Environment) -> None:
    pages = Pagination(page=2, taille=10, total=37, chemin="/demandes", criteres={"statut": "NOUVEAU", "tri": ""})

    html = render(environment, "{{ pagination(pages) }}", pages=pages)

    assert 'href="/demandes?statut=NOUVEAU&amp;page=3"' in html
    assert (pages.premier, pages.dernier, pages.pages) == (11, 20, [1, 2, 3, 4])


def test_a_file_name_is_escaped_and_its_deletion_named(environment: Environment) -> None:
    html = render(environment, "{{ file_row('<b>.pdf', 122880, supprimer_nom='action', supprimer_valeur='supprimer:1') }}")

    assert "&lt;b&gt;.pdf" in html
    assert "120\u00a0Ko" in html
    assert 'Supprimer<span class="ep-hidden"> &lt;b&gt;.pdf</span>' in html
