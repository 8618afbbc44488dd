"""Valid objects of attachment; a test names only what matters to it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.piece_jointe import CleScellee, EtatPieceJointe, OriginePieceJointe, PieceJointe
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import CaisseCode, CompteId, PieceJointeId, StructureId, new_id

MARDI = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
CAISSE = CaisseCode("831")
STRUCTURE = StructureId(UUID("018f0000-0000-7000-8000-000000000001"))
COMPTE = CompteId(UUID("018f0000-0000-7000-8000-000000000002"))
NUMERO = "2683100012"


def une_piece_jointe(
    *,
    etat: EtatPieceJointe = EtatPieceJointe.EN_QUARANTAINE,
    origine: OriginePieceJointe = OriginePieceJointe.PARTENAIRE,
    **champs: object,
) -> PieceJointe:
    """A file of the structure, just received unless told otherwise."""
    piece = PieceJointe(
        id=PieceJointeId(new_id()),
        caisse_code=CAISSE,
        structure_id=STRUCTURE if origine is OriginePieceJointe.PARTENAIRE else None,
        deposee_par=COMPTE,
        origine=origine,
        nom="justificatif.pdf",
        format=FormatFichier.PDF,
        taille_octets=3,
        sha256="0" * 64,
        cle_objet=uuid4(),
        recue_le=MARDI,
        etat=etat,
        cle=CleScellee("2026-a", b"scellee"),
    )
    for nom, valeur in champs.items():
        setattr(piece, nom, valeur)
    return piece


def un_partenaire(structure: StructureId = STRUCTURE) -> Perimetre:
    """A technicien of the structure."""
    return Perimetre(caisse_code=CAISSE, role=Role.TECHNICIEN, compte_id=COMPTE, structure_id=structure)


def un_agent(compte: CompteId = COMPTE, role: Role = Role.AGENT) -> Perimetre:
    """An agent of the caisse."""
    return Perimetre(caisse_code=CAISSE, role=role, compte_id=compte)
