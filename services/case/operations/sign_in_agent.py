"""Signing in somebody of the caisse: directory knows who they are, a session keeps from where they look."""

from uuid import UUID

from pydantic import BaseModel

from services.case.ports.voisins import Voisins
from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.perimetre import ROLES_CAISSE, Perimetre, Role
from shared.kernel.errors import FieldError, RuleError, UnauthenticatedError
from shared.kernel.identifiers import CaisseCode, CompteId


class Identite(BaseModel):
    """What a session keeps about the person: who, in which caisses, and the one they chose."""

    compte_id: UUID
    nom: str
    prenom: str
    courriel: str
    perimetres: list[PerimetreOffert]
    choisi: int | None = None

    @classmethod
    def of(cls, result: ConnexionResult) -> "Identite":
        """As directory answered, places of the caisse's side only; with one there is nothing to choose."""
        offerts = [offert for offert in result.perimetres if offert.role in ROLES_CAISSE]
        choisi = 0 if len(offerts) == 1 else None
        return cls(**{**result.model_dump(), "perimetres": offerts, "choisi": choisi})

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
            nom=f"{self.nom.upper()} {self.prenom}",
        )

    def choose(self, caisse: str | None) -> "Identite":
        """The same in this caisse; the only one when none is named. Raises: RuleError when it must be named, or is not theirs."""
        if caisse is None and self.choisi is not None:
            return self
        rang = next((rang for rang, offert in enumerate(self.perimetres) if offert.caisse_code == caisse), None)
        if rang is None:
            message = "Choisissez une de vos caisses : " + ", ".join(offert.caisse_code for offert in self.perimetres) + "."
            raise RuleError(message, fields=(FieldError("caisse", message, "requis"),))
        return self.model_copy(update={"choisi": rang})


async def sign_in_agent(voisins: Voisins, courriel: str, mot_de_passe: str, *, adresse_ip: str) -> Identite:
    """Who this is. Raises: UnauthenticatedError, also for an account that has no place in a caisse; TooManyAttemptsError."""
    identite = Identite.of(await voisins.sign_in(courriel.strip(), mot_de_passe, adresse_ip))
    if not identite.perimetres:
        raise UnauthenticatedError("no place in a caisse")
    return identite
