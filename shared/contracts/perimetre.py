"""From where somebody looks at the house: every read of tenant data takes one of these (house §6, trust B1)."""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.identifiers import CaisseCode, CompteId, StructureId


class Role(StrEnum):
    """Who acts (domain §2.1). `systeme` is a consumer, an activity or a command of the house itself."""

    TECHNICIEN = "technicien"
    GESTIONNAIRE = "gestionnaire"
    AGENT = "agent"
    CONSEILLER_MAS = "conseiller_mas"
    SUPERVISEUR = "superviseur"
    SERVICE_PARTENARIAT = "service_partenariat"
    EXPLOITANT = "exploitant"
    SYSTEME = "systeme"


ROLES_STRUCTURE = frozenset({Role.TECHNICIEN, Role.GESTIONNAIRE})
ROLES_CAISSE = frozenset({Role.AGENT, Role.CONSEILLER_MAS, Role.SUPERVISEUR, Role.SERVICE_PARTENARIAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Perimetre:
    """Structure and caisse for a partner, caisse and role for everybody else.

    `nom` is shown beside acts ("EXEMPLE Anne"), never logged nor published.
    """

    caisse_code: CaisseCode
    role: Role
    compte_id: CompteId | None = None
    structure_id: StructureId | None = None
    nom: str = ""

    def __post_init__(self) -> None:
        if (self.role in ROLES_STRUCTURE) != (self.structure_id is not None):
            message = f"a structure comes with a partner's role, and only with it: {self.role}"
            raise ValueError(message)

    @property
    def is_partner(self) -> bool:
        """Whether a partner organisation looks, and sees its own structure only."""
        return self.role in ROLES_STRUCTURE

    @property
    def acteur_id(self) -> CompteId:
        """The account that acts. Raises: LookupError for the system, which has none."""
        if self.compte_id is None:
            message = "the system has no account"
            raise LookupError(message)
        return self.compte_id


def systeme(caisse_code: CaisseCode) -> Perimetre:
    """The perimetre of a consumer or an activity: one caisse, never unscoped."""
    return Perimetre(caisse_code=caisse_code, role=Role.SYSTEME)
