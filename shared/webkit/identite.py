"""What a session keeps about a person: who, where they may work at this front, and where they chose to."""

from collections.abc import Container
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
    def of(cls, result: ConnexionResult, roles: Container[str]) -> "Identite":
        """As directory answered, the places of these roles only; with one there is nothing to choose."""
        offerts = [offert for offert in result.perimetres if offert.role in roles]
        return cls(**{**result.model_dump(), "perimetres": offerts, "choisi": 0 if len(offerts) == 1 else None})

    @property
    def offert(self) -> PerimetreOffert | None:
        """The place chosen."""
        return None if self.choisi is None else self.perimetres[self.choisi]

    @property
    def perimetre(self) -> Perimetre | None:
        """From where this person looks; None until they chose a place."""
        if self.offert is None:
            return None
        return Perimetre(
            caisse_code=CaisseCode(self.offert.caisse_code),
            role=Role(self.offert.role),
            compte_id=CompteId(self.compte_id),
            structure_id=StructureId(self.offert.structure_id) if self.offert.structure_id else None,
            nom=f"{self.nom.upper()} {self.prenom}",
        )

    def at(self, rang: int) -> "Identite":
        """The same, looking from the place of this rank."""
        return self.model_copy(update={"choisi": rang})

    def fitting(self, caisse: str | None, structure: UUID | None = None) -> list[int]:
        """Ranks of the places a program may mean, one per caisse and structure: the technicien's where both profiles are held there."""
        ranks: dict[tuple[str, UUID | None], int] = {}
        for rang, offert in enumerate(self.perimetres):
            if caisse in {None, offert.caisse_code} and structure in {None, offert.structure_id}:
                place = (offert.caisse_code, offert.structure_id)
                ranks[place] = rang if offert.role == Role.TECHNICIEN else ranks.get(place, rang)
        return list(ranks.values())
