"""PDF documents of the corpus: hand-written, by pikepdf and by Pillow."""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def pdf_by_hand(texte: str = "Bonjour", *, catalogue: str = "", fin: bytes = b"%%EOF\n") -> bytes:
    """A one-page pdf with a classic cross-reference table; `catalogue` adds raw entries to its root."""
    flux = f"BT /F1 18 Tf 72 720 Td ({texte}) Tj ET"
    objets = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(flux)} >>\nstream\n{flux}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    sortie, positions = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for rang, objet in enumerate(objets, 1):
        positions.append(len(sortie))
        sortie += f"{rang} 0 obj\n{objet}\nendobj\n".encode("latin-1")
    debut = len(sortie)
    sortie += f"xref\n0 {len(objets) + 1}\n0000000000 65535 f \n".encode()
    sortie += b"".join(f"{position:010d} 00000 n \n".encode() for position in positions)
    sortie += f"trailer\n<< /Size {len(objets) + 1} /Root 1 0 R >>\nstartxref\n{debut}\n".encode()
    return sortie + fin


def pdf_by_pikepdf(pages: int = 1, *, change: Callable[[pikepdf.Pdf], None] | None = None, **options: object) -> bytes:
    """A pdf of pikepdf; `change` edits it before it is saved, `options` go to its `save`."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        if change is not None:
            change(pdf)
        flux = io.BytesIO()
        pdf.save(flux, **options)  # type: ignore[arg-type]  # options of the caller
    return flux.getvalue()


def scanned_pdf(pages: int = 2, cote: int = 300) -> bytes:
    """A pdf of images, as a scanner writes it."""
    images = [Image.effect_noise((cote, cote), 40) for _ in range(pages)]
    flux = io.BytesIO()
    images[0].save(flux, "PDF", save_all=True, append_images=images[1:])
    return flux.getvalue()


def with_action(**action: object) -> Callable[[pikepdf.Pdf], None]:
    """Give the document an opening action with these entries."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(Dictionary({f"/{cle}": valeur for cle, valeur in action.items()}))

    return change


def with_annotation(**entrees: object) -> Callable[[pikepdf.Pdf], None]:
    """Give the first page an annotation with these entries."""

    def change(pdf: pikepdf.Pdf) -> None:
        annotation = Dictionary(
            {"/Type": Name.Annot, "/Rect": Array([0, 0, 10, 10])} | {f"/{cle}": valeur for cle, valeur in entrees.items()}
        )
        pdf.pages[0].Annots = Array([annotation])

    return change


def with_attachment(pdf: pikepdf.Pdf) -> None:
    """Put a file inside the document."""
    pdf.attachments["cache.txt"] = b"fichier joint"


def with_xfa(pdf: pikepdf.Pdf) -> None:
    """Make the document a dynamic form."""
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([]))


def with_plain_form(pdf: pikepdf.Pdf) -> None:
    """An ordinary form, without any action: genuine."""
    champ = Dictionary(FT=Name.Tx, T=String("nom"), V=String("EXEMPLE"))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(champ)]))


def with_link(pdf: pikepdf.Pdf) -> None:
    """A web link and an opening destination: genuine."""
    with_annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://www.ameli.fr")))(pdf)
    pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
