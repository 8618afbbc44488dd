"""Who may do what in intake: deny by default. Reads of a perimetre are scoped besides (domain §2.1, ux C10)."""

from enum import StrEnum
from typing import Final

from services.intake.domain.errors import RoleRefusedError
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.identifiers import StructureId


class Acte(StrEnum):
    """What a person asks intake for."""

    READ_OFFRES = "read_offres"
    KEEP_BROUILLON = "keep_brouillon"
    FILE_DEMANDE = "file_demande"
    READ_DEPOT = "read_depot"


_ROLES: Final[dict[Acte, frozenset[Role]]] = {
    Acte.READ_OFFRES: frozenset({Role.TECHNICIEN, Role.GESTIONNAIRE}),
    Acte.KEEP_BROUILLON: frozenset({Role.TECHNICIEN}),
    Acte.FILE_DEMANDE: frozenset({Role.TECHNICIEN}),
    Acte.READ_DEPOT: frozenset({Role.TECHNICIEN}),
}


def check_right(perimetre: Perimetre, acte: Acte) -> StructureId:
    """The structure in whose name the person acts. Raises: RoleRefusedError."""
    if perimetre.role not in _ROLES[acte] or perimetre.structure_id is None:
        raise RoleRefusedError
    return perimetre.structure_id
