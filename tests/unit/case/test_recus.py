"""Files of an answer, by their receipts (RG-01)."""

from types import SimpleNamespace
from typing import cast
from uuid import UUID, uuid4

import pytest

from services.case.domain.errors import JustificationMissingError
from services.case.operations.receipts import read_pieces
from services.case.operations.tools import Tools
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.case import PieceMessage
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import CaisseCode, CompteId
from shared.plumbing.database import AsyncSession
from tests.unit.case.builders import DEMANDEUR, STRUCTURE, paris

PARTENAIRE = Perimetre(
    caisse_code=CaisseCode("831"), role=Role.TECHNICIEN, compte_id=CompteId(DEMANDEUR), structure_id=STRUCTURE, nom="FICTIF Camille"
)


class NamedReceipts:
    """Takes every receipt for genuine: it is the name of its file."""

    def read(self, signed: str, _kind: type[ContenuRecu], *, now: object) -> ContenuRecu:
        return ContenuRecu(
            id=uuid4(),
            nom=signed,
            taille_octets=1,
            sha256="0",
            format="pdf",
            structure=UUID(str(STRUCTURE)),
            caisse="831",
            compte=UUID(str(DEMANDEUR)),
        )


async def test_ux_f16_every_file_that_lacks_its_reason_is_told_at_once_by_its_name() -> None:
    jointes = [
        PieceMessage(recu="un.pdf", type="rib"),
        PieceMessage(recu="deux.pdf", type="avis_imposition"),
        PieceMessage(recu="trois.pdf", type="devis", justification="Utile ici, et voici pourquoi."),
        PieceMessage(recu="quatre.pdf", type="devis", justification="court"),
    ]
    tools, session = cast(Tools, SimpleNamespace(receipts=NamedReceipts())), cast(AsyncSession, None)

    with pytest.raises(JustificationMissingError) as refus:
        await read_pieces(
            session, jointes, uuid4(), attendues=["avis_imposition"], perimetre=PARTENAIRE, tools=tools, now=paris("2026-03-20 10:00")
        )

    assert [faute.champ for faute in refus.value.fields] == ["pieces_jointes.0", "pieces_jointes.3"]
    assert "« un.pdf »" in refus.value.fields[0].message
    assert "« quatre.pdf »" in refus.value.fields[1].message
