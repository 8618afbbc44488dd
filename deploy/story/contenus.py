"""What an invented partner files for invented people: one valid content per offre, and small genuine files."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Final

from deploy.story.programs import Fichier
from shared.contracts.http.intake import Contenu

PERSONNE: Final[Contenu] = {
    "civilite": "madame",
    "nom": "FICTIVE",
    "prenom": "Jeanne",
    "date_naissance": "00/00/1950",
    "lieu_naissance": "83",
    "telephone": "07 00 00 00 00",
}
_COMMENTAIRE: Final = "Nous accompagnons cette personne dans ses démarches et vous transmettons les éléments utiles."


def personne(numero: int) -> Contenu:
    """An invented person, another for each number: the duplicate guard knows them apart."""
    letters = "".join(chr(ord("A") + int(digit)) for digit in str(numero))
    return {**PERSONNE, "nom": f"FICTIVE {letters}", "date_naissance": f"{1 + numero % 28:02}/{1 + numero % 12:02}/{1950 + numero % 50}"}


def contenu(offre: str, numero: int = 0) -> Contenu:
    """A complete content of this offre, about the invented person of that number."""
    propre: dict[str, Contenu] = {
        "transmettre_suivre_dossier": {"motif": "dossier_c2s", **personne(numero)},
        "signaler_difficulte": {"motif": "dossiers_complexes", **personne(numero)},
        "demander_document": {"motif": "doc_ceam_provisoire", **personne(numero)},
        "demander_rdv_assure": {
            "motif": "rdv_autre",
            "assure_non_autonome": True,
            "assure_sans_compte_ameli": True,
            **personne(numero),
        },
        "contacter_organisme": {"motif": "offres_de_service", "modalite_rdv": "telephonique_visio"},
    }
    return {"commentaire": _COMMENTAIRE, **propre[offre]}


def contenu_mas(numero: int = 0) -> Contenu:
    """A referral to the mission accompagnement santé, with its declaration of consent."""
    recueilli = datetime.now(UTC) - timedelta(hours=1)
    return {
        "commentaire": _COMMENTAIRE,
        "motif": "saisine_mas",
        "consentement_oral": True,
        "consentement_donne_par": "assure",
        "consentement_recueilli_le": recueilli.isoformat(timespec="minutes"),
        "freins": ["financier", "mobilite"],
        **personne(numero),
    }


def contenu_attestation(numero: int = 0) -> Contenu:
    """A request for an attestation de droits, for a person without an ameli account."""
    return {
        "commentaire": _COMMENTAIRE,
        "motif": "doc_attestation_droits",
        "compte_ameli": "aucun",
        "qualite_partenaire": "sans_mandat",
        **personne(numero),
    }


OFFRES: Final = ("transmettre_suivre_dossier", "signaler_difficulte", "demander_document", "demander_rdv_assure", "contacter_organisme")


def pdf(texte: str = "Document d'exemple") -> bytes:
    """A genuine one-page PDF."""
    flux = f"BT /F1 18 Tf 72 720 Td ({texte}) Tj ET".encode("latin-1", "replace")
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(flux), flux),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    sortie, places = bytearray(b"%PDF-1.4\n"), []
    for rang, objet in enumerate(objets, start=1):
        places.append(len(sortie))
        sortie += b"%d 0 obj\n%s\nendobj\n" % (rang, objet)
    table = len(sortie)
    sortie += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objets) + 1)
    sortie += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(sortie + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objets) + 1, table))


def docx(texte: str = "Attestation sur l'honneur") -> bytes:
    """A genuine minimal Word document."""
    office = "http://schemas.openxmlformats.org"
    parties = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{texte}</w:t></w:r></w:p>'
        "</w:body></w:document>",
    }
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, partie in parties.items():
            archive.writestr(nom, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + partie)
    return sortie.getvalue()


def two_files() -> tuple[Fichier, Fichier]:
    """What an ordinary demande joins: a declaration and a pay slip."""
    return (
        Fichier("Att sur honneur.docx", docx(), "attestation_honneur"),
        Fichier("BS.pdf", pdf("Bulletin de salaire"), "bulletin_salaire"),
    )
