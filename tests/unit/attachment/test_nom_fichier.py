"""The name of a file is for display only (trust §2.6)."""

import pytest

from services.attachment.domain.errors import FichierRefuseError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.nom_fichier import announced_format, clean_nom_fichier
from services.attachment.domain.raisons import RaisonRefus


@pytest.mark.parametrize(
    ("brut", "propre"),
    [
        ("Att sur honneur.docx", "Att sur honneur.docx"),
        ("C:\\Users\\Anne\\scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ("..--  caché.pdf", "caché.pdf"),
        ("fin.pdf. . ", "fin.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1 .txt.pdf", "_com1 .txt.pdf"),
        ('a<b>:|?*"c.pdf', "abc.pdf"),
        ("", "fichier"),
        ("...", "fichier"),
        ("\U0001f600.pdf", "\U0001f600.pdf"),
    ],
)
def test_a_nom_is_cleaned_for_display(brut: str, propre: str) -> None:
    assert clean_nom_fichier(brut) == propre


def test_a_long_nom_is_cut_at_150_bytes_and_keeps_its_extension() -> None:
    nom = clean_nom_fichier("é" * 200 + ".pdf")

    assert len(nom.encode()) <= 150
    assert nom.endswith("é.pdf")


@pytest.mark.parametrize(
    ("nom", "format_"),
    [("a.PDF", FormatFichier.PDF), ("a.jpg", FormatFichier.JPEG), ("a.tif", FormatFichier.TIFF), ("v1.2.final.docx", FormatFichier.DOCX)],
)
def test_the_extension_announces_the_format(nom: str, format_: FormatFichier) -> None:
    assert announced_format(nom) is format_


@pytest.mark.parametrize(
    ("nom", "raison"),
    [
        ("  ", RaisonRefus.NOM_ABSENT),
        ("facture", RaisonRefus.EXTENSION_NON_ACCEPTEE),
        ("facture.exe", RaisonRefus.EXTENSION_NON_ACCEPTEE),
        ("facture.PDF.EXE.pdf", RaisonRefus.EXTENSION_DOUBLE),
        ("facture\u202egnp.pdf", RaisonRefus.EXTENSION_MASQUEE),
    ],
)
def test_a_nom_that_hides_something_is_refused(nom: str, raison: RaisonRefus) -> None:
    with pytest.raises(FichierRefuseError) as refus:
        announced_format(nom)

    assert refus.value.raison is raison
