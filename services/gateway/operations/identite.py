"""What a session keeps about a person: who, where they may work, and where they chose to."""

from uuid import UUID

from pydantic import BaseModel

from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId


class Identite(BaseModel):
    """The content of a session, browser or program alike. `choisi`: rank of the place chosen, None until then."""

    compte_id: UUID
    nom: str
    prenom: str
    courriel: str
    perimetres: list[PerimetreOffert]
    choisi: int | None = None

    @classmethod
    def of(cls, result: ConnexionResult) -> "Identite":
        """As directory answered; with one place only there is nothing to choose."""
        choisi = 0 if len(result.perimetres) == 1 else None
        return cls(**result.model_dump(), choisi=choisi)

    @property
    def offert(self) -> PerimetreOffert | None:
        """The place chosen."""
        return None if self.choisi is None else self.perimetres[self.choisi]


def perimetre_of(identite: Identite) -> Perimetre | None:
    """From where this person looks; None until they chose a place."""
    offert = identite.offert
    if offert is None:
        return None
    return Perimetre(
        caisse_code=CaisseCode(offert.caisse_code),
        role=Role(offert.role),
        compte_id=CompteId(identite.compte_id),
        structure_id=StructureId(offert.structure_id) if offert.structure_id else None,
        nom=f"{identite.nom.upper()} {identite.prenom}",
    )
