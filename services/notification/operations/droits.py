"""Who may do what in notification: deny by default."""

from shared.contracts.perimetre import ROLES_CAISSE, ROLES_STRUCTURE, Perimetre
from shared.kernel.errors import ForbiddenError


def check_may_read_avis(perimetre: Perimetre) -> None:
    """People of structures and caisses read their own notices; operators and the system have none. Raises: ForbiddenError."""
    if perimetre.role not in ROLES_STRUCTURE | ROLES_CAISSE:
        raise ForbiddenError("Ce rôle n'a pas d'avis.")
